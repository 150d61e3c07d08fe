// Long computations that let the host answer meanwhile. noble's asynchronous forms pause every few milliseconds by
// `scheduler.yield()` where there is one, by a timer where not. The engine resumes a yielding task before any message
// that waits (measured in Chromium: a SharedWorker answered nobody for the whole second of a derivation, against 13 ms
// in the background), so the computation runs as a background task: its pauses inherit that priority (Prioritized Task
// Scheduling, section 2.4), and messages come first. Where messages never cease, it waits until they do.
import { KeystoreError } from '../../errors.ts';

/** The longest stretch without a pause, in milliseconds. */
export const SLICE_MS = 8;

/**
 * @throws KeystoreError `INSUFFICIENT_MEMORY`: parameters are checked before, so what is left to fail is an allocation.
 */
export async function inSlices<T>(compute: () => Promise<T>): Promise<T> {
  const { scheduler } = globalThis;
  try {
    if (typeof scheduler?.postTask !== 'function') return await compute();
    return await scheduler.postTask(compute, { priority: 'background' });
  } catch (cause) {
    throw new KeystoreError('INSUFFICIENT_MEMORY', 'the derivation failed; let it take less memory', {
      cause,
    });
  }
}
