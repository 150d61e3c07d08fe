// EdDSA (RFC 8032), pure. Touches private keys. Signatures are noble's; they are judged here, on its points, because
// WebCrypto wants the equation without the cofactor and no point of small order, and noble has neither (decision 18).
import type { EdDSA } from '@noble/curves/abstract/edwards.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import type { Bytes } from '../driver.ts';
import { foreign, type Purpose } from './pair.ts';

export interface Edwards {
  readonly name: 'Ed25519' | 'Ed448';
  readonly noble: EdDSA;
  /** RFC 8032, 5.1.7 and 5.2.7, step 2: H(dom ‖ R ‖ A ‖ M), before it is reduced. */
  challenge(context: Bytes | undefined, ...parts: readonly Uint8Array[]): Uint8Array;
}

export function eddsa(edwards: Edwards): Purpose {
  const { name, noble } = edwards;
  return {
    usages: { private: ['sign'], public: ['verify'] },
    alg: name,
    complete(algorithm) {
      if (algorithm.name === name && (algorithm.name === 'Ed25519' || algorithm.name === 'Ed448'))
        return algorithm;
      throw foreign();
    },
    // RFC 8037 says 'EdDSA'; RFC 9864 gave each curve a name.
    acceptsAlg: (alg) => alg === name || alg === 'EdDSA',
    withPrivate: (held) => ({
      sign: (data, { context }) => noble.sign(data, held(), context === undefined ? {} : { context }),
    }),
    withPublic: (publicKey) => ({
      verify: (signature, data, { context }) => verify(edwards, publicKey, signature, data, context),
    }),
  };
}

/**
 * [S]B = R + [k]A, with R and A in their one encoding and not of small order, and S below the order. Of public values
 * only, so in whatever time it takes.
 */
function verify(
  { noble, challenge }: Edwards,
  publicKey: Bytes,
  signature: Bytes,
  data: Bytes,
  context: Bytes | undefined,
): boolean {
  const { Point } = noble;
  const size = publicKey.length;
  if (signature.length !== 2 * size) return false;
  const encodedR = signature.subarray(0, size);
  try {
    const a = Point.fromBytes(publicKey);
    const r = Point.fromBytes(encodedR);
    if (a.isSmallOrder() || r.isSmallOrder()) return false;
    const s = Point.Fn.fromBytes(signature.subarray(size));
    const k = Point.Fn.create(bytesToNumberLE(challenge(context, encodedR, publicKey, data)));
    return Point.BASE.multiplyUnsafe(s).equals(r.add(a.multiplyUnsafe(k)));
  } catch {
    // No point, or out of range: it is no signature of this key.
    return false;
  }
}
