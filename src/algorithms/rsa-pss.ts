// RSA-PSS (RFC 8017, section 8.1), as in WebCrypto, section 21. parsePssParams is on the hot path.
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
import type { OperationParams, RsaPssAlgorithm } from './types.ts';

const MODULUS_LENGTHS = [2048, 3072, 4096] as const;

/** Big-endian 65537, in a fresh array: a caller may change what it was given. */
const f4 = () => Uint8Array.of(1, 0, 1);

export const rsaPss: Family = {
  name: 'RSA-PSS',
  usages: SIGNATURE_USAGES,
  formats: { private: ['pkcs8', 'jwk'], public: ['spki', 'jwk'] },
  samples: [{ name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: f4() }],
  parse(fields, purpose) {
    refuseOtherMembers(fields, ['name', 'hash', 'modulusLength', 'publicExponent'], 'RSA-PSS');
    const hash = parseHash(fields['hash'], 'RSA-PSS');
    const bits = fields['modulusLength'];
    const exponent = fields['publicExponent'];
    if (purpose === 'generate') {
      if (bits === undefined) {
        throw invalid(
          `modulusLength of RSA-PSS is missing; pass one of ${MODULUS_LENGTHS.join(', ')} (bits)`,
        );
      }
      const publicExponent = exponent === undefined ? f4() : checkExponent(exponent);
      return { name: 'RSA-PSS', hash, modulusLength: checkModulusLength(bits), publicExponent };
    }
    return {
      name: 'RSA-PSS',
      hash,
      ...(bits === undefined ? {} : { modulusLength: checkModulusLength(bits) }),
      ...(exponent === undefined ? {} : { publicExponent: checkExponent(exponent) }),
    };
  },
};

function checkModulusLength(value: unknown): number {
  const what = 'modulusLength of RSA-PSS';
  return oneOf(readInteger(value, what, 'bits'), MODULUS_LENGTHS, `${what} (bits)`);
}

/** Canonical, without leading zeros. Engines differ on all but 65537 (NIST SP 800-56B, 6.2). */
function checkExponent(value: unknown): RsaPssAlgorithm['publicExponent'] {
  if (!isBytes(value) || value.length === 0 || value.length > 512) {
    throw invalid('publicExponent of RSA-PSS must be a big-endian Uint8Array such as [1, 0, 1] (65537)');
  }
  const start = value.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? '' : value.subarray(start).join();
  if (digits === '1,0,1') return f4();
  throw unsupported('publicExponent of RSA-PSS is not supported; supported: [1, 0, 1] (65537)');
}

/** The default salt is as long as the hash (RFC 8017, section 9.1, note 4, and RFC 7518, section 3.5). */
const DEFAULTS: Readonly<Record<RsaPssAlgorithm['hash'], OperationParams>> = {
  'SHA-256': Object.freeze({ saltLength: 32 }),
  'SHA-384': Object.freeze({ saltLength: 48 }),
  'SHA-512': Object.freeze({ saltLength: 64 }),
};

export function parsePssParams(algorithm: RsaPssAlgorithm, input: unknown): OperationParams {
  if (input === undefined) return DEFAULTS[algorithm.hash];
  const fields = readFields(input, 'parameters of RSA-PSS', '{ saltLength: 32 }');
  refuseOtherMembers(fields, ['saltLength'], 'parameters of RSA-PSS');
  if (fields['saltLength'] === undefined) return DEFAULTS[algorithm.hash];
  const saltLength = readInteger(fields['saltLength'], 'saltLength of RSA-PSS', 'bytes');
  // RFC 8017, 9.1.1: emLen >= hLen + sLen + 2, and emLen is the modulus' length for whole bytes.
  const limit = algorithm.modulusLength / 8 - DIGEST_BYTES[algorithm.hash] - 2;
  if (saltLength <= limit) return { saltLength };
  throw invalid(`saltLength of RSA-PSS must be from 0 to ${limit} bytes for this key`);
}
