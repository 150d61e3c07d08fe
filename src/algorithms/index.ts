// The registry of algorithm families, and every question about an algorithm that needs no key. Runs in
// tabs and in the host: no secrets, no cryptography, no engine.
import { KeystoreError } from '../errors.ts';
import { aesGcm, checkAesLength, parseGcmParams } from './aes-gcm.ts';
import { ecdsa } from './ecdsa.ts';
import { ed448, ed25519 } from './eddsa.ts';
import type { Family, Purpose } from './family.ts';
import { checkHmacLength, hmac } from './hmac.ts';
import { invalid, isBytes, readFields, readName, refuseOtherMembers, unsupported } from './input.ts';
import { hasPrivateMember, octetBits } from './jwk.ts';
import { parsePssParams, rsaPss } from './rsa-pss.ts';
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
export { checkJwkPolicy } from './jwk.ts';

const FAMILIES: readonly Family[] = [ecdsa, ed25519, ed448, hmac, aesGcm, rsaPss];

// Without a prototype, so that 'constructor' and '__proto__' are as unknown as any other name.
const byName: Record<string, Family> = Object.create(null);
for (const family of FAMILIES) byName[family.name.toLowerCase()] = family;

const SUPPORTED_NAMES = FAMILIES.map((family) => family.name).join(', ');
const FORMATS: readonly KeyFormat[] = ['raw', 'pkcs8', 'spki', 'jwk'];
const USAGES: readonly Usage[] = ['sign', 'verify', 'encrypt', 'decrypt'];
const NO_PARAMS: OperationParams = Object.freeze({});

function familyOf(algorithm: ImportAlgorithm): Family {
  const family = byName[algorithm.name.toLowerCase()];
  if (family) return family;
  throw unsupported(`this algorithm is not supported; supported: ${SUPPORTED_NAMES}`);
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
  const family = byName[name.toLowerCase()];
  if (!family) throw unsupported(`this algorithm is not supported; supported: ${SUPPORTED_NAMES}`);
  return family.parse(fields, purpose);
}

/**
 * Fills in the length of a secret key from its material, so that a driver can be chosen by it, and
 * checks that `data` has the type its format asks for. RSA stays open: its numbers are known after the
 * import only.
 *
 * @param data - bytes for `raw`, `pkcs8` and `spki`; a JWK object for `jwk`.
 * @throws KeystoreError `INVALID_ARGUMENT` if `data` is of the wrong type, if its length is not the
 * stated one or not one that the algorithm allows.
 */
export function completeAlgorithm(
  algorithm: ImportAlgorithm,
  format: KeyFormat,
  data: unknown,
): ImportAlgorithm {
  checkKeyData(format, data);
  if (algorithm.name !== 'HMAC' && algorithm.name !== 'AES-GCM') return algorithm;
  const bits = isBytes(data) ? data.length * 8 : octetBits(data);
  if (algorithm.length !== undefined && algorithm.length !== bits) {
    throw invalid(
      `the key has ${bits} bits but the algorithm says length: ${algorithm.length}; leave length out`,
    );
  }
  if (algorithm.name === 'HMAC') return { name: 'HMAC', hash: algorithm.hash, length: checkHmacLength(bits) };
  if (bits !== 128 && bits !== 192 && bits !== 256) {
    throw invalid(`an AES key has 128, 192 or 256 bits; this one has ${bits}`);
  }
  return { name: 'AES-GCM', length: checkAesLength(bits) };
}

function checkKeyData(format: KeyFormat, data: unknown): void {
  if (format === 'jwk') readFields(data, 'the key', "a JWK: { kty: 'EC', … }");
  else if (!isBytes(data)) throw invalid(`a key in format '${format}' must be a Uint8Array`);
}

/**
 * The type of key that `format` and `data` make on import.
 *
 * @param data - looked at for `jwk` only: with `d` it is a private key.
 * @throws KeystoreError as {@link checkFormat}.
 */
export function keyTypeOfImport(algorithm: ImportAlgorithm, format: unknown, data: unknown): KeyType {
  const { formats } = familyOf(algorithm);
  const known = checkFormat(algorithm, undefined, format);
  if (formats.secret) return 'secret';
  if (known === 'jwk') return hasPrivateMember(data) ? 'private' : 'public';
  return known === 'pkcs8' ? 'private' : 'public';
}

/**
 * Checks that keys of this algorithm (and type, unless `undefined`) have this format.
 *
 * @throws KeystoreError `INVALID_ARGUMENT` for no format at all, or one of another key type;
 * `NOT_SUPPORTED` for one that this algorithm never has.
 */
export function checkFormat(
  algorithm: ImportAlgorithm,
  type: KeyType | undefined,
  format: unknown,
): KeyFormat {
  const { formats } = familyOf(algorithm);
  const known = FORMATS.find((candidate) => candidate === format);
  if (!known) throw invalid(`format must be one of '${FORMATS.join("', '")}'`);
  const every = new Set(Object.values(formats).flat());
  if (!every.has(known)) {
    throw unsupported(
      `${algorithm.name} keys have no format '${known}'; pass one of ${[...every].join(', ')}`,
    );
  }
  if (type === undefined || formats[type]?.includes(known)) return known;
  const allowed = formats[type]?.join(', ') ?? 'none';
  throw invalid(`a ${type} ${algorithm.name} key has no format '${known}'; its formats: ${allowed}`);
}

/**
 * Checks a new key's usages. A private key stands for its pair, so it may also `verify`.
 *
 * @returns the usages without repetition, in the order sign, verify, encrypt, decrypt.
 * @throws KeystoreError `INVALID_ARGUMENT` if it is no list, is empty, or has a usage that keys of this
 * algorithm and type do not have (the message lists those they have).
 */
export function checkUsages(algorithm: ImportAlgorithm, type: KeyType, usages: unknown): Usage[] {
  const allowed = familyOf(algorithm).usages[type];
  if (!allowed) throw invalid(`there are no ${type} keys of ${algorithm.name}`);
  const what = `usages of a ${type} ${algorithm.name} key must be a list of some of: ${allowed.join(', ')}`;
  let asked: unknown[];
  try {
    // Above any list of distinct usages by far; a bound before the walk.
    if (!Array.isArray(usages) || usages.length === 0 || usages.length > 32) throw invalid(what);
    asked = [...usages];
  } catch (error) {
    throw error instanceof KeystoreError ? error : invalid(what, error);
  }
  const known: readonly unknown[] = allowed;
  if (!asked.every((usage) => known.includes(usage))) throw invalid(what);
  return USAGES.filter((usage) => asked.includes(usage));
}

/**
 * Checks and completes the parameters of one operation. On the path of every operation.
 *
 * RSA-PSS: `saltLength` in bytes, by default the hash's length. AES-GCM: `iv` (8 to 128 bytes) and
 * optionally `additionalData`. The others take none. Byte arrays are passed on, not copied.
 *
 * @throws KeystoreError `NOT_PERMITTED` for an operation this algorithm does not have;
 * `INVALID_ARGUMENT` for malformed or unknown parameters.
 */
export function parseParams(algorithm: KeyAlgorithm, operation: Operation, input: unknown): OperationParams {
  if (algorithm.name === 'AES-GCM') {
    if (operation === 'encrypt' || operation === 'decrypt') return parseGcmParams(input);
  } else if (operation === 'sign' || operation === 'verify') {
    if (algorithm.name === 'RSA-PSS') return parsePssParams(algorithm, input);
    if (input !== undefined) refuseOtherMembers(readFields(input, PARAMS, '{}'), [], PARAMS);
    return NO_PARAMS;
  }
  const has = algorithm.name === 'AES-GCM' ? 'encrypt and decrypt' : 'sign and verify';
  throw new KeystoreError('NOT_PERMITTED', `${algorithm.name} keys cannot do that; they ${has}`);
}

const PARAMS = 'parameters of this operation';

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
  if (algorithm.name === 'ECDSA') return `ECDSA/${algorithm.namedCurve}`;
  if (algorithm.name !== 'AES-GCM') return algorithm.name;
  if (algorithm.length === undefined) throw invalid('length of AES-GCM is missing; pass 128, 192 or 256');
  return `AES-GCM/${algorithm.length}`;
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
  switch (algorithm.name) {
    case 'ECDSA':
      return `ECDSA ${algorithm.namedCurve} ${algorithm.hash}`;
    case 'HMAC':
      return `HMAC ${algorithm.hash} ${algorithm.length}`;
    case 'AES-GCM':
      return `AES-GCM ${algorithm.length}`;
    case 'RSA-PSS':
      return `RSA-PSS ${algorithm.hash} ${algorithm.modulusLength} ${algorithm.publicExponent?.join()}`;
    default:
      return algorithm.name;
  }
}
