// ML-KEM (FIPS 203) by noble; its seed is d ‖ z. Formats by RFC 9935. Touches seeds and shared secrets.
import { type MLKEM, ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { akpFamily } from './akp.ts';
import { type KemSizes, kemScheme } from './kem.ts';
import { decodeSeed, encodeSeed } from './seed-key.ts';

const SEED_SIZE = 64;

function mlKem(
  name: 'ML-KEM-512' | 'ML-KEM-768' | 'ML-KEM-1024',
  oid: string,
  kem: MLKEM,
  sizes: Omit<KemSizes, 'seed'> & { readonly expanded: number },
) {
  return akpFamily({
    ...kemScheme(kem, { ...sizes, seed: SEED_SIZE }),
    name,
    oid,
    encodePrivate: encodeSeed,
    decodePrivate: (octets) => decodeSeed(octets, SEED_SIZE, sizes.expanded),
    // FIPS 203, 7.2: the modulus check, which each encapsulation would do again.
    checkPublicKey: (publicKey) => kem.prepare(publicKey).clean(),
  });
}

// NIST's kems arc, 2.16.840.1.101.3.4.4; sizes by FIPS 203, table 3.
const sizes = (publicKey: number, expanded: number, ciphertext: number) => ({
  publicKey,
  expanded,
  ciphertext,
});
export const mlKem512 = mlKem('ML-KEM-512', '2.16.840.1.101.3.4.4.1', ml_kem512, sizes(800, 1632, 768));
export const mlKem768 = mlKem('ML-KEM-768', '2.16.840.1.101.3.4.4.2', ml_kem768, sizes(1184, 2400, 1088));
export const mlKem1024 = mlKem('ML-KEM-1024', '2.16.840.1.101.3.4.4.3', ml_kem1024, sizes(1568, 3168, 1568));
