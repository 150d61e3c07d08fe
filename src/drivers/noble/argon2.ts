// Argon2d, Argon2i and Argon2id by noble (RFC 9106), version 0x13. Touches passwords.
import { argon2dAsync, argon2iAsync, argon2idAsync } from '@noble/hashes/argon2.js';
import type { FamilyDriver } from '../driver.ts';
import { invalid } from '../failures.ts';
import { kdfFamily, need } from './kdf.ts';
import { inSlices, SLICE_MS } from './sliced.ts';

/** 1 GiB, in KiB. */
const MAX_MEMORY = 1024 ** 2;

/** 16 GiB, in KiB, over all passes: a minute or two. Nothing stops a derivation that has begun, not even a destruction. */
const MAX_WORK = 16 * 1024 ** 2;

/** Each lane begins with 64 hashes, all lanes in one stretch. */
const MAX_LANES = 256;

function argon2(derive: typeof argon2idAsync): FamilyDriver {
  return kdfFamily((secret, params, length) => {
    const lanes = need(params.parallelism, 'parallelism');
    const memory = need(params.memory, 'memory');
    // RFC 9106, 3.1.
    if (memory < 8 * lanes) throw invalid('memory of Argon2 must be at least 8 KiB for each of parallelism');
    if (memory > MAX_MEMORY) throw invalid(`memory of Argon2 must be at most ${MAX_MEMORY} KiB here`);
    if (lanes > MAX_LANES) throw invalid(`parallelism of Argon2 must be at most ${MAX_LANES} here`);
    const passes = need(params.passes, 'passes');
    if (memory * passes > MAX_WORK) throw invalid('Argon2 takes too long here: lower memory or passes');
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
