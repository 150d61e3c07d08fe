// Proving by use that a private and a public key are halves of one pair. Not every engine compares the halves of what
// it imports, none knows where an app's two CryptoKeys come from, and an EdDSA signature made with a foreign public half
// gives the private one away. Touches private keys, and secrets of no use.
import { familyOf } from '../../algorithms/index.ts';
import { isBytes } from '../../algorithms/input.ts';
import type { KeyAlgorithm, Operation, OperationParams } from '../../algorithms/types.ts';
import type { Bytes, WorkingKey } from '../driver.ts';
import { invalid } from '../failures.ts';
import { deriveBits } from './compute.ts';
import { engine } from './engine.ts';
import { keyRefused } from './faults.ts';
import { open } from './open.ts';
import { nativeAlgorithm, nativeOperation } from './params.ts';
import { importPublicKey } from './public.ts';

/** @throws KeystoreError `INVALID_ARGUMENT` if they are halves of two, or the engine cannot use them. */
export async function proveHalves(secret: CryptoKey, spki: Bytes, algorithm: KeyAlgorithm): Promise<void> {
  const key = open({ driver: 'webcrypto', type: 'private', secret, publicKey: spki }, algorithm);
  const operations = Object.keys(familyOf(algorithm).operations) as Operation[];
  for (const operation of operations) {
    const proof = PROOFS[operation];
    if (proof === undefined) continue;
    const belongs = await proof(key, spki, algorithm).catch((cause: unknown) => {
      throw keyRefused(cause);
    });
    if (!belongs) throw invalid('the public half does not belong to the private key');
  }
}

type Proof = (key: WorkingKey, spki: Bytes, algorithm: KeyAlgorithm) => Promise<boolean>;

const ANY: OperationParams = { saltLength: 0, hash: 'SHA-256' };
/** So short that RSA-OAEP takes it with every hash and modulus that fit one another (RFC 8017, 7.1.1). */
const MESSAGE = Uint8Array.of(7);

const PROOFS: Readonly<Partial<Record<Operation, Proof>>> = {
  async sign({ sign, verify }) {
    if (!sign || !verify) return false;
    return verify(await sign(MESSAGE, ANY), MESSAGE, ANY);
  },
  async decrypt({ encrypt, decrypt }) {
    if (!encrypt || !decrypt) return false;
    let sealed: Bytes;
    try {
      sealed = await encrypt(MESSAGE, ANY);
    } catch {
      // A hash too long for the modulus: there is nothing this key can be used for.
      return true;
    }
    return Promise.resolve(decrypt(sealed, ANY)).then(
      (opened) => same(opened, MESSAGE),
      () => false,
    );
  },
  async decapsulate({ encapsulate, decapsulate }) {
    if (!encapsulate || !decapsulate) return false;
    const { sharedKey, ciphertext } = await encapsulate(ANY);
    return same(await decapsulate(ciphertext, ANY), sharedKey);
  },
  async deriveBits(key, spki, algorithm) {
    const other = await engine().generateKey(nativeAlgorithm(algorithm), false, ['deriveBits']);
    if (!key.deriveBits || !('privateKey' in other)) return false;
    const publicKey = await importPublicKey(spki, algorithm);
    const [here, there] = await Promise.all([
      key.deriveBits({ publicKey: other.publicKey }, null),
      deriveBits(other.privateKey, nativeOperation(algorithm)({ publicKey }), null),
    ]);
    return same(here, there);
  },
};

/** For secrets that nothing else is made of, so it need not be constant in time. */
function same(a: Bytes, b: Bytes): boolean {
  return isBytes(a) && a.length === b.length && a.every((byte, index) => byte === b[index]);
}
