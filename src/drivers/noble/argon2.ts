// Argon2d, Argon2i and Argon2id by noble (RFC 9106), version 0x13. Touches passwords.
import { argon2dAsync, argon2iAsync, argon2idAsync } from '@noble/hashes/argon2.js';
import type { FamilyDriver } from '../driver.ts';
import { invalid } from '../failures.ts';
import { kdfFamily, need } from './kdf.ts';
import { inSlices, SLICE_MS } from './sliced.ts';

/** 1 GiB, in KiB. */
const MAX_MEMORY = 1024 ** 2;

function argon2(derive: typeof argon2idAsync): FamilyDriver {
  return kdfFamily((secret, params, length) => {
    const lanes = need(params.parallelism, 'parallelism');
    const memory = need(params.memory, 'memory');
    // RFC 9106, 3.1.
    if (memory < 8 * lanes) throw invalid('memory of Argon2 must be at least 8 KiB for each of parallelism');
    if (memory > MAX_MEMORY) throw invalid(`memory of Argon2 must be at most ${MAX_MEMORY} KiB here`);
    const passes = need(params.passes, 'passes');
    const nonce = need(params.nonce, 'nonce');
    const { secretValue, associatedData } = params;
    // A copy, because the key may be wiped before a task of low priority has begun.
    const password = new Uint8Array(secret);
    const options = {
      t: passes,
      m: memory,
      p: lanes,
      dkLen: length,
      asyncTick: SLICE_MS,
      ...(secretValue === undefined ? {} : { key: secretValue }),
      ...(associatedData === undefined ? {} : { personalization: associatedData }),
    };
    return inSlices(() => derive(password, nonce, options)).finally(() => password.fill(0));
  }, 4);
}

export const argon2d: FamilyDriver = argon2(argon2dAsync);
export const argon2i: FamilyDriver = argon2(argon2iAsync);
export const argon2id: FamilyDriver = argon2(argon2idAsync);
