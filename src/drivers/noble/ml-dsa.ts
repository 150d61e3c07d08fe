// ML-DSA (FIPS 204) by noble, pure, hedged as section 3.4 recommends; its seed is ξ. Formats by RFC 9881. Touches seeds.
import { type DSA, ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { akpFamily } from './akp.ts';
import { signing } from './contextual.ts';
import { decodeSeed, encodeSeed } from './seed-key.ts';

const SEED_SIZE = 32;

/** Sizes in bytes. */
interface Sizes {
  readonly publicKey: number;
  readonly expanded: number;
  readonly signature: number;
}

function mlDsa(name: 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87', oid: string, dsa: DSA, sizes: Sizes) {
  return akpFamily({
    ...signing(dsa, sizes.signature),
    name,
    oid,
    secretFormat: 'raw-seed',
    secretSize: SEED_SIZE,
    publicSize: sizes.publicKey,
    encodePrivate: encodeSeed,
    decodePrivate: (octets) => decodeSeed(octets, SEED_SIZE, sizes.expanded),
    generateSecret: () => crypto.getRandomValues(new Uint8Array(SEED_SIZE)),
    publicKeyOf(seed) {
      const { publicKey, secretKey } = dsa.keygen(seed);
      secretKey.fill(0);
      return publicKey;
    },
    expand: (seed) => dsa.keygen(seed).secretKey,
  });
}

// NIST's signature arc, 2.16.840.1.101.3.4.3; sizes by FIPS 204, table 2.
const sizes = (publicKey: number, expanded: number, signature: number) => ({
  publicKey,
  expanded,
  signature,
});
export const mlDsa44 = mlDsa('ML-DSA-44', '2.16.840.1.101.3.4.3.17', ml_dsa44, sizes(1312, 2560, 2420));
export const mlDsa65 = mlDsa('ML-DSA-65', '2.16.840.1.101.3.4.3.18', ml_dsa65, sizes(1952, 4032, 3309));
export const mlDsa87 = mlDsa('ML-DSA-87', '2.16.840.1.101.3.4.3.19', ml_dsa87, sizes(2592, 4896, 4627));
