// RSA (RFC 8017): PSS (section 8.1), PKCS #1 v1.5 signatures (8.2) and OAEP (7.1), as in WebCrypto, sections 20 to 22.
// parsePssParams is on the hot path.
import { type Family, SIGNATURE_USAGES } from './family.ts';
import { DIGEST_BYTES, parseHash } from './hash.ts';
import {
  invalid,
  isBytes,
  oneOf,
  readFields,
  readInteger,
  refuseOtherMembers,
  unsupported,
} from './input.ts';
import { bytes, optional, paramsOf } from './params.ts';
import type { HashName, KeyAlgorithm, OperationParams, RsaAlgorithm } from './types.ts';

const HASHES = ['SHA-256', 'SHA-384', 'SHA-512', 'SHA-1'] as const satisfies readonly HashName[];
/** What is generated. */
const GENERATED_LENGTHS = [2048, 3072, 4096] as const;
/** What is imported: what engines take. */
const MIN_BITS = 1024;
const MAX_BITS = 16384;

/** Big-endian 65537, in a fresh array: a caller may change what it was given. */
const f4 = () => Uint8Array.of(1, 0, 1);

function rsa(name: RsaAlgorithm['name'], usages: Family['usages'], operations: Family['operations']): Family {
  return {
    name,
    usages,
    operations,
    formats: { private: ['pkcs8', 'jwk'], public: ['spki', 'jwk'] },
    samples: [{ name, hash: 'SHA-256', modulusLength: 2048, publicExponent: f4() }],
    parse(fields, purpose) {
      refuseOtherMembers(fields, ['name', 'hash', 'modulusLength', 'publicExponent'], name);
      const hash = parseHash(fields['hash'], name, HASHES);
      const bits = fields['modulusLength'];
      const exponent = fields['publicExponent'];
      if (purpose === 'generate') {
        const modulusLength = generatedLength(name, bits);
        return { name, hash, modulusLength, publicExponent: generatedExponent(name, exponent) };
      }
      return {
        name,
        hash,
        ...(bits === undefined ? {} : { modulusLength: importedLength(name, bits) }),
        ...(exponent === undefined ? {} : { publicExponent: importedExponent(name, exponent) }),
      };
    },
  };
}

function generatedLength(name: string, value: unknown): number {
  const what = `modulusLength of ${name}`;
  if (value !== undefined)
    return oneOf(readInteger(value, what, 'bits'), GENERATED_LENGTHS, `${what} (bits)`);
  throw invalid(`${what} is missing; pass one of ${GENERATED_LENGTHS.join(', ')} (bits)`);
}

function importedLength(name: string, value: unknown): number {
  const what = `modulusLength of ${name}`;
  const bits = readInteger(value, what, 'bits');
  if (bits >= MIN_BITS && bits <= MAX_BITS && bits % 8 === 0) return bits;
  throw unsupported(`${what} is not supported; supported: multiples of 8 from ${MIN_BITS} to ${MAX_BITS}`);
}

/** All but 65537 are for keys that exist already: engines differ on them (NIST SP 800-56B, 6.2). */
function generatedExponent(name: string, value: unknown): RsaAlgorithm['publicExponent'] {
  if (value === undefined || readExponent(name, value).join() === '1,0,1') return f4();
  throw unsupported(`publicExponent of a new ${name} key is not supported; supported: [1, 0, 1] (65537)`);
}

/** RFC 8017, section 3.1: odd, at least 3. Engines bound it further. */
function importedExponent(name: string, value: unknown): RsaAlgorithm['publicExponent'] {
  const exponent = readExponent(name, value);
  const last = exponent.at(-1) ?? 0;
  if (last % 2 === 1 && (exponent.length > 1 || last >= 3)) return exponent;
  throw unsupported(`publicExponent of ${name} is not supported; supported: odd numbers from 3`);
}

/** Canonical, without leading zeros, and a copy. */
function readExponent(name: string, value: unknown): RsaAlgorithm['publicExponent'] {
  if (!isBytes(value) || value.length === 0 || value.length > MAX_BITS / 8) {
    throw invalid(`publicExponent of ${name} must be a big-endian Uint8Array such as [1, 0, 1] (65537)`);
  }
  const start = value.findIndex((byte) => byte !== 0);
  return start < 0 ? new Uint8Array() : new Uint8Array(value.subarray(start));
}

/** The default salt is as long as the hash (RFC 8017, section 9.1, note 4, and RFC 7518, section 3.5). */
const DEFAULTS = new Map<HashName, OperationParams>(
  HASHES.map((hash) => [hash, Object.freeze({ saltLength: DIGEST_BYTES[hash] })]),
);

function parsePssParams(algorithm: KeyAlgorithm, input: unknown): OperationParams {
  const { hash, modulusLength } = algorithm as RsaAlgorithm;
  // RFC 8017, 9.1.1: emLen >= hLen + sLen + 2, and emLen is the modulus' length for whole bytes.
  const limit = modulusLength / 8 - DIGEST_BYTES[hash] - 2;
  const params = readSaltLength(input) ?? DEFAULTS.get(hash) ?? {};
  if ((params.saltLength ?? 0) <= limit) return params;
  throw invalid(`saltLength of RSA-PSS must be from 0 to ${limit} bytes for this key`);
}

function readSaltLength(input: unknown): OperationParams | undefined {
  if (input === undefined) return undefined;
  const fields = readFields(input, 'parameters of RSA-PSS', '{ saltLength: 32 }');
  refuseOtherMembers(fields, ['saltLength'], 'parameters of RSA-PSS');
  const saltLength = fields['saltLength'];
  if (saltLength === undefined) return undefined;
  return { saltLength: readInteger(saltLength, 'saltLength of RSA-PSS', 'bytes') };
}

const oaep = paramsOf('RSA-OAEP', { label: optional(bytes({ max: 4096 })) });
const pkcs1 = paramsOf('RSASSA-PKCS1-v1_5', {});

export const RSA_FAMILIES: readonly Family[] = [
  rsa('RSA-PSS', SIGNATURE_USAGES, { sign: parsePssParams, verify: parsePssParams }),
  rsa('RSASSA-PKCS1-v1_5', SIGNATURE_USAGES, {
    sign: (_, input) => pkcs1(input),
    verify: (_, input) => pkcs1(input),
  }),
  rsa(
    'RSA-OAEP',
    { private: ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'], public: ['encrypt', 'wrapKey'] },
    { encrypt: (_, input) => oaep(input), decrypt: (_, input) => oaep(input) },
  ),
];
