// Messages that come together go together: one that is posted costs more than most of what is computed for it
// (docs/decisions/0028). Where a client has many calls under way, those that only compute are held back for a moment, and
// so are their answers. A call alone waits for nothing, and what changes anything is never held back.
import type { Port } from './port.ts';
import type { Method } from './protocol.ts';

/** Calls under way on a port from which on more are held back. */
const MANY = 8;

/** Most messages of a parcel. A host works through one in a single step, and serves other ports before the next. */
export const MAX_PARCEL = 32;

/** What a parcel goes with at the latest, in bytes of data: reading one is a task of a tab. */
const MAX_BYTES = 131_072;

/** How long an answer is held back, in ms: about what it takes to compute a few. */
const PATIENCE = 2;

/** Asked again they do the same: nothing is lost with a host that held their answers back. */
const COMPUTING: ReadonlySet<unknown> = new Set<Method>([
  'sign',
  'verify',
  'encrypt',
  'decrypt',
  'deriveBits',
  'encapsulateBits',
  'decapsulateBits',
  'digest',
]);

export function computes(method: unknown): boolean {
  return COMPUTING.has(method);
}

export function areMany(underway: number): boolean {
  return underway >= MANY;
}

/** Calls back when what is held back has to go. */
export type Later = (callback: () => void) => void;

/** With what else this step leads to: answers that came together lead to calls that go together. */
export const afterThisStep: Later = (callback) => queueMicrotask(callback);

export const soon: Later = (callback) => setTimeout(callback, PATIENCE);

/** What is posted on a port, in its order. */
export class Outbox {
  readonly #port: Port;
  readonly #later: Later;
  readonly #onUnsent: (message: object, error: unknown) => void;
  #held: object[] = [];
  #bytes = 0;
  #isDue = false;

  /** @param onUnsent - told of each message that was held back and cannot be posted. */
  constructor(port: Port, later: Later, onUnsent: (message: object, error: unknown) => void) {
    this.#port = port;
    this.#later = later;
    this.#onUnsent = onUnsent;
  }

  /** Posts a message now, after what was held back. */
  post(message: object, transfers: Transferable[]): void {
    this.flush();
    this.#port.postMessage(message, transfers);
  }

  /** Posts a message now or later. What is in it must not change: of that, `data` is what may be long. */
  hold(message: object, data: unknown): void {
    this.#held.push(message);
    if (ArrayBuffer.isView(data)) this.#bytes += data.byteLength;
    if (this.#held.length >= MAX_PARCEL || this.#bytes >= MAX_BYTES) this.flush();
    else this.#arm();
  }

  /** Invariant: while anything is held back, a callback is to come. It may come early for what was held back last. */
  #arm(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#later(() => {
      this.#isDue = false;
      this.flush();
    });
  }

  flush(): void {
    const held = this.#held;
    if (held.length === 0) return;
    this.#held = [];
    this.#bytes = 0;
    try {
      this.#port.postMessage(held);
    } catch {
      // One of them cannot be cloned, and so none was posted: the others are not to suffer for it.
      for (const message of held) this.#alone(message);
    }
  }

  /** Still a parcel: it says that its sender has many under way. */
  #alone(message: object): void {
    try {
      this.#port.postMessage([message]);
    } catch (error) {
      this.#onUnsent(message, error);
    }
  }
}
