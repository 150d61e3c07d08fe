// The way from a page to a host in a SharedWorker.
import { KeystoreError } from '../errors.ts';
import type { Whereabouts } from '../rpc/protocol.ts';
import type { Access } from './link.ts';
import { notLoaded, type WorkerSource } from './worker-source.ts';

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
  const made = typeof source === 'function' ? source() : source;
  if (typeof made === 'string' || made instanceof URL) {
    return new SharedWorker(made, { type: 'module', name: `keyslot:${store}`, ...EXTENDED });
  }
  if (!(made instanceof SharedWorker)) {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      'A Worker as `worker` is for the elected topology. Pass a SharedWorker, a function that makes it, or a URL.',
    );
  }
  if (typeof source !== 'function') {
    if (used.has(made)) {
      throw new KeystoreError(
        'SERVICE_FAILURE',
        'This SharedWorker object has served its connection. Pass a function that makes it, or its URL, as `worker`.',
      );
    }
    used.add(made);
  }
  return made;
}
