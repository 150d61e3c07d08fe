// The page's end of the dedicated worker: starts it, attaches the keystore, hands it orders.
import type { Keystore } from 'keyslot';
import type { Source } from './documents.ts';
import type { Signed } from './jws.ts';
import type { Answer, Order } from './worker.ts';

/** An error of the worker, told on here with its code. */
class WorkerError extends Error {
  override readonly name = 'WorkerError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class DemoWorker {
  readonly name: string;
  readonly #worker: Worker;
  #orders = 0;

  private constructor(worker: Worker, tab: string) {
    this.#worker = worker;
    this.name = `${tab}’s worker`;
  }

  static async start(keys: Keystore, tab: string): Promise<DemoWorker> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    await keys.attach(worker);
    return new DemoWorker(worker, tab);
  }

  sign(id: string, source: Source): Promise<Signed> {
    this.#orders += 1;
    const order = this.#orders;
    return new Promise((resolve, reject) => {
      const heard = new AbortController();
      const onMessage = ({ data }: MessageEvent<Partial<Answer>>): void => {
        if (data.order !== order) return;
        heard.abort();
        if ('signed' in data && data.signed !== undefined) resolve(data.signed);
        else if ('code' in data) reject(new WorkerError(data.code ?? 'ERROR', data.message ?? ''));
      };
      const onError = ({ message }: ErrorEvent): void => {
        heard.abort();
        reject(new WorkerError('ERROR', `The worker failed: ${message || 'its script did not load'}.`));
      };
      this.#worker.addEventListener('message', onMessage, { signal: heard.signal });
      this.#worker.addEventListener('error', onError, { signal: heard.signal });
      this.#worker.postMessage({ order, id, source, by: this.name } satisfies Order);
    });
  }
}
