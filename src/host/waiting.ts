// How a call waits: in a fair queue, until it is granted, cancelled, or its deadline passes (G5).
import { KeystoreError } from '../errors.ts';
import { FairQueue } from '../slots/waiters.ts';
import type { Call } from './call.ts';
import type { Session } from './session.ts';
import { Tally } from './tally.ts';

/** Called in the very step that grants: what it does is atomic with the grant. */
interface Waiter<G> {
  readonly grant: (gift: G) => void;
  readonly needs: boolean;
}

/** Calls that wait for one kind of thing. `G` is what a grant hands over, if anything. */
export class Waiting<G = void> {
  readonly tally: Tally;
  readonly #what: string;
  readonly #queue = new FairQueue<Session | null, Waiter<G>>();
  readonly #fair: boolean;

  /**
   * @param what - what is waited for, as an error calls it: "a lane", "a cache slot".
   * @param order - fair between sessions, or strictly first in, first out.
   * @param tally - of all queues of this kind, where there are several.
   */
  constructor(what: string, order: 'fair' | 'arrival' = 'fair', tally = new Tally()) {
    this.tally = tally;
    this.#what = what;
    this.#fair = order === 'fair';
  }

  get size(): number {
    return this.#queue.size;
  }

  /** Whether whoever is next needs more than a turn. */
  get needs(): boolean {
    return this.#queue.peek()?.needs === true;
  }

  /**
   * Enqueues, and settles as `granted` does, which runs in the granting step.
   *
   * @param needs - whether it waits for a thing, not only for a turn behind those who do.
   */
  wait<T>(call: Call, granted: (gift: G) => T | Promise<T>, needs = true): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      call.check();
      const leave = (error: Error): void => {
        stop();
        // Removed before anything else can run: a waiter that has left is never granted, so that no wake-up
        // is lost on it.
        this.#queue.remove(this.#line(call), waiter);
        this.tally.leave();
        reject(error);
      };
      const stop = (): void => {
        stopTimer();
        call.onCancel = undefined;
      };
      const waiter: Waiter<G> = {
        needs,
        grant: (gift) => {
          stop();
          this.tally.grant(call.clock.now() - began);
          try {
            resolve(granted(gift));
          } catch (error) {
            reject(error);
          }
        },
      };
      const began = call.clock.now();
      const stopTimer = call.clock.at(call.deadline, () => leave(this.#expired(call, waiter)));
      call.onCancel = () => leave(call.cancellation());
      this.#queue.enqueue(this.#line(call), waiter);
      this.tally.enter();
    });
  }

  /** Grants the next waiter, if there is one. */
  next(gift: G): boolean {
    const waiter = this.#queue.dequeue();
    waiter?.grant(gift);
    return waiter !== undefined;
  }

  /** Grants all who wait now. */
  all(gift: G): void {
    for (let left = this.size; left > 0; left -= 1) this.next(gift);
  }

  #line(call: Call): Session | null {
    return this.#fair ? call.session : null;
  }

  #expired(call: Call, waiter: Waiter<G>): KeystoreError {
    const place = this.#queue.placeOf(this.#line(call), waiter);
    return new KeystoreError(
      'INSUFFICIENT_MEMORY',
      `The deadline of ${call.timeout} ms passed while waiting for ${this.#what} (place ${place}, ` +
        `${this.size} waiting in all). Nothing changed. Try again, with a longer timeout or fewer calls at once.`,
      { cause: 'DEADLINE' },
    );
  }
}
