// ECDSA (FIPS 186-5, section 6) and ECDH (NIST SP 800-56A, 5.7.1.2): NIST's curves of WebCrypto (sections 23 and 24)
// and secp256k1 (RFC 8812). ECDSA's hash is part of the algorithm, unlike in WebCrypto, because it is part of the
// key's policy; `any` leaves it to each call.
import { AGREEMENT_USAGES, type Family, PAIR_FORMATS, SIGNATURE_USAGES } from './family.ts';
import { HASHES, parseHash } from './hash.ts';
import { type Fields, invalid, oneOf, readName, refuseOtherMembers } from './input.ts';
import { type Member, paramsOf } from './params.ts';
import { peer } from './peer.ts';
import type { EcCurve, EcdhAlgorithm, EcdsaAlgorithm, HashName, KeyAlgorithm } from './types.ts';

const CURVES = ['P-256', 'P-384', 'P-521', 'secp256k1'] as const satisfies readonly EcCurve[];

/** `K-256` is what @peculiar/x509 and pkijs call it. */
const ALIASES: Readonly<Record<string, string>> = { 'K-256': 'secp256k1' };

const K256_HASHES = [...HASHES, 'Keccak-256'] as const;

const sample = (namedCurve: EcCurve, hash: HashName): EcdsaAlgorithm => ({ name: 'ECDSA', namedCurve, hash });

const variant = ({ name, namedCurve }: EcdsaAlgorithm | EcdhAlgorithm): string => `${name}/${namedCurve}`;

const hashesOf = (curve: EcCurve): readonly HashName[] => (curve === 'secp256k1' ? K256_HASHES : HASHES);

function parseCurve(fields: Fields, family: string): EcCurve {
  const what = `namedCurve of ${family}`;
  if (fields['namedCurve'] === undefined)
    throw invalid(`${what} is missing; pass one of ${CURVES.join(', ')}`);
  // Curve names, unlike algorithm names, are case-sensitive in WebCrypto.
  const curve = readName(fields['namedCurve'], what, 'P-256');
  return oneOf(Object.hasOwn(ALIASES, curve) ? ALIASES[curve] : curve, CURVES, what);
}

const fixedHash = paramsOf('ECDSA', {});

/** Of a key whose policy leaves the hash to each call. */
function signatureParams(algorithm: KeyAlgorithm, input: unknown) {
  if (algorithm.name !== 'ECDSA' || algorithm.hash !== 'any') return fixedHash(input);
  const hash: Member = (value) => parseHash(value, 'ECDSA', hashesOf(algorithm.namedCurve));
  return paramsOf('ECDSA', { hash }, "{ hash: 'SHA-256' }")(input);
}

export const ecdsa: Family = {
  name: 'ECDSA',
  usages: SIGNATURE_USAGES,
  formats: PAIR_FORMATS,
  samples: [
    sample('P-256', 'SHA-256'),
    sample('P-384', 'SHA-384'),
    sample('P-521', 'SHA-512'),
    sample('secp256k1', 'SHA-256'),
  ],
  operations: { sign: signatureParams, verify: signatureParams },
  variant,
  parse(fields) {
    refuseOtherMembers(fields, ['name', 'namedCurve', 'hash'], 'ECDSA');
    const namedCurve = parseCurve(fields, 'ECDSA');
    const { hash } = fields;
    if (hash === 'any') return { name: 'ECDSA', namedCurve, hash };
    return { name: 'ECDSA', namedCurve, hash: parseHash(hash, 'ECDSA', hashesOf(namedCurve)) };
  },
};

export const ecdh: Family = {
  name: 'ECDH',
  usages: AGREEMENT_USAGES,
  formats: PAIR_FORMATS,
  samples: CURVES.map((namedCurve) => ({ name: 'ECDH', namedCurve })),
  operations: { deriveBits: peer('ECDH') },
  variant,
  parse(fields) {
    refuseOtherMembers(fields, ['name', 'namedCurve'], 'ECDH');
    return { name: 'ECDH', namedCurve: parseCurve(fields, 'ECDH') };
  },
};
