// The hashes of keyslot, and their sizes (FIPS 180-4, section 1, figure 1).
import { invalid, oneOf, readFields, readName, refuseOtherMembers } from './input.ts';
import type { HashName } from './types.ts';

const HASHES: readonly HashName[] = ['SHA-256', 'SHA-384', 'SHA-512'];

/** Digest size in bytes. */
export const DIGEST_BYTES: Readonly<Record<HashName, number>> = {
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
};

/** Block size in bits: the length WebCrypto gives an HMAC key that states none. */
export const BLOCK_BITS: Readonly<Record<HashName, number>> = {
  'SHA-256': 512,
  'SHA-384': 1024,
  'SHA-512': 1024,
};

/** WebCrypto's HashAlgorithmIdentifier: a name or `{ name }`, in any case. */
export function parseHash(input: unknown, family: string): HashName {
  const what = `hash of ${family}`;
  if (input === undefined) throw invalid(`${what} is missing; pass one of ${HASHES.join(', ')}`);
  let name: unknown = input;
  if (typeof input !== 'string') {
    const fields = readFields(input, what, "{ name: 'SHA-256' }");
    refuseOtherMembers(fields, ['name'], what);
    name = fields['name'];
  }
  return oneOf(readName(name, what, 'SHA-256').toUpperCase(), HASHES, what);
}
