// The hashes that keys' policies name, and their sizes (FIPS 180-4, section 1, figure 1; FIPS 202, table 3).
import { invalid, lowerCase, oneOf, readFields, readName, refuseOtherMembers } from './input.ts';
import type { HashName } from './types.ts';

/** Whose digests are the engine's: every engine has these, and none has another so far. Noble has all others. */
export const ENGINE_HASHES = [
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'SHA-512',
] as const satisfies readonly HashName[];

/** Every hash of every key but secp256k1's. */
export const HASHES = [
  ...ENGINE_HASHES,
  'SHA3-256',
  'SHA3-384',
  'SHA3-512',
] as const satisfies readonly HashName[];

/** Digest size in bytes. */
export const DIGEST_BYTES: Readonly<Record<HashName, number>> = {
  'SHA-1': 20,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
  'SHA3-256': 32,
  'SHA3-384': 48,
  'SHA3-512': 64,
  'Keccak-256': 32,
};

/** Block size in bits: the length WebCrypto gives an HMAC key that states none. */
export const BLOCK_BITS: Readonly<Record<HashName, number>> = {
  'SHA-1': 512,
  'SHA-256': 512,
  'SHA-384': 1024,
  'SHA-512': 1024,
  'SHA3-256': 1088,
  'SHA3-384': 832,
  'SHA3-512': 576,
  'Keccak-256': 1088,
};

/** WebCrypto's HashAlgorithmIdentifier: a name or `{ name }`, in any case. */
export function parseHash<const H extends string = HashName>(
  input: unknown,
  family: string,
  hashes: readonly H[] = HASHES as readonly string[] as readonly H[],
): H {
  const what = `hash of ${family}`;
  if (input === undefined) throw invalid(`${what} is missing; pass one of ${hashes.join(', ')}`);
  let name: unknown = input;
  if (typeof input !== 'string') {
    const fields = readFields(input, what, "{ name: 'SHA-256' }");
    refuseOtherMembers(fields, ['name'], what);
    name = fields['name'];
  }
  const asked = lowerCase(readName(name, what, 'SHA-256'));
  const found = hashes.find((hash) => lowerCase(hash) === asked);
  return found ?? oneOf(asked, hashes, what);
}
