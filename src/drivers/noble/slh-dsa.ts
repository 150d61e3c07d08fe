// SLH-DSA (FIPS 205) by noble, pure, hedged. The private key is SK.seed ‖ SK.prf ‖ PK.seed ‖ PK.root, bare in PKCS #8
// (RFC 9909). Touches private keys.
//
// A signature takes the thread from 0.2 s (SHA2-128f) to 40 s (SHAKE-256s; a key of it takes 2 s), in one stretch:
// noble's sign is one synchronous call, and the tree hashing inside of it cannot be paused. Whether a host may do that
// is the key's policy.
import {
  type SphincsSigner,
  slh_dsa_sha2_128f,
  slh_dsa_sha2_128s,
  slh_dsa_sha2_192f,
  slh_dsa_sha2_192s,
  slh_dsa_sha2_256f,
  slh_dsa_sha2_256s,
  slh_dsa_shake_128f,
  slh_dsa_shake_128s,
  slh_dsa_shake_192f,
  slh_dsa_shake_192s,
  slh_dsa_shake_256f,
  slh_dsa_shake_256s,
} from '@noble/post-quantum/slh-dsa.js';
import type { SlhDsaName } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver } from '../driver.ts';
import { akpFamily } from './akp.ts';
import { signing } from './contextual.ts';

/** The last arc of NIST's 2.16.840.1.101.3.4.3; n of FIPS 205, table 2, and the signature's size, in bytes. */
type Row = readonly [signer: SphincsSigner, arc: number, n: number, signatureSize: number];

const ROWS: Readonly<Record<SlhDsaName, Row>> = {
  'SLH-DSA-SHA2-128s': [slh_dsa_sha2_128s, 20, 16, 7856],
  'SLH-DSA-SHA2-128f': [slh_dsa_sha2_128f, 21, 16, 17088],
  'SLH-DSA-SHA2-192s': [slh_dsa_sha2_192s, 22, 24, 16224],
  'SLH-DSA-SHA2-192f': [slh_dsa_sha2_192f, 23, 24, 35664],
  'SLH-DSA-SHA2-256s': [slh_dsa_sha2_256s, 24, 32, 29792],
  'SLH-DSA-SHA2-256f': [slh_dsa_sha2_256f, 25, 32, 49856],
  'SLH-DSA-SHAKE-128s': [slh_dsa_shake_128s, 26, 16, 7856],
  'SLH-DSA-SHAKE-128f': [slh_dsa_shake_128f, 27, 16, 17088],
  'SLH-DSA-SHAKE-192s': [slh_dsa_shake_192s, 28, 24, 16224],
  'SLH-DSA-SHAKE-192f': [slh_dsa_shake_192f, 29, 24, 35664],
  'SLH-DSA-SHAKE-256s': [slh_dsa_shake_256s, 30, 32, 29792],
  'SLH-DSA-SHAKE-256f': [slh_dsa_shake_256f, 31, 32, 49856],
};

const copy = (bytes: Bytes): Bytes => new Uint8Array(bytes);

export function slhDsa(name: SlhDsaName): FamilyDriver {
  const [signer, arc, n, signatureSize] = ROWS[name];
  return akpFamily({
    ...signing(signer, signatureSize),
    name,
    oid: `2.16.840.1.101.3.4.3.${arc}`,
    secretFormat: 'raw-private',
    secretSize: 4 * n,
    publicSize: 2 * n,
    encodePrivate: copy,
    decodePrivate: copy,
    generateSecret: () => signer.keygen().secretKey,
    // The half that is in the key. Its root is not computed anew: that would take as long as making a key.
    publicKeyOf: (secret) => secret.slice(2 * n),
    expand: copy,
  });
}
