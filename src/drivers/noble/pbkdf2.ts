// PBKDF2 by noble (RFC 8018, 5.2), for hashes that the engine lacks. Touches passwords.
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import type { FamilyDriver } from '../driver.ts';
import { HASHES } from './hashes.ts';
import { kdfFamily, need } from './kdf.ts';
import { inSlices, SLICE_MS } from './sliced.ts';

export const pbkdf2: FamilyDriver = kdfFamily((secret, params, length) => {
  const hash = HASHES[need(params.hash, 'hash')];
  const salt = need(params.salt, 'salt');
  const c = need(params.iterations, 'iterations');
  if (length === 0) return new Uint8Array();
  // A copy, because the key may be wiped before a task of low priority has begun.
  const password = new Uint8Array(secret);
  return inSlices(() => pbkdf2Async(hash, password, salt, { c, dkLen: length, asyncTick: SLICE_MS })).finally(
    () => password.fill(0),
  );
});
