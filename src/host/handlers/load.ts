// The annex is loaded behind the first welcome of a worker, or by the first call that needs it.
import { chunk } from '../../chunk.ts';
import type { MaybePromise } from '../../drivers/driver.ts';
import type { Call } from '../call.ts';
import { Waiting } from '../waiting.ts';

type Annex = typeof import('./annex.ts');

/** What came of the load that they wait for. */
interface Loaded {
  readonly annex: Annex;
}

let there: Annex | undefined;
let loading: Promise<Annex> | undefined;

const waiting = new Waiting<Loaded | { readonly error: unknown }>('a script of the host', 'arrival');

/**
 * What is done with the annex is done in this step, if it is there. If not, nothing of the call has begun when it comes:
 * the call waits as for anything else, until it is cancelled or its deadline passes.
 */
export function withAnnex<T>(call: Call, work: (annex: Annex) => MaybePromise<T>): MaybePromise<T> {
  if (there !== undefined) return work(there);
  const done = waiting.wait<T>(call, (loaded) => {
    if ('error' in loaded) throw loaded.error;
    return work(loaded.annex);
  });
  loadAnnex().then(
    (annex) => waiting.all({ annex }),
    (error: unknown) => waiting.all({ error }),
  );
  return done;
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
