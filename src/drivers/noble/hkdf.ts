// HKDF by noble (RFC 5869), for hashes that the engine lacks. Touches input keys.
import { hkdf as nobleHkdf } from '@noble/hashes/hkdf.js';
import { DIGEST_BYTES } from '../../algorithms/hash.ts';
import type { FamilyDriver } from '../driver.ts';
import { invalid } from '../failures.ts';
import { HASHES } from './hashes.ts';
import { kdfFamily, need } from './kdf.ts';

export const hkdf: FamilyDriver = kdfFamily((secret, params, length) => {
  const hash = need(params.hash, 'hash');
  // RFC 5869, 2.3: one byte counts the blocks.
  const limit = 255 * DIGEST_BYTES[hash];
  if (length > limit) throw invalid(`HKDF with ${hash} derives at most ${limit * 8} bits`);
  return nobleHkdf(HASHES[hash], secret, need(params.salt, 'salt'), need(params.info, 'info'), length);
});
