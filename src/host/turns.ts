// The turn of an id: creations, destructions and whatever else changes what exists take it, first in first
// out. Reads do not.
import type { SlotName } from '../slots/slot.ts';
import type { Call } from './call.ts';
import { Waiting } from './waiting.ts';

export class Turns {
  // Invariant: a name is here iff somebody has its turn.
  readonly #taken = new Map<SlotName, Waiting>();

  /** Calls that wait for a turn. */
  get waiters(): number {
    let sum = 0;
    for (const waiting of this.#taken.values()) sum += waiting.size;
    return sum;
  }

  /** Runs `body` while holding the turn. The body ends the turn by settling, however it settles. */
  async hold<T>(name: SlotName, call: Call, body: () => Promise<T>): Promise<T> {
    const waiting = this.#taken.get(name);
    if (waiting === undefined) this.#taken.set(name, new Waiting('the turn of this id'));
    // The turn passes to the next in the step that ends it, so it is never free while somebody waits.
    else await waiting.wait(call, () => undefined);
    try {
      call.check();
      return await body();
    } finally {
      this.#pass(name);
    }
  }

  #pass(name: SlotName): void {
    if (this.#taken.get(name)?.next() === true) return;
    this.#taken.delete(name);
  }
}
