// What SLH-DSA (FIPS 205) takes seconds for, by noble: keys and signatures, as tasks in plain data, so that they can be done
// in the host's thread or in a worker of it (apart.ts). Touches private keys; a task's copy of one is cleared here.
//
// A signature takes the thread from 0.2 s (SHA2-128f) to 40 s (SHAKE-256s; a key of it takes 2 s), in one stretch: noble's
// sign is one synchronous call, and the tree hashing inside of it cannot be paused.
import {
  type SphincsSigner,
  slh_dsa_sha2_128f,
  slh_dsa_sha2_128s,
  slh_dsa_sha2_192f,
  slh_dsa_sha2_192s,
  slh_dsa_sha2_256f,
  slh_dsa_sha2_256s,
  slh_dsa_shake_128f,
  slh_dsa_shake_128s,
  slh_dsa_shake_192f,
  slh_dsa_shake_192s,
  slh_dsa_shake_256f,
  slh_dsa_shake_256s,
} from '@noble/post-quantum/slh-dsa.js';
import { isBytes } from '../../algorithms/input.ts';
import type { SlhDsaName } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';

export const SIGNERS: Readonly<Record<SlhDsaName, SphincsSigner>> = {
  'SLH-DSA-SHA2-128s': slh_dsa_sha2_128s,
  'SLH-DSA-SHA2-128f': slh_dsa_sha2_128f,
  'SLH-DSA-SHA2-192s': slh_dsa_sha2_192s,
  'SLH-DSA-SHA2-192f': slh_dsa_sha2_192f,
  'SLH-DSA-SHA2-256s': slh_dsa_sha2_256s,
  'SLH-DSA-SHA2-256f': slh_dsa_sha2_256f,
  'SLH-DSA-SHAKE-128s': slh_dsa_shake_128s,
  'SLH-DSA-SHAKE-128f': slh_dsa_shake_128f,
  'SLH-DSA-SHAKE-192s': slh_dsa_shake_192s,
  'SLH-DSA-SHAKE-192f': slh_dsa_shake_192f,
  'SLH-DSA-SHAKE-256s': slh_dsa_shake_256s,
  'SLH-DSA-SHAKE-256f': slh_dsa_shake_256f,
};

/** Its result is a new private key. */
interface KeyTask {
  readonly name: SlhDsaName;
}

/** Its result is a signature. No context and an empty one are the same. */
interface SignTask extends KeyTask {
  /** The task's own, in a buffer of its own. */
  readonly secret: Bytes;
  readonly data: Bytes;
  readonly context: Bytes;
}

export type SlowTask = KeyTask | SignTask;

/** Does the task, and clears its secret. */
export function work(task: SlowTask): Bytes {
  const signer = SIGNERS[task.name];
  if (!('secret' in task)) return signer.keygen().secretKey;
  const { secret, data, context } = task;
  try {
    return signer.sign(data, secret, { context });
  } finally {
    secret.fill(0);
  }
}

/** What moves with a task to another thread, and is here no more. */
export function secretOf(task: SlowTask): Bytes | undefined {
  return 'secret' in task ? task.secret : undefined;
}

export function isSlowTask(value: unknown): value is SlowTask {
  if (typeof value !== 'object' || value === null || !('name' in value)) return false;
  if (typeof value.name !== 'string' || !Object.hasOwn(SIGNERS, value.name)) return false;
  if (!('secret' in value)) return true;
  return (
    isBytes(value.secret) &&
    'data' in value &&
    isBytes(value.data) &&
    'context' in value &&
    isBytes(value.context)
  );
}
