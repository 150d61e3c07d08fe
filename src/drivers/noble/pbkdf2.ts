// PBKDF2 by noble (RFC 8018, 5.2), for hashes that the engine lacks. Touches passwords.
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { DIGEST_BYTES } from '../../algorithms/hash.ts';
import type { FamilyDriver } from '../driver.ts';
import { invalid } from '../failures.ts';
import { HASHES } from './hashes.ts';
import { kdfFamily, need } from './kdf.ts';
import { inSlices, SLICE_MS } from './sliced.ts';

/** Iterations for all blocks, a minute or two. Nothing stops a derivation that has begun, not even a destruction. */
const MAX_WORK = 2 ** 24;

export const pbkdf2: FamilyDriver = kdfFamily((secret, params, length) => {
  const name = need(params.hash, 'hash');
  const hash = HASHES[name];
  const salt = need(params.salt, 'salt');
  const c = need(params.iterations, 'iterations');
  if (c * Math.ceil(length / DIGEST_BYTES[name]) > MAX_WORK) {
    throw invalid('PBKDF2 takes too long here: lower iterations or the length');
  }
  if (length === 0) return new Uint8Array();
  // A copy, because the key may be wiped before a task of low priority has begun.
  const password = new Uint8Array(secret);
  return inSlices(() => pbkdf2Async(hash, password, salt, { c, dkLen: length, asyncTick: SLICE_MS })).finally(
    () => password.fill(0),
  );
});
