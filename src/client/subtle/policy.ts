// Normalised algorithms in keyslot's words: the policy of a new key, the parameters of an operation, and whether the
// engine has the algorithm. No secrets.
import { privateUsages } from '../../algorithms/family.ts';
import { BLOCK_BITS, HASHES } from '../../algorithms/hash.ts';
import { familyNamed, parseAlgorithm, parseParams, variantOf } from '../../algorithms/index.ts';
import type {
  HashName,
  ImportAlgorithm,
  KeyAlgorithm,
  KeyType,
  Operation,
  OperationParams,
  Usage,
} from '../../algorithms/types.ts';
import { KeystoreError } from '../../errors.ts';
import type { AlgorithmInput, KeyInit } from '../options.ts';
import { dataError, notSupported, operationError } from './failures.ts';
import type { Normalized } from './normalize.ts';

/** `subtle` leaves open what WebCrypto chooses with each call: ECDSA's hash, and the length of a tag. */
const OPEN: Readonly<Record<string, object>> = {
  ECDSA: { hash: 'any' },
  'AES-GCM': { tagLength: 32 },
  'AES-OCB': { tagLength: 64 },
};

/**
 * The policy of a key that is made with this algorithm.
 *
 * @throws DOMException `NotSupportedError` for a curve or hash; else `OperationError` where a key is generated,
 * `DataError` where one is imported.
 */
export function policyOf(algorithm: Normalized, purpose: 'generate' | 'import'): ImportAlgorithm {
  const { hash, namedCurve } = algorithm;
  if (hash !== undefined && !HASHES.some((known) => known === hash)) {
    throw notSupported(`keys of ${algorithm.name} have no hash ${hash}`);
  }
  try {
    return parseAlgorithm({ ...algorithm, ...OPEN[algorithm.name] }, purpose);
  } catch (error) {
    if (!(error instanceof KeystoreError)) throw error;
    if (namedCurve !== undefined) throw notSupported(error.message);
    throw purpose === 'import' ? dataError(error.message) : operationError(error.message);
  }
}

/** The attributes of a key that `subtle` makes: it lives as long as its handle, and `persist` may copy it. */
export function initOf(policy: ImportAlgorithm, usages: readonly Usage[], extractable: boolean): KeyInit {
  return {
    lifetime: 'session',
    algorithm: policy as AlgorithmInput,
    usages,
    extractable,
    copyable: true,
    ...(policy.name.startsWith('SLH-DSA') ? { slow: true } : {}),
  };
}

type Drivers = Readonly<Record<string, 'webcrypto' | 'noble'>>;

/** Whether the engine makes such keys. What the host has not spoken of is the engine's to refuse. */
export function isNative(drivers: Drivers, policy: ImportAlgorithm, bits?: number): boolean {
  return drivers[variantFor(policy, bits)] !== 'noble';
}

function variantFor(policy: ImportAlgorithm, bits?: number): string {
  if (!('length' in policy) && policy.name.startsWith('AES-')) {
    const { withLength } = familyNamed(policy.name) ?? {};
    try {
      return variantOf(withLength?.(policy, bits ?? 256) ?? policy);
    } catch {
      // No key has this length: whoever has the others will say so.
      return `${policy.name}/256`;
    }
  }
  return variantOf(policy);
}

/** The hashes that only noble has, in every engine so far. */
export const isNobleHash = (hash: unknown): hash is HashName =>
  typeof hash === 'string' && /^(sha3|keccak)-/i.test(hash);

/** WebCrypto's names of parameters, where they are not keyslot's. */
const RENAMED: Readonly<Record<string, keyof OperationParams>> = { counter: 'iv', length: 'counterLength' };

/** What may be stated and has one value: RFC 9106, section 3.1; the tags of AEADs whose tags have one length. */
const FIXED: Readonly<Record<string, number>> = { version: 0x13, tagLength: 128 };

const OTHERWISE: readonly string[] = ['name', 'public'];

/**
 * The parameters of one operation.
 *
 * @throws DOMException `NotSupportedError` for a hash, `OperationError` for what else is wrong.
 */
export function paramsOf(
  algorithm: Normalized,
  key: KeyAlgorithm,
  operation: Operation,
  publicKey?: OperationParams['publicKey'],
): OperationParams {
  checkHash(algorithm, key);
  const params: Record<string, unknown> = publicKey === undefined ? {} : { publicKey };
  const isFixed = fixedHash(key) !== undefined;
  for (const [member, value] of Object.entries(algorithm)) {
    if (OTHERWISE.includes(member) || (isFixed && member === 'hash')) continue;
    if (FIXED[member] === undefined || (OPEN[key.name] && member in (OPEN[key.name] ?? {}))) {
      params[RENAMED[member] ?? member] = value;
    } else if (value !== FIXED[member]) {
      throw operationError(`${member} of ${key.name} must be ${FIXED[member]}`);
    }
  }
  try {
    return parseParams(key, operation, params);
  } catch (error) {
    throw error instanceof KeystoreError ? operationError(error.message) : error;
  }
}

/** Of a key that was not made by `subtle`: WebCrypto states with each call what this key's policy says once. */
function fixedHash(key: KeyAlgorithm): HashName | undefined {
  return key.name === 'ECDSA' && key.hash !== 'any' ? key.hash : undefined;
}

function checkHash({ name, hash }: Normalized, key: KeyAlgorithm): void {
  const fixed = fixedHash(key);
  if (hash !== undefined && fixed !== undefined && hash !== fixed) {
    throw notSupported(`the hash of this key is ${fixed}`);
  }
  if (hash === undefined || HASHES.some((known) => known === hash)) return;
  const isEthereum = hash === 'Keccak-256' && 'namedCurve' in key && key.namedCurve === 'secp256k1';
  if (!isEthereum) throw notSupported(`${name} has no hash ${hash}`);
}

/** A key's algorithm as far as the readers of parameters look at it, all left open that `subtle` leaves open. */
export function opened(algorithm: Readonly<globalThis.KeyAlgorithm>): KeyAlgorithm {
  return { ...algorithm, ...OPEN[algorithm.name] } as KeyAlgorithm;
}

/**
 * How many bits a key of this algorithm has ("get key length"); `null` for any number.
 *
 * @throws DOMException `OperationError`; TypeError for HMAC keys of no length
 */
export function keyLengthOf({ name, hash, length }: Normalized): number | null {
  const standard = STANDARD_BITS[name];
  if (name.startsWith('AES-')) {
    const lengths = name === 'AES-SIV' ? [256, 384, 512] : [128, 192, 256];
    if (length !== undefined && lengths.includes(length)) return length;
    throw operationError(`keys of ${name} have ${lengths.join(', ')} bits`);
  }
  if (length === 0) throw new TypeError(`The length of a key of ${name} cannot be 0.`);
  if (length !== undefined) return length;
  if (name === 'HMAC') return blockBits(hash);
  return standard ?? null;
}

function blockBits(hash: unknown): number {
  const found = HASHES.find((known) => known === hash);
  if (found !== undefined) return BLOCK_BITS[found];
  throw notSupported('HMAC does not have this hash');
}

const STANDARD_BITS: Readonly<Record<string, number>> = {
  KMAC128: 128,
  KMAC256: 256,
  BLAKE2b: 512,
  BLAKE2s: 256,
  BLAKE3: 256,
  'ChaCha20-Poly1305': 256,
  'XChaCha20-Poly1305': 256,
};

/** The usages of a key that the algorithm does not have: of a pair, those of its public or private half. */
export function hasUsages(
  { name }: Pick<Normalized, 'name'>,
  type: KeyType,
  usages: readonly Usage[],
): boolean {
  const family = familyNamed(name);
  const all: readonly Usage[] = family?.usages[type] ?? [];
  const known = type === 'private' ? privateUsages(all) : all;
  return usages.every((usage) => known.includes(usage));
}
