// scrypt by noble (RFC 7914). Touches passwords.
import { scryptAsync } from '@noble/hashes/scrypt.js';
import type { FamilyDriver } from '../driver.ts';
import { invalid } from '../failures.ts';
import { kdfFamily, need } from './kdf.ts';
import { inSlices, SLICE_MS } from './sliced.ts';

/** 1 GiB. */
const MAX_MEMORY = 1024 ** 3;

/** Cost × blockSize × parallelism, a minute or two. Nothing stops a derivation that has begun, not even a destruction. */
const MAX_WORK = 2 ** 27;

/** BlockSize × parallelism: 1 MiB is made of the password, and hashed at the end, in one stretch. */
const MAX_WIDTH = 2 ** 13;

export const scrypt: FamilyDriver = kdfFamily((secret, params, length) => {
  const N = need(params.cost, 'cost');
  const r = need(params.blockSize, 'blockSize');
  const p = need(params.parallelism, 'parallelism');
  const salt = need(params.salt, 'salt');
  // RFC 7914, section 2.
  if ((N & (N - 1)) !== 0) throw invalid('cost of scrypt must be a power of two');
  if (128 * r * (N + p + 1) > MAX_MEMORY) throw invalid('scrypt may take at most 1 GiB here: lower cost');
  if (r * p > MAX_WIDTH || N * r * p > MAX_WORK) {
    throw invalid('scrypt takes too long here: lower cost, blockSize or parallelism');
  }
  // A copy, because scrypt needs the password again at its end, and the key may have been wiped by then.
  const password = new Uint8Array(secret);
  const options = { N, r, p, dkLen: length, asyncTick: SLICE_MS, maxmem: MAX_MEMORY };
  return inSlices(() => scryptAsync(password, salt, options)).finally(() => password.fill(0));
}, 1);
