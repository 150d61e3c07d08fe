// NIST's prime curves (FIPS 186-5; SP 800-186, section 3.2.1) by noble.
import { p256 as nobleP256, p384 as nobleP384, p521 as nobleP521 } from '@noble/curves/nist.js';
import { weierstrass } from './weierstrass.ts';

// Object identifiers: RFC 5480, section 2.1.1.1.
export const p256 = weierstrass({
  name: 'P-256',
  noble: nobleP256,
  oid: '1.2.840.10045.3.1.7',
  alg: 'ES256',
  lowS: false,
});
export const p384 = weierstrass({
  name: 'P-384',
  noble: nobleP384,
  oid: '1.3.132.0.34',
  alg: 'ES384',
  lowS: false,
});
export const p521 = weierstrass({
  name: 'P-521',
  noble: nobleP521,
  oid: '1.3.132.0.35',
  alg: 'ES512',
  lowS: false,
});
