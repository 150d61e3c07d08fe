// AES-GCM (NIST SP 800-38D) with 128-bit tags. parseGcmParams is on the hot path.
import { type Family, SECRET_FORMATS } from './family.ts';
import { invalid, isBytes, oneOf, readFields, readInteger, refuseOtherMembers } from './input.ts';
import type { AesGcmAlgorithm, OperationParams } from './types.ts';

const LENGTHS = [128, 192, 256] as const;

// noble takes no nonce under 8 bytes; the ceiling is ours, so that a file passed by mistake is told so.
const MIN_IV_BYTES = 8;
const MAX_IV_BYTES = 128;

export function checkAesLength(value: unknown): AesGcmAlgorithm['length'] {
  return oneOf(readInteger(value, 'length of an AES key', 'bits'), LENGTHS, 'length of an AES key (bits)');
}

export const aesGcm: Family = {
  name: 'AES-GCM',
  usages: { secret: ['encrypt', 'decrypt'] },
  formats: SECRET_FORMATS,
  samples: LENGTHS.map((length) => ({ name: 'AES-GCM', length })),
  parse(fields, purpose) {
    refuseOtherMembers(fields, ['name', 'length'], 'AES-GCM');
    if (fields['length'] !== undefined) return { name: 'AES-GCM', length: checkAesLength(fields['length']) };
    if (purpose === 'import') return { name: 'AES-GCM' };
    throw invalid(`length of AES-GCM is missing; pass one of ${LENGTHS.join(', ')} (bits)`);
  },
};

export function parseGcmParams(input: unknown): OperationParams {
  const fields = readFields(input, 'parameters of AES-GCM', '{ iv: Uint8Array of 12 bytes }');
  refuseOtherMembers(fields, ['iv', 'additionalData'], 'parameters of AES-GCM');
  const iv = fields['iv'];
  if (!isBytes(iv) || iv.length < MIN_IV_BYTES || iv.length > MAX_IV_BYTES) {
    throw invalid(
      `iv of AES-GCM must be a Uint8Array of ${MIN_IV_BYTES} to ${MAX_IV_BYTES} bytes, ` +
        'never used twice with one key: crypto.getRandomValues(new Uint8Array(12)) makes one',
    );
  }
  const additionalData = fields['additionalData'];
  if (additionalData === undefined) return { iv };
  if (!isBytes(additionalData)) throw invalid('additionalData of AES-GCM must be a Uint8Array or absent');
  return { iv, additionalData };
}
