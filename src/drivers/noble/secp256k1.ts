// secp256k1 (SEC 2, section 2.4.1) by noble. JWK by RFC 8812. Low s is what secp256k1's world expects to be given.
import { secp256k1 as noble } from '@noble/curves/secp256k1.js';
import { weierstrass } from './weierstrass.ts';

export const secp256k1 = weierstrass({
  name: 'secp256k1',
  noble,
  oid: '1.3.132.0.10',
  alg: 'ES256K',
  algHash: 'SHA-256',
  lowS: true,
});
