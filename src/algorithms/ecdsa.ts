// ECDSA (FIPS 186-5, section 6): NIST's curves of WebCrypto (section 23) and secp256k1 (RFC 8812). The
// hash is part of the algorithm, unlike in WebCrypto, because it is part of the key's policy.
import { type Family, SIGNATURE_USAGES } from './family.ts';
import { parseHash } from './hash.ts';
import { invalid, oneOf, readName, refuseOtherMembers } from './input.ts';
import type { EcdsaAlgorithm, HashName } from './types.ts';

const CURVES = ['P-256', 'P-384', 'P-521', 'secp256k1'] as const;

const sample = (namedCurve: EcdsaAlgorithm['namedCurve'], hash: HashName): EcdsaAlgorithm => ({
  name: 'ECDSA',
  namedCurve,
  hash,
});

export const ecdsa: Family = {
  name: 'ECDSA',
  usages: SIGNATURE_USAGES,
  formats: { private: ['pkcs8', 'jwk'], public: ['spki', 'raw', 'jwk'] },
  samples: [
    sample('P-256', 'SHA-256'),
    sample('P-384', 'SHA-384'),
    sample('P-521', 'SHA-512'),
    sample('secp256k1', 'SHA-256'),
  ],
  parse(fields) {
    refuseOtherMembers(fields, ['name', 'namedCurve', 'hash'], 'ECDSA');
    if (fields['namedCurve'] === undefined) {
      throw invalid(`namedCurve of ECDSA is missing; pass one of ${CURVES.join(', ')}`);
    }
    // Curve names, unlike algorithm names, are case-sensitive in WebCrypto.
    const curve = readName(fields['namedCurve'], 'namedCurve of ECDSA', 'P-256');
    return {
      name: 'ECDSA',
      namedCurve: oneOf(curve, CURVES, 'namedCurve of ECDSA'),
      hash: parseHash(fields['hash'], 'ECDSA'),
    };
  },
};
