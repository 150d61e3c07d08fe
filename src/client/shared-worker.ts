// The way from a page to its host.
import { KeystoreError } from '../errors.ts';
import type { Whereabouts } from '../rpc/protocol.ts';
import type { Access } from './link.ts';

/**
 * The URL of a copy of `keyslot/worker`, or a function that makes a SharedWorker of it. A function is called for each
 * connection: a host that ends is started again. A SharedWorker object serves one connection only.
 */
export type WorkerSource = URL | string | SharedWorker | (() => SharedWorker);

/** Those whose port has been used: it is closed with its connection. */
const used = new WeakSet<SharedWorker>();

export function hostWorker(store: string, source: WorkerSource | undefined): Access {
  return accessTo(source === undefined ? ownWorker(store) : appWorker(store, source));
}

/** The host of another build: the same store's, at another address of this origin. */
export function otherWorker({ url, worker: name }: Whereabouts): Access {
  return accessTo(new SharedWorker(url, { type: 'module', name }));
}

function accessTo(worker: SharedWorker): Access {
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
  if (typeof source === 'function') return source();
  if (source instanceof SharedWorker) {
    if (used.has(source)) {
      throw new KeystoreError(
        'SERVICE_FAILURE',
        'This SharedWorker object has served its connection. Pass a function that makes it, or its URL, as `worker`.',
      );
    }
    used.add(source);
    return source;
  }
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
