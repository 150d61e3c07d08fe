// What noble's key encapsulation mechanisms share: keys are seeds. Touches seeds and shared secrets.
import type { KEM } from '@noble/post-quantum/utils.js';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';
import type { Scheme } from './akp.ts';

type OfKem = Omit<Scheme, 'name' | 'oid' | 'encodePrivate' | 'decodePrivate'>;

/** Sizes in bytes. */
export interface KemSizes {
  readonly seed: number;
  readonly publicKey: number;
  readonly ciphertext: number;
}

export function kemScheme(kem: Pick<KEM, 'keygen' | 'encapsulate' | 'decapsulate'>, sizes: KemSizes): OfKem {
  return {
    secretFormat: 'raw-seed',
    secretSize: sizes.seed,
    publicSize: sizes.publicKey,
    generateSecret: () => crypto.getRandomValues(new Uint8Array(sizes.seed)),
    publicKeyOf(seed) {
      const { publicKey, secretKey } = kem.keygen(seed);
      secretKey.fill(0);
      return publicKey;
    },
    expand: (seed) => kem.keygen(seed).secretKey,
    withPublic: (publicKey) => ({
      encapsulate() {
        const { cipherText: ciphertext, sharedSecret } = encapsulated(kem, publicKey);
        return { sharedKey: moved(sharedSecret), ciphertext };
      },
    }),
    withPrivate: (expanded) => ({
      decapsulate(ciphertext) {
        if (ciphertext.length !== sizes.ciphertext) {
          throw invalid(`the ciphertext must be ${sizes.ciphertext} bytes`);
        }
        return moved(decapsulated(kem, ciphertext, expanded()));
      },
    }),
  };
}

/** Of X-Wing's X25519 half, some points are refused only here (RFC 7748, section 6.1). */
function encapsulated(kem: Pick<KEM, 'encapsulate'>, publicKey: Bytes) {
  try {
    return kem.encapsulate(publicKey);
  } catch (cause) {
    throw invalid('the public key is none that a secret can be shared with', cause);
  }
}

function decapsulated(kem: Pick<KEM, 'decapsulate'>, ciphertext: Bytes, expanded: Bytes): Bytes {
  try {
    return kem.decapsulate(ciphertext, expanded);
  } catch {
    throw invalid('the ciphertext is none that a secret can be found in');
  }
}

/** Out of a larger buffer, of which noble returns a part. */
function moved(secret: Bytes): Bytes {
  const own = new Uint8Array(secret);
  secret.fill(0);
  return own;
}
