// The way from a page to its host.
import { KeystoreError } from '../errors.ts';
import type { Whereabouts } from '../rpc/protocol.ts';
import type { Access } from './link.ts';

/**
 * The URL of a copy of `keyslot/worker`, or a function that makes a SharedWorker of it. A function is called for each
 * connection: a host that ends is started again. A SharedWorker object serves one connection only. Whoever makes the
 * worker passes `extendedLifetime: true` if volatile keys shall outlive the reload of an only tab.
 */
export type WorkerSource = URL | string | SharedWorker | (() => SharedWorker);

/** TypeScript’s library does not know it yet. Read by Chromium (measured in 156), ignored by Firefox and WebKit. */
const EXTENDED = { extendedLifetime: true };

/** Those whose port has been used: it is closed with its connection. */
const used = new WeakSet<SharedWorker>();

export function hostWorker(store: string, source: WorkerSource | undefined): Access {
  return accessTo(source === undefined ? ownWorker(store) : appWorker(store, source));
}

/**
 * The host of another build: the same store's, at another address of this origin.
 *
 * @param attempt - from 0: an app's own worker may have been made without an extended lifetime, and a worker is only
 * reached by those who ask for what it was made with (Chromium fires `error` otherwise).
 */
export function otherWorker({ url, worker: name }: Whereabouts, attempt: number): Access {
  const options: WorkerOptions = { type: 'module', name };
  return accessTo(new SharedWorker(url, attempt === 0 ? { ...options, ...EXTENDED } : options));
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
    // So that volatile keys outlive the reload of an only tab, where the engine has it (Chromium).
    extendedLifetime: true,
  } as WorkerOptions);
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
  return new SharedWorker(source, { type: 'module', name: `keyslot:${store}`, ...EXTENDED });
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
