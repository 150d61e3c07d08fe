// A tab's own worker, in which its host lives (the elected topology): one for each store, as long as the page.
import { KeystoreError } from '../../errors.ts';
import { hostLockName } from '../../rpc/handshake.ts';
import { isStarted, type ToWorker } from '../../rpc/tab.ts';
import type { Access } from '../link.ts';
import { notLoaded, type WorkerSource } from '../worker-source.ts';
import { whileBrokered } from './broker.ts';
import { watchPage } from './page.ts';
import { whileServed } from './service-worker.ts';

const workers = new Map<string, OwnWorker>();

/** A port to the host in this tab's own worker, which is started if it does not run. */
export async function ownHost(store: string, source: WorkerSource | undefined): Promise<Access> {
  const there = workers.get(store);
  if (there !== undefined && (await there.lives())) return there.connect();
  there?.end();
  // Asked for by one connection, one at a time: nobody has made another meanwhile.
  const made = new OwnWorker(source === undefined ? ownWorker(store) : appWorker(store, source));
  workers.set(store, made);
  made.failed.catch(() => {
    if (workers.get(store) === made) workers.delete(store);
  });
  return made.connect();
}

/** Workers that the app made itself and that have been used. */
const used = new WeakSet<Worker>();

class OwnWorker {
  /** Rejects if the script does not load. */
  readonly failed: Promise<never>;
  readonly #worker: Worker;
  readonly #boots = new Set<string>();

  constructor(worker: Worker) {
    this.#worker = worker;
    used.add(worker);
    this.failed = new Promise((_resolve, reject) => {
      worker.addEventListener('error', (event) => reject(notLoaded(event)));
    });
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isStarted(data)) this.#boots.add(data.boot);
    });
    watchPage((state) => this.#tell({ keyslot: 'page', state }));
    whileServed(
      (boot) => this.#boots.has(boot),
      (port) => this.#tell({ keyslot: 'connect' }, [port]),
    );
    whileBrokered((line) =>
      line === undefined ? this.#tell({ keyslot: 'no-broker' }) : this.#tell({ keyslot: 'broker' }, [line]),
    );
  }

  connect(): Access {
    const { port1, port2 } = new MessageChannel();
    this.#tell({ keyslot: 'connect' }, [port1]);
    return { port: port2, failed: this.failed };
  }

  /** Whether its hosts are there: one that was terminated, or has crashed, holds their locks no more. */
  async lives(): Promise<boolean> {
    const options = { mode: 'shared', ifAvailable: true } as const;
    const gone = [...this.#boots].map((boot) =>
      navigator.locks.request(hostLockName(boot), options, (lock) => lock !== null),
    );
    return !(await Promise.all(gone)).includes(true);
  }

  end(): void {
    this.#worker.terminate();
  }

  #tell(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

function ownWorker(store: string): Worker {
  // Bundlers look for these very words.
  return new Worker(new URL('../../worker.js', import.meta.url), {
    type: 'module',
    name: `keyslot:${store}`,
  });
}

function appWorker(store: string, source: WorkerSource): Worker {
  const made = typeof source === 'function' ? source() : source;
  if (typeof made === 'string' || made instanceof URL) {
    return new Worker(made, { type: 'module', name: `keyslot:${store}` });
  }
  if (!(made instanceof Worker)) {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      'The elected topology runs a Worker in each tab: pass one, a function that makes it, or its URL, as `worker`.',
    );
  }
  if (!used.has(made)) return made;
  throw new KeystoreError(
    'SERVICE_FAILURE',
    'This Worker has ended, or serves another store. Pass a function that makes it, or its URL, as `worker`.',
  );
}
