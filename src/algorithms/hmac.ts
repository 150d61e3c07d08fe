// HMAC (FIPS 198-1), as in WebCrypto, section 29, but with key lengths in whole bytes only.
import { type Family, SECRET_FORMATS } from './family.ts';
import { BLOCK_BITS, parseHash } from './hash.ts';
import { invalid, readInteger, refuseOtherMembers } from './input.ts';

/** 1 KiB. A longer key adds nothing: HMAC hashes whatever exceeds the block size. */
const MAX_BITS = 8192;

export function checkHmacLength(value: unknown): number {
  const length = readInteger(value, 'length of an HMAC key', 'bits');
  if (length >= 8 && length <= MAX_BITS && length % 8 === 0) return length;
  throw invalid(`length of an HMAC key must be a multiple of 8 from 8 to ${MAX_BITS} bits`);
}

export const hmac: Family = {
  name: 'HMAC',
  usages: { secret: ['sign', 'verify'] },
  formats: SECRET_FORMATS,
  samples: [{ name: 'HMAC', hash: 'SHA-256', length: 512 }],
  parse(fields, purpose) {
    refuseOtherMembers(fields, ['name', 'hash', 'length'], 'HMAC');
    const hash = parseHash(fields['hash'], 'HMAC');
    if (fields['length'] !== undefined) {
      return { name: 'HMAC', hash, length: checkHmacLength(fields['length']) };
    }
    return purpose === 'generate' ? { name: 'HMAC', hash, length: BLOCK_BITS[hash] } : { name: 'HMAC', hash };
  },
};
