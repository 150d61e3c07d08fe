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
const MODULUS_LENGTHS = [2048, 3072, 4096] as const;

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
        if (bits === undefined) {
          const lengths = MODULUS_LENGTHS.join(', ');
          throw invalid(`modulusLength of ${name} is missing; pass one of ${lengths} (bits)`);
        }
        const publicExponent = exponent === undefined ? f4() : checkExponent(name, exponent);
        return { name, hash, modulusLength: checkModulusLength(name, bits), publicExponent };
      }
      return {
        name,
        hash,
        ...(bits === undefined ? {} : { modulusLength: checkModulusLength(name, bits) }),
        ...(exponent === undefined ? {} : { publicExponent: checkExponent(name, exponent) }),
      };
    },
  };
}

function checkModulusLength(name: string, value: unknown): number {
  const what = `modulusLength of ${name}`;
  return oneOf(readInteger(value, what, 'bits'), MODULUS_LENGTHS, `${what} (bits)`);
}

/** Canonical, without leading zeros. Engines differ on all but 65537 (NIST SP 800-56B, 6.2). */
function checkExponent(name: string, value: unknown): RsaAlgorithm['publicExponent'] {
  if (!isBytes(value) || value.length === 0 || value.length > 512) {
    throw invalid(`publicExponent of ${name} must be a big-endian Uint8Array such as [1, 0, 1] (65537)`);
  }
  const start = value.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? '' : value.subarray(start).join();
  if (digits === '1,0,1') return f4();
  throw unsupported(`publicExponent of ${name} is not supported; supported: [1, 0, 1] (65537)`);
}

/** The default salt is as long as the hash (RFC 8017, section 9.1, note 4, and RFC 7518, section 3.5). */
const DEFAULTS = new Map<HashName, OperationParams>(
  HASHES.map((hash) => [hash, Object.freeze({ saltLength: DIGEST_BYTES[hash] })]),
);

function parsePssParams(algorithm: KeyAlgorithm, input: unknown): OperationParams {
  const { hash, modulusLength } = algorithm as RsaAlgorithm;
  const standard = DEFAULTS.get(hash) ?? {};
  if (input === undefined) return standard;
  const fields = readFields(input, 'parameters of RSA-PSS', '{ saltLength: 32 }');
  refuseOtherMembers(fields, ['saltLength'], 'parameters of RSA-PSS');
  if (fields['saltLength'] === undefined) return standard;
  const saltLength = readInteger(fields['saltLength'], 'saltLength of RSA-PSS', 'bytes');
  // RFC 8017, 9.1.1: emLen >= hLen + sLen + 2, and emLen is the modulus' length for whole bytes.
  const limit = modulusLength / 8 - DIGEST_BYTES[hash] - 2;
  if (saltLength <= limit) return { saltLength };
  throw invalid(`saltLength of RSA-PSS must be from 0 to ${limit} bytes for this key`);
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
