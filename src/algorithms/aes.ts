// AES (FIPS 197) in its modes: CTR and CBC (NIST SP 800-38A), GCM (SP 800-38D), KW (RFC 3394), OCB (RFC 7253), SIV
// (RFC 5297), GCM-SIV (RFC 8452), CMAC (SP 800-38B). The readers of parameters are on the hot path.
import { type Family, NEW_SECRET_FORMATS, type ReadParams, SECRET_FORMATS } from './family.ts';
import { invalid, oneOf, readInteger, refuseOtherMembers } from './input.ts';
import { bytes, integer, type Member, type Members, optional, paramsOf } from './params.ts';
import type { AesAlgorithm, AesName, KeyAlgorithm, OperationParams, Usage } from './types.ts';

const LENGTHS = [128, 192, 256] as const;
const OTHER_LENGTHS: Readonly<Partial<Record<AesName, readonly number[]>>> = {
  // Two keys in one.
  'AES-SIV': [256, 384, 512],
  // RFC 8452, section 4.
  'AES-GCM-SIV': [128, 256],
};

const lengthsOf = (name: AesName): readonly number[] => OTHER_LENGTHS[name] ?? LENGTHS;

/** Tags of SP 800-38D, 5.2.1.2, and those of RFC 7253, 3.1, that WebCrypto takes. In bits. */
const TAG_LENGTHS = [32, 64, 96, 104, 112, 120, 128] as const;
const OCB_TAG_LENGTHS = [64, 96, 128] as const;

const CIPHER: readonly Usage[] = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'];

interface Mode {
  readonly usages: readonly Usage[];
  readonly formats: Family['formats'];
  readonly operations: Family['operations'];
  /** Tag lengths in bits, where a policy can name the shortest. */
  readonly tags?: readonly number[];
}

function aes(name: AesName, { usages, formats, operations, tags }: Mode): Family {
  const what = `length of an ${name} key`;
  const known = tags === undefined ? ['name', 'length'] : ['name', 'length', 'tagLength'];
  const lengths = lengthsOf(name);
  return {
    name,
    usages: { secret: usages },
    formats,
    operations,
    samples: lengths.map((length) => ({ name, length })),
    variant({ length }: AesAlgorithm) {
      if (length === undefined) throw invalid(`length of ${name} is missing; pass ${lengths.join(', ')}`);
      return `${name}/${length}`;
    },
    withLength(algorithm: AesAlgorithm, bits) {
      if (lengths.includes(bits)) return { ...algorithm, length: bits };
      throw invalid(`an ${name} key has ${lengths.join(', ')} bits; this one has ${bits}`);
    },
    parse(fields, purpose) {
      refuseOtherMembers(fields, known, name);
      const shortest = fields['tagLength'];
      const policy =
        tags === undefined || shortest === undefined || shortest === 128
          ? {}
          : { tagLength: oneOf(shortest, tags, `tagLength of ${name} (bits)`) };
      if (fields['length'] !== undefined) {
        const length = oneOf(readInteger(fields['length'], what, 'bits'), lengths, `${what} (bits)`);
        return { name, length, ...policy };
      }
      if (purpose === 'import') return { name, ...policy };
      throw invalid(`length of ${name} is missing; pass one of ${lengths.join(', ')} (bits)`);
    },
  };
}

// Of GCM: under 8 bytes nonces repeat too soon; the ceiling is ours, so that a file passed by mistake is told so.
const NONCE_ADVICE = 'never used twice with one key: crypto.getRandomValues(new Uint8Array(12)) makes one';

/** What the keys of `subtle` may do beyond: tags of these lengths, in bits, and the nonces that engines take. */
interface Open {
  readonly tags: readonly number[];
  readonly iv?: Member;
}

/** Parameters of an AEAD, with the tag's length where the policy leaves it open. */
function aead(name: AesName, members: Members, more?: Open): ReadParams {
  const fixed = paramsOf(name, members, '{ iv: Uint8Array of 12 bytes }');
  if (more === undefined) return (_, input) => fixed(input);
  const { tags, iv } = more;
  const tagLength: Member = (value, what) =>
    value === undefined ? undefined : oneOf(value, tags, `${what} (bits)`);
  const others = iv === undefined ? { tagLength } : { tagLength, iv };
  const open = paramsOf(name, { ...members, ...others }, '{ iv: Uint8Array of 12 bytes }');
  return (algorithm, input) => {
    const shortest = shortestTag(algorithm);
    if (shortest === 128) return fixed(input);
    const params: OperationParams = open(input);
    if ((params.tagLength ?? 128) >= shortest) return params;
    throw invalid(`tagLength of ${name} must be at least ${shortest} bits for this key`);
  };
}

function shortestTag(algorithm: KeyAlgorithm): number {
  return 'tagLength' in algorithm ? (algorithm.tagLength ?? 128) : 128;
}

const gcm = aead(
  'AES-GCM',
  { iv: bytes({ min: 8, max: 128, advice: NONCE_ADVICE }), additionalData: optional(bytes()) },
  // SP 800-38D, 5.2.1.1: from one bit on; in WebCrypto, bytes.
  { tags: TAG_LENGTHS, iv: bytes({ min: 1, advice: NONCE_ADVICE }) },
);
const ocb = aead(
  'AES-OCB',
  { iv: bytes({ min: 1, max: 15, advice: NONCE_ADVICE }), additionalData: optional(bytes()) },
  { tags: OCB_TAG_LENGTHS },
);
const gcmSiv = aead('AES-GCM-SIV', {
  iv: bytes({ min: 12, max: 12 }),
  additionalData: optional(bytes()),
});
/** Deterministic (RFC 5297, section 1.2): a nonce is one more piece of associated data, and may be left out. */
const siv = aead('AES-SIV', { iv: optional(bytes({ max: 128 })), additionalData: optional(bytes()) });
const cbc = aead('AES-CBC', { iv: bytes({ min: 16, max: 16 }) });
const ctrMembers = paramsOf('AES-CTR', {
  iv: bytes({ min: 16, max: 16, advice: 'the initial counter block' }),
  counterLength: integer(1, 128, 'bits'),
});
const ctr: ReadParams = (_, input) => ctrMembers(input);
const nothing = paramsOf('this operation', {});
const none: ReadParams = (_, input) => nothing(input);

const cipher = (read: ReadParams): Family['operations'] => ({ encrypt: read, decrypt: read });

export const AES_FAMILIES: readonly Family[] = [
  aes('AES-GCM', { usages: CIPHER, formats: SECRET_FORMATS, operations: cipher(gcm), tags: TAG_LENGTHS }),
  aes('AES-CTR', { usages: CIPHER, formats: SECRET_FORMATS, operations: cipher(ctr) }),
  aes('AES-CBC', { usages: CIPHER, formats: SECRET_FORMATS, operations: cipher(cbc) }),
  aes('AES-KW', {
    usages: ['wrapKey', 'unwrapKey'],
    formats: SECRET_FORMATS,
    operations: { wrap: none, unwrap: none },
  }),
  aes('AES-OCB', {
    usages: CIPHER,
    formats: NEW_SECRET_FORMATS,
    operations: cipher(ocb),
    tags: OCB_TAG_LENGTHS,
  }),
  aes('AES-SIV', { usages: CIPHER, formats: NEW_SECRET_FORMATS, operations: cipher(siv) }),
  aes('AES-GCM-SIV', { usages: CIPHER, formats: NEW_SECRET_FORMATS, operations: cipher(gcmSiv) }),
  aes('AES-CMAC', {
    usages: ['sign', 'verify'],
    formats: NEW_SECRET_FORMATS,
    operations: { sign: none, verify: none },
  }),
];

/** ChaCha20-Poly1305 (RFC 8439) and its form with a nonce of 24 bytes (draft-irtf-cfrg-xchacha). */
function chacha(name: 'ChaCha20-Poly1305' | 'XChaCha20-Poly1305', nonceBytes: number): Family {
  const read = paramsOf(name, {
    iv: bytes({ min: nonceBytes, max: nonceBytes }),
    additionalData: optional(bytes()),
  });
  return {
    name,
    usages: { secret: CIPHER },
    formats: NEW_SECRET_FORMATS,
    operations: cipher((_, input) => read(input)),
    samples: [{ name }],
    withLength(algorithm, bits) {
      if (bits === 256) return algorithm;
      throw invalid(`a ${name} key has 256 bits; this one has ${bits}`);
    },
    parse(fields) {
      refuseOtherMembers(fields, ['name'], name);
      return { name };
    },
  };
}

export const CHACHA_FAMILIES: readonly Family[] = [
  chacha('ChaCha20-Poly1305', 12),
  chacha('XChaCha20-Poly1305', 24),
];
