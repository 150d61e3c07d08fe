// The annex is loaded behind the first welcome of a worker, or by the first call that needs it.
import { chunk } from '../../drivers/chunk.ts';
import type { MaybePromise } from '../../drivers/driver.ts';
import type { Call } from '../call.ts';

type Annex = typeof import('./annex.ts');

let there: Annex | undefined;
let loading: Promise<Annex> | undefined;

/**
 * What is done with the annex is done in this step, if it is there. If not, nothing of the call has begun when it comes:
 * a call that was cancelled meanwhile does not begin.
 */
export function withAnnex<T>(call: Call, work: (annex: Annex) => MaybePromise<T>): MaybePromise<T> {
  if (there !== undefined) return work(there);
  return loadAnnex().then((annex) => {
    call.check();
    return work(annex);
  });
}

/** @throws KeystoreError `SERVICE_FAILURE`; the next one tries again. */
export function loadAnnex(): Promise<Annex> {
  if (there !== undefined) return Promise.resolve(there);
  loading ??= load();
  return loading;
}

async function load(): Promise<Annex> {
  try {
    there = await chunk(import('./annex.ts'));
    return there;
  } finally {
    loading = undefined;
  }
}
