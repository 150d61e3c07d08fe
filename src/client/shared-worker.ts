// The way from a page to its host.
import { KeystoreError } from '../errors.ts';
import type { Access } from './link.ts';

/** A SharedWorker that runs `keyslot/worker`, or the URL of such a script. */
export type WorkerSource = SharedWorker | URL | string;

export function hostWorker(store: string, source: WorkerSource | undefined): Access {
  const worker = source === undefined ? ownWorker(store) : appWorker(store, source);
  const failed = new Promise<never>((_resolve, reject) => {
    // The only event that an engine fires when a worker's script is missing, blocked by CSP, or of another type.
    worker.addEventListener('error', (event) => reject(notLoaded(event)));
  });
  // Whoever has stopped waiting for it must not be bothered by it.
  failed.catch(() => undefined);
  return { port: worker.port, failed };
}

function ownWorker(store: string): SharedWorker {
  // The identity of a SharedWorker is origin, URL and name: one worker, and thread, a store. Bundlers look
  // for these very words.
  return new SharedWorker(new URL('../worker.js', import.meta.url), {
    type: 'module',
    name: `keyslot:${store}`,
  });
}

function appWorker(store: string, source: WorkerSource): SharedWorker {
  if (source instanceof SharedWorker) return source;
  return new SharedWorker(source, { type: 'module', name: `keyslot:${store}` });
}

function notLoaded(event: Event): KeystoreError {
  const cause =
    event instanceof ErrorEvent && event.message !== '' ? { cause: new Error(event.message) } : {};
  return new KeystoreError(
    'SERVICE_FAILURE',
    'The worker script of keyslot could not be loaded. Check that your bundler serves it as a module from this origin ' +
      'and that worker-src of your Content-Security-Policy allows it, or pass `worker`: see the README.',
    cause,
  );
}
