// What key agreements share: ECDH (NIST SP 800-56A, 5.7.1.2), X25519 and X448 (RFC 7748). Touches private keys.
import { isBytes } from '../../algorithms/input.ts';
import type { KeyAlgorithm } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { invalid, unsupported } from '../failures.ts';
import { foreign, type Purpose } from './pair.ts';

/** The shared secret, in a buffer of its own. Throws (anything) for a public key that gives none. */
export type Agree = (secret: Bytes, publicKey: Bytes) => Bytes;

export function agreement(name: KeyAlgorithm['name'], agree: Agree): Purpose {
  return {
    usages: { private: ['deriveKey', 'deriveBits'], public: [] },
    complete(algorithm) {
      if (algorithm.name === name && isAgreement(algorithm)) return algorithm;
      throw foreign();
    },
    // WebCrypto ignores `alg` of keys for agreement.
    acceptsAlg: () => true,
    withPrivate: (held) => ({
      deriveBits({ publicKey }, length) {
        if (publicKey === undefined) throw invalid('publicKey, the other side’s, is missing');
        if (!isBytes(publicKey)) {
          throw unsupported(
            'noble needs the other side’s public key as bytes, or as a key that can be exported',
          );
        }
        return firstBits(shared(agree, held(), publicKey), length);
      },
    }),
    withPublic: () => ({}),
  };
}

function isAgreement(algorithm: { name: string }): algorithm is KeyAlgorithm {
  return algorithm.name === 'ECDH' || algorithm.name === 'X25519' || algorithm.name === 'X448';
}

function shared(agree: Agree, secret: Bytes, publicKey: Bytes): Bytes {
  try {
    return agree(secret, publicKey);
  } catch {
    // No cause: what the library says is about a computation with the secret.
    throw invalid(
      'there is no agreement with this public key: it is not of the curve, or the secret would be zero',
    );
  }
}

/**
 * WebCrypto's truncation: the first bits, the last byte filled up with zeros. Clears `all` unless it is returned.
 *
 * @param length - in bits; `null` for all.
 */
function firstBits(all: Bytes, length: number | null): Bytes {
  if (length === null) return all;
  try {
    const size = Math.ceil(length / 8);
    if (size > all.length) throw invalid(`the agreement has ${all.length * 8} bits; ask for no more`);
    const first = all.slice(0, size);
    if (length % 8 !== 0) first[size - 1] = (first[size - 1] ?? 0) & (0xff << (8 - (length % 8)));
    return first;
  } finally {
    all.fill(0);
  }
}
