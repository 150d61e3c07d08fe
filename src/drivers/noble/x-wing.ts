// X-Wing (draft-connolly-cfrg-xwing-kem-10) by noble: ML-KEM-768 and X25519 in one, MLKEM768-X25519 to the CFRG. Its
// private key is a seed of 32 bytes; SPKI and PKCS #8 hold the bare bytes. The JWK is ours, shaped as ML-KEM's.
// Touches seeds and shared secrets.
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { akpFamily } from './akp.ts';
import { kemScheme } from './kem.ts';

const ML_KEM_SIZE = 1184;

export const xWing = akpFamily({
  ...kemScheme(ml_kem768_x25519, { seed: 32, publicKey: ML_KEM_SIZE + 32, ciphertext: 1120 }),
  name: 'X-Wing',
  oid: '1.3.6.1.4.1.62253.25722',
  encodePrivate: (seed) => new Uint8Array(seed),
  decodePrivate: (octets) => new Uint8Array(octets),
  // FIPS 203, 7.2. Every string of 32 bytes is a public key of X25519.
  checkPublicKey: (publicKey) => ml_kem768.prepare(publicKey.subarray(0, ML_KEM_SIZE)).clean(),
});
