// The registry of algorithm families, and every question about an algorithm that needs no key. Runs in
// tabs and in the host: no secrets, no cryptography, no engine.
import { KeystoreError } from '../errors.ts';
import { AES_FAMILIES, CHACHA_FAMILIES } from './aes.ts';
import { ecdh, ecdsa } from './ec.ts';
import type { Family, Purpose } from './family.ts';
import { invalid, isBytes, lowerCase, readFields, readName, unsupported } from './input.ts';
import { KDF_FAMILIES } from './kdf.ts';
import { hmac, SIZED_MACS } from './macs.ts';
import { ed448, ed25519, x448, x25519 } from './okp.ts';
import { POST_QUANTUM_FAMILIES } from './post-quantum.ts';
import { RSA_FAMILIES } from './rsa.ts';
import type {
  ImportAlgorithm,
  KeyAlgorithm,
  KeyFormat,
  KeyType,
  Operation,
  OperationParams,
  Usage,
} from './types.ts';

export { isBytes } from './input.ts';

const FAMILIES: readonly Family[] = [
  ecdsa,
  ecdh,
  ed25519,
  ed448,
  x25519,
  x448,
  hmac,
  ...SIZED_MACS,
  ...AES_FAMILIES,
  ...CHACHA_FAMILIES,
  ...RSA_FAMILIES,
  ...KDF_FAMILIES,
  ...POST_QUANTUM_FAMILIES,
];

// Without a prototype, so that 'constructor' and '__proto__' are as unknown as any other name.
const byName: Record<string, Family> = Object.create(null);
for (const family of FAMILIES) byName[lowerCase(family.name)] = family;

/** By the canonical name: on the path of every operation. */
const byExactName: ReadonlyMap<string, Family> = new Map(FAMILIES.map((family) => [family.name, family]));

const SUPPORTED_NAMES = FAMILIES.map((family) => family.name).join(', ');
export const FORMATS: readonly KeyFormat[] = [
  'raw',
  'raw-secret',
  'raw-public',
  'raw-private',
  'raw-seed',
  'pkcs8',
  'spki',
  'jwk',
];
export const USAGES: readonly Usage[] = [
  'sign',
  'verify',
  'encrypt',
  'decrypt',
  'deriveKey',
  'deriveBits',
  'wrapKey',
  'unwrapKey',
  'encapsulateKey',
  'encapsulateBits',
  'decapsulateKey',
  'decapsulateBits',
];

/** The family of a canonical algorithm. */
export function familyOf({ name }: ImportAlgorithm): Family {
  const family = byExactName.get(name) ?? byName[lowerCase(name)];
  if (family) return family;
  throw unsupported(`this algorithm is not supported; supported: ${SUPPORTED_NAMES}`);
}

/** The family of a name in any case; `undefined` for none of keyslot's. */
export function familyNamed(name: string): Family | undefined {
  return byName[lowerCase(name)];
}

/**
 * Reads an algorithm as WebCrypto's callers write it: a dictionary, or a bare name such as `'Ed25519'`.
 * Algorithm and hash names match in any case, curve names exactly.
 *
 * @param purpose - for `'import'`, what the material tells (lengths, RSA's exponent) may be absent; for
 * `'generate'`, HMAC's `length` defaults to the hash's block size, RSA's exponent to 65537.
 * @returns the canonical form with nothing else in it; complete if `purpose` is `'generate'`.
 * @throws KeystoreError `NOT_SUPPORTED` for a name, curve, hash or size that keyslot does not have (the
 * message lists what it has); `INVALID_ARGUMENT` for anything malformed, or a member that is unknown.
 */
export function parseAlgorithm(input: unknown, purpose: 'generate'): KeyAlgorithm;
export function parseAlgorithm(input: unknown, purpose: Purpose): ImportAlgorithm;
export function parseAlgorithm(input: unknown, purpose: Purpose): ImportAlgorithm {
  const fields =
    typeof input === 'string' ? { name: input } : readFields(input, 'algorithm', "{ name: 'Ed25519' }");
  const name = readName(fields['name'], 'name of the algorithm', 'Ed25519');
  const family = byName[lowerCase(name)];
  if (!family) throw unsupported(`this algorithm is not supported; supported: ${SUPPORTED_NAMES}`);
  return family.parse(fields, purpose);
}

/** Whether nothing is left to the material: every member that the family's samples have is there. */
export function isComplete(algorithm: ImportAlgorithm): algorithm is KeyAlgorithm {
  const members = Object.keys(familyOf(algorithm).samples[0] ?? {});
  return members.every((member) => Object.hasOwn(algorithm, member));
}

/**
 * Checks a new key's usages. A private key stands for its pair, so it may also `verify`.
 *
 * @returns the usages without repetition, in the order sign, verify, encrypt, decrypt.
 * @throws KeystoreError `INVALID_ARGUMENT` if it is no list, is empty, or has a usage that keys of this
 * algorithm and type do not have (the message lists those they have).
 */
export function checkUsages(algorithm: ImportAlgorithm, type: KeyType, usages: unknown): Usage[] {
  const known = readUsages(algorithm, type, usages);
  // A public key may be there to be agreed with, or exported, only.
  if (known.length === 0 && type !== 'public') throw misfit(algorithm, type);
  return known;
}

/** As {@link checkUsages}; there may be none, which WebCrypto speaks of after all else that is wrong with an import. */
export function readUsages(algorithm: ImportAlgorithm, type: KeyType, usages: unknown): Usage[] {
  const allowed = familyOf(algorithm).usages[type];
  if (!allowed) throw invalid(`there are no ${type} keys of ${algorithm.name}`);
  let asked: unknown[];
  try {
    // Above any list of distinct usages by far; a bound before the walk.
    if (!Array.isArray(usages) || usages.length > 32) throw invalid(listOf(algorithm, type));
    asked = [...usages];
  } catch (error) {
    throw error instanceof KeystoreError ? error : invalid(listOf(algorithm, type), error);
  }
  const known: readonly unknown[] = allowed;
  if (!asked.every((usage) => known.includes(usage))) throw misfit(algorithm, type);
  return USAGES.filter((usage) => asked.includes(usage));
}

function listOf(algorithm: ImportAlgorithm, type: KeyType): string {
  const allowed = familyOf(algorithm).usages[type] ?? [];
  return `usages of a ${type} ${algorithm.name} key must be a list of some of: ${allowed.join(', ')}`;
}

/** With WebCrypto's word for usages, which `subtle` tells apart from other arguments by it. */
function misfit(algorithm: ImportAlgorithm, type: KeyType): KeystoreError {
  const what = listOf(algorithm, type);
  return invalid(what, new DOMException(what, 'SyntaxError'));
}

/**
 * Checks and completes the parameters of one operation, as the algorithm's family reads them. On the path of every
 * operation. Byte arrays are passed on, not copied.
 *
 * @throws KeystoreError `NOT_PERMITTED` for an operation this algorithm does not have;
 * `INVALID_ARGUMENT` for malformed or unknown parameters.
 */
export function parseParams(algorithm: KeyAlgorithm, operation: Operation, input: unknown): OperationParams {
  const { operations } = familyOf(algorithm);
  const read = operations[operation];
  if (read !== undefined) return read(algorithm, input);
  const has = Object.keys(operations).join(' and ');
  throw new KeystoreError('NOT_PERMITTED', `${algorithm.name} keys cannot do that; they ${has}`);
}

/** The format in which a public half is kept and told: SPKI, or the bare bytes where no SPKI is defined. */
export function publicFormatOf(algorithm: ImportAlgorithm): 'spki' | 'raw-public' {
  return familyOf(algorithm).formats.public?.includes('spki') === false ? 'raw-public' : 'spki';
}

/** The kind of key that a creation makes. */
export function generatedType(algorithm: ImportAlgorithm): 'secret' | 'private' {
  return familyOf(algorithm).usages.private === undefined ? 'secret' : 'private';
}

/** One entry of {@link VARIANTS}. */
export interface Variant {
  readonly variant: string;
  readonly sample: KeyAlgorithm;
}

/**
 * What an engine may have or lack as one thing: `'ECDSA/P-256'`, `'AES-GCM/192'`, `'Ed448'`, `'HMAC'`,
 * `'RSA-PSS'`. An AES algorithm must be complete.
 *
 * @throws KeystoreError `INVALID_ARGUMENT` for an AES algorithm without a length.
 */
export function variantOf(algorithm: ImportAlgorithm): string {
  return familyOf(algorithm).variant?.(algorithm) ?? algorithm.name;
}

/** Every variant, with a complete algorithm of each. */
export const VARIANTS: readonly Variant[] = FAMILIES.flatMap((family) =>
  family.samples.map((sample) => ({ variant: variantOf(sample), sample })),
);

/** Whether two canonical algorithms are the same, member by member. */
export function sameAlgorithm(a: ImportAlgorithm, b: ImportAlgorithm): boolean {
  return fingerprint(a) === fingerprint(b);
}

function fingerprint(algorithm: ImportAlgorithm): string {
  const members = Object.entries(algorithm).filter(([, value]) => value !== undefined);
  return JSON.stringify(
    members.sort(([a], [b]) => (a < b ? -1 : 1)),
    (_, value: unknown) => (isBytes(value) ? value.join() : value),
  );
}
