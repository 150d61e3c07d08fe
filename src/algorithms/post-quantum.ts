// ML-KEM (FIPS 203), ML-DSA (FIPS 204), SLH-DSA (FIPS 205), as in the Modern Algorithms draft; X-Wing
// (draft-connolly-cfrg-xwing-kem) and the hybrids that the draft names (draft-irtf-cfrg-concrete-hybrid-kems).
import { type Family, SIGNATURE_USAGES } from './family.ts';
import { refuseOtherMembers } from './input.ts';
import { bytes, optional, paramsOf } from './params.ts';
import type { KeyFormat, PlainName, SlhDsaName } from './types.ts';

function family(
  name: PlainName,
  secretFormat: KeyFormat,
  rest: Pick<Family, 'usages' | 'operations'>,
): Family {
  return {
    name,
    ...rest,
    formats: { private: ['pkcs8', secretFormat, 'jwk'], public: ['spki', 'raw-public', 'jwk'] },
    samples: [{ name }],
    parse(fields) {
      refuseOtherMembers(fields, ['name'], name);
      return { name };
    },
  };
}

function signature(name: PlainName, secretFormat: KeyFormat): Family {
  // FIPS 204, 5.2, and FIPS 205, 10.2: at most 255 bytes.
  const read = paramsOf(name, { context: optional(bytes({ max: 255 })) });
  return family(name, secretFormat, {
    usages: SIGNATURE_USAGES,
    operations: { sign: (_, input) => read(input), verify: (_, input) => read(input) },
  });
}

function encapsulation(name: PlainName): Family {
  const read = paramsOf(name, {});
  return family(name, 'raw-seed', {
    usages: {
      private: ['encapsulateKey', 'encapsulateBits', 'decapsulateKey', 'decapsulateBits'],
      public: ['encapsulateKey', 'encapsulateBits'],
    },
    operations: { encapsulate: (_, input) => read(input), decapsulate: (_, input) => read(input) },
  });
}

export const SLH_DSA_NAMES: readonly SlhDsaName[] = (['SHA2', 'SHAKE'] as const).flatMap((hash) =>
  ([128, 192, 256] as const).flatMap((bits) =>
    (['s', 'f'] as const).map((speed): SlhDsaName => `SLH-DSA-${hash}-${bits}${speed}`),
  ),
);

const HYBRID_KEM_NAMES = ['MLKEM768-X25519', 'MLKEM768-P256', 'MLKEM1024-P384'] as const;
/** No structure of ASN.1 is defined for them. */
const HYBRID_FORMATS = {
  private: ['raw-seed', 'jwk'],
  public: ['raw-public', 'jwk'],
} as const satisfies Family['formats'];

export const POST_QUANTUM_FAMILIES: readonly Family[] = [
  encapsulation('ML-KEM-512'),
  encapsulation('ML-KEM-768'),
  encapsulation('ML-KEM-1024'),
  encapsulation('X-Wing'),
  ...HYBRID_KEM_NAMES.map((name) => ({ ...encapsulation(name), formats: HYBRID_FORMATS })),
  signature('ML-DSA-44', 'raw-seed'),
  signature('ML-DSA-65', 'raw-seed'),
  signature('ML-DSA-87', 'raw-seed'),
  ...SLH_DSA_NAMES.map((name) => ({ ...signature(name, 'raw-private'), slow: true as const })),
];
