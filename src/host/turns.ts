// The turn of an id: creations, destructions and whatever else changes what exists take it, first in first
// out. Reads do not.
import type { SlotName } from '../slots/slot.ts';
import type { Call } from './call.ts';
import { Tally } from './tally.ts';
import { Waiting } from './waiting.ts';

export class Turns {
  // Invariant: a name is here iff somebody has its turn.
  readonly #taken = new Map<SlotName, Waiting>();

  readonly tally = new Tally();

  /**
   * Runs `body` while holding the turns of all names. They are taken in one order, so that two calls with the
   * same names cannot wait for each other. The body ends the turns by settling, however it settles.
   */
  async hold<T>(names: readonly SlotName[], call: Call, body: () => Promise<T>): Promise<T> {
    const taken: SlotName[] = [];
    try {
      for (const name of [...new Set(names)].sort()) {
        await this.#take(name, call);
        taken.push(name);
      }
      call.check();
      return await body();
    } finally {
      for (const name of taken) this.#pass(name);
    }
  }

  async #take(name: SlotName, call: Call): Promise<void> {
    const waiting = this.#taken.get(name);
    if (waiting === undefined)
      this.#taken.set(name, new Waiting('the turn of this id', 'arrival', this.tally));
    // The turn passes to the next in the step that ends it, so it is never free while somebody waits.
    else await waiting.wait(call, () => undefined);
  }

  #pass(name: SlotName): void {
    if (this.#taken.get(name)?.next() === true) return;
    this.#taken.delete(name);
  }
}
