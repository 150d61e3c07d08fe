// What an app may pass as `worker`, and what is said when it does not load.
import { KeystoreError } from '../errors.ts';

/**
 * The URL of a copy of `keyslot/worker`, or a function that makes a worker of it: a SharedWorker for the shared topology,
 * a Worker for the elected one. A function is called for each connection: a host that ends is started again. A worker
 * object serves one connection only. Whoever makes a SharedWorker passes `extendedLifetime: true` if volatile keys shall
 * outlive the reload of an only tab.
 */
export type WorkerSource = URL | string | SharedWorker | Worker | (() => SharedWorker | Worker);

export function notLoaded(event: Event): KeystoreError {
  const cause =
    event instanceof ErrorEvent && event.message !== '' ? { cause: new Error(event.message) } : {};
  return new KeystoreError(
    'SERVICE_FAILURE',
    'The worker script of keyslot could not be loaded. Check that your bundler serves it as a module from this origin ' +
      'and that worker-src of your Content-Security-Policy allows it, or pass `worker`: see the README.',
    cause,
  );
}
