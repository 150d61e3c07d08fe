// Where what takes seconds is computed: in a worker of the host, while the host serves others, or where there can be none in
// the host's own thread. Touches private keys: a task's copy of one moves to that worker and is cleared there.
//
// One worker does one task and is terminated: what noble left in its memory goes with it, and nothing has to be kept in order
// between tasks. Its start takes some 20 ms, a task 200 at least (docs/decisions/0023).
import { isBytes } from '../../algorithms/input.ts';
import { KeystoreError } from '../../errors.ts';
import type { Bytes, MaybePromise } from '../driver.ts';
import { canNest } from '../nesting.ts';
import { type SlowTask, secretOf, work } from './slh-dsa-work.ts';

/** How long the worker may take to say that it is there, in ms. Whoever is offline may have no script for it. */
const READY_WITHIN = 5_000;

/** @param name - of the Web Lock that the worker holds as long as it lives. */
export type Spawn = (name: string) => Worker;

/** @param make - makes the task, with a copy of the secret, where and when it is to be done. */
export function compute(make: () => SlowTask): MaybePromise<Bytes> {
  return canNest() ? computeApart(make) : work(make());
}

/**
 * In a worker. A script that cannot be loaded (an app with a copy of `keyslot/worker` alone, a Content-Security-Policy, no
 * network) is no fault of the task: it is done here.
 *
 * @throws KeystoreError `INSUFFICIENT_MEMORY` if the worker has ended before the task.
 */
export async function computeApart(make: () => SlowTask, spawn: Spawn = spawnSlow): Promise<Bytes> {
  const name = `keyslot:slow:${crypto.randomUUID()}`;
  const worker = await started(name, spawn);
  if (worker === undefined) {
    // In a macrotask of its own, as in the noble lane: others come to be served in between.
    await new Promise((resolve) => setTimeout(resolve));
    return work(make());
  }
  try {
    return await done(worker, name, make());
  } finally {
    worker.terminate();
  }
}

function spawnSlow(name: string): Worker {
  // Bundlers look for these very words.
  return new Worker(new URL('../../slow.js', import.meta.url), { type: 'module', name });
}

/** `undefined` if it does not start. Nothing secret has been sent by then. */
async function started(name: string, spawn: Spawn): Promise<Worker | undefined> {
  const worker = attempt(() => spawn(name));
  if (worker === undefined) return undefined;
  let late: ReturnType<typeof setTimeout> | undefined;
  const ready = await new Promise<boolean>((resolve) => {
    late = setTimeout(resolve, READY_WITHIN, false);
    worker.onmessage = () => resolve(true);
    worker.onerror = (event) => {
      keepHere(event);
      resolve(false);
    };
  });
  clearTimeout(late);
  if (ready) return worker;
  worker.terminate();
  return undefined;
}

/** Whatever becomes of the worker: its lock comes free when it ends without a word. */
async function done(worker: Worker, name: string, task: SlowTask): Promise<Bytes> {
  const secret = secretOf(task);
  const settled = new AbortController();
  try {
    return await new Promise<Bytes>((resolve, reject) => {
      const ended = (): void => reject(endedEarly());
      worker.onmessage = ({ data }: MessageEvent<unknown>) => (isBytes(data) ? resolve(data) : ended());
      worker.onmessageerror = ended;
      worker.onerror = (event) => {
        keepHere(event);
        ended();
      };
      // Rejects when it is not needed any more.
      navigator.locks.request(name, { signal: settled.signal }, ended).catch(() => {});
      worker.postMessage(task, secret === undefined ? [] : [secret.buffer]);
    });
  } finally {
    settled.abort();
    // It has moved, and its buffer with it, unless posting has failed.
    if (secret?.byteLength) secret.fill(0);
  }
}

/** An error that nobody prevents goes on to the host's own `error` event, by which a tab would take the host for dead. */
function keepHere(event: Event): void {
  event.preventDefault();
}

/** Parameters are checked before, so what is left to fail is an allocation. */
function endedEarly(): KeystoreError {
  return new KeystoreError(
    'INSUFFICIENT_MEMORY',
    'The worker that computed this has ended before it was done. Nothing changed. Try again, with fewer calls at once.',
    { cause: 'WORKER_ENDED' },
  );
}

/** Where a policy forbids workers, some browsers throw. */
function attempt(make: () => Worker): Worker | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
