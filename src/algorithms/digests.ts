// Digests: SHA-1 and SHA-2 (FIPS 180-4), SHA-3 (FIPS 202), cSHAKE (NIST SP 800-185, section 3), TurboSHAKE and
// KangarooTwelve (RFC 9861), as in WebCrypto, section 31, and the Modern Algorithms draft; and beyond them BLAKE2
// (RFC 7693), BLAKE3 and Ethereum's Keccak-256. Names and parameters only: nothing is hashed here.
import { DIGEST_BYTES } from './hash.ts';
import { invalid, lowerCase, readFields, readName, refuseOtherMembers, unsupported } from './input.ts';
import { byDefault, bytes, integer, type Member, optional } from './params.ts';
import type { HashName } from './types.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export type ExtendableName =
  | 'cSHAKE128'
  | 'cSHAKE256'
  | 'TurboSHAKE128'
  | 'TurboSHAKE256'
  | 'KT128'
  | 'KT256'
  | 'BLAKE2b'
  | 'BLAKE2s'
  | 'BLAKE3';
export type DigestName = HashName | ExtendableName;

/** A digest in its one canonical form: correctly spelled, checked, nothing else in it. */
export interface DigestAlgorithm {
  readonly name: DigestName;
  /** In bits. Always there for all but the SHA and Keccak hashes, which have one. */
  readonly outputLength?: number;
  /** cSHAKE: NIST's name of the function built on it. */
  readonly functionName?: Bytes;
  /** cSHAKE, KangarooTwelve. */
  readonly customization?: Bytes;
  /** TurboSHAKE: 0x01 to 0x7F. Always there. */
  readonly domainSeparation?: number;
}

type Members = Readonly<Partial<Record<keyof Omit<DigestAlgorithm, 'name'>, Member>>>;

/** 8 MiB. The ceiling is ours: an output is made in one go. */
const MAX_BITS = 2 ** 26;

function wholeBytes(max: number): Member {
  const bits = integer(8, max, 'bits');
  return (value, what) => {
    const length = bits(value, what);
    if (typeof length === 'number' && length % 8 === 0) return length;
    throw invalid(`${what} must be a multiple of 8 bits`);
  };
}

/** Any number of bits is an output of SP 800-185, none included. */
const cshake: Members = {
  outputLength: integer(0, MAX_BITS, 'bits'),
  functionName: optional(bytes()),
  customization: optional(bytes()),
};
const turboShake: Members = {
  outputLength: wholeBytes(MAX_BITS),
  domainSeparation: byDefault(integer(0x01, 0x7f), 0x1f),
};
const kangarooTwelve: Members = {
  outputLength: wholeBytes(MAX_BITS),
  customization: optional(bytes()),
};
const blake = (standard: number, max = standard): Members => ({
  outputLength: byDefault(wholeBytes(max), standard),
});

const MEMBERS: Readonly<Record<ExtendableName, Members>> = {
  cSHAKE128: cshake,
  cSHAKE256: cshake,
  TurboSHAKE128: turboShake,
  TurboSHAKE256: turboShake,
  KT128: kangarooTwelve,
  KT256: kangarooTwelve,
  BLAKE2b: blake(512),
  BLAKE2s: blake(256),
  BLAKE3: blake(256, MAX_BITS),
};

interface Digest {
  readonly name: DigestName;
  readonly members: Members;
}

const isHash = (name: string): name is HashName => Object.hasOwn(DIGEST_BYTES, name);
const isExtendable = (name: string): name is ExtendableName => Object.hasOwn(MEMBERS, name);

const DIGESTS: readonly Digest[] = [
  ...Object.keys(DIGEST_BYTES)
    .filter(isHash)
    .map((name) => ({ name, members: {} })),
  ...Object.keys(MEMBERS)
    .filter(isExtendable)
    .map((name) => ({ name, members: MEMBERS[name] })),
];

export const DIGEST_NAMES: readonly DigestName[] = DIGESTS.map(({ name }) => name);

const byName: ReadonlyMap<string, Digest> = new Map(
  DIGESTS.map((digest) => [lowerCase(digest.name), digest]),
);

/** The canonical name of a digest in any case; `undefined` for none of keyslot's. */
export function digestNamed(name: string): DigestName | undefined {
  return byName.get(lowerCase(name))?.name;
}

/**
 * Reads a digest as WebCrypto's callers write it: a dictionary, or a bare name such as `'SHA-256'`, in any case.
 * Byte arrays are passed on, not copied.
 *
 * @throws KeystoreError `NOT_SUPPORTED` for a name that keyslot does not have; `INVALID_ARGUMENT` for what is
 * malformed, missing, out of range or unknown.
 */
export function parseDigest(input: unknown): DigestAlgorithm {
  const fields =
    typeof input === 'string' ? { name: input } : readFields(input, 'digest', "{ name: 'SHA-256' }");
  const asked = readName(fields['name'], 'name of the digest', 'SHA-256');
  const digest = byName.get(lowerCase(asked));
  if (!digest) throw unsupported(`this digest is not supported; supported: ${DIGEST_NAMES.join(', ')}`);
  const { name, members } = digest;
  refuseOtherMembers(fields, ['name', ...Object.keys(members)], name);
  const params: Record<string, unknown> = {};
  for (const [member, check] of Object.entries(members)) {
    const value = check(fields[member], `${member} of ${name}`);
    if (value !== undefined) params[member] = value;
  }
  return { ...params, name };
}
