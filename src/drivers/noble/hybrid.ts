// Hybrid KEMs by noble (draft-irtf-cfrg-concrete-hybrid-kems): ML-KEM and an elliptic curve in one, so that a secret
// stands while either does. MLKEM768-X25519 is X-Wing (draft-connolly-cfrg-xwing-kem-10). A private key is a seed of 32
// bytes. Touches seeds and shared secrets.
import { ml_kem768_p256, ml_kem768_x25519, ml_kem1024_p384 } from '@noble/post-quantum/hybrid.js';
import { type MLKEM, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import type { KEM } from '@noble/post-quantum/utils.js';
import type { HybridKemName } from '../../algorithms/types.ts';
import { akpFamily } from './akp.ts';
import { kemScheme } from './kem.ts';

interface Hybrid {
  readonly kem: KEM;
  readonly half: MLKEM;
  /** Sizes in bytes. */
  readonly halfSize: number;
  readonly publicKey: number;
  readonly ciphertext: number;
}

const X25519: Hybrid = {
  kem: ml_kem768_x25519,
  half: ml_kem768,
  halfSize: 1184,
  publicKey: 1184 + 32,
  ciphertext: 1088 + 32,
};
const P256: Hybrid = {
  kem: ml_kem768_p256,
  half: ml_kem768,
  halfSize: 1184,
  publicKey: 1184 + 65,
  ciphertext: 1088 + 65,
};
const P384: Hybrid = {
  kem: ml_kem1024_p384,
  half: ml_kem1024,
  halfSize: 1568,
  publicKey: 1568 + 97,
  ciphertext: 1568 + 97,
};

function hybrid(
  name: HybridKemName | 'X-Wing',
  { kem, half, halfSize, publicKey, ciphertext }: Hybrid,
  oid: string | null = null,
) {
  return akpFamily({
    ...kemScheme(kem, { seed: 32, publicKey, ciphertext }),
    name,
    oid,
    encodePrivate: (seed) => new Uint8Array(seed),
    decodePrivate: (octets) => new Uint8Array(octets),
    // FIPS 203, 7.2. Every string of 32 bytes is a public key of X25519; points of the others are checked at use.
    checkPublicKey: (encoded) => half.prepare(encoded.subarray(0, halfSize)).clean(),
  });
}

export const xWing = hybrid('X-Wing', X25519, '1.3.6.1.4.1.62253.25722');
export const mlKem768X25519 = hybrid('MLKEM768-X25519', X25519);
export const mlKem768P256 = hybrid('MLKEM768-P256', P256);
export const mlKem1024P384 = hybrid('MLKEM1024-P384', P384);
