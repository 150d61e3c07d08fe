// Messages that come together go together: one that is posted costs more than most of what is computed for it
// (docs/decisions/0028). Where a client has many calls under way, those that only compute are held back for a moment, and
// so are their answers. A call alone waits for nothing, and what changes anything is never held back.
import type { Port } from './port.ts';
import type { Method } from './protocol.ts';

/** Calls under way on a port from which on more are held back. */
const MANY = 8;

/** Most messages of a parcel, which is read in one step: others are served before the next. */
export const MAX_PARCEL = 16;

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
export interface Outbox {
  /** Posts a message now, after what was held back. */
  post(message: object, transfers: Transferable[]): void;
  /** Posts a message now or later. What is in it must not change. */
  hold(message: object): void;
  /** Posts what was held back. */
  flush(): void;
}

/** @param onUnsent - told of each message that was held back and cannot be posted. */
export function outbox(
  port: Port,
  later: Later,
  onUnsent: (message: object, error: unknown) => void,
): Outbox {
  let held: object[] = [];
  // Invariant: while anything is held back, a callback is to come. It may come early for what was held back last.
  let isDue = false;
  const flush = (): void => {
    const parcel = held;
    if (parcel.length === 0) return;
    held = [];
    try {
      port.postMessage(parcel);
    } catch {
      // One of them cannot be cloned, and so none was posted: the others are not to suffer for it.
      for (const message of parcel) alone(message);
    }
  };
  /** Still a parcel: it says that its sender has many under way. */
  const alone = (message: object): void => {
    try {
      port.postMessage([message]);
    } catch (error) {
      onUnsent(message, error);
    }
  };
  return {
    post(message, transfers) {
      flush();
      port.postMessage(message, transfers);
    },
    hold(message) {
      held.push(message);
      if (held.length === MAX_PARCEL) flush();
      else if (!isDue) {
        isDue = true;
        later(() => {
          isDue = false;
          flush();
        });
      }
    },
    flush,
  };
}
