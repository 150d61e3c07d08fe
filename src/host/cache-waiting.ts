// Who waits for the cache (G5, G12): loads for a slot, and calls whose key is cached for a turn behind them. Moves slots,
// looks into none.
import { CorruptionDetected, type Slot } from '../slots/slot.ts';
import type { SlotTable } from '../slots/table.ts';
import type { Call } from './call.ts';
import type { Contents } from './keys.ts';
import type { Tally } from './tally.ts';
import { Waiting } from './waiting.ts';

type CacheSlot = Slot<Contents>;

export class CacheWaiting {
  readonly #table: SlotTable<Contents>;
  // Invariant: whoever is next needs a slot, and none can be reserved. So nobody waits without somebody who needs one.
  readonly #waiting = new Waiting<CacheSlot | undefined>('a cache slot');

  constructor(table: SlotTable<Contents>) {
    this.#table = table;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get tally(): Tally {
    return this.#waiting.tally;
  }

  /** A FILLING slot for a cached copy, as soon as it is this call's turn. */
  slot(call: Call): Promise<CacheSlot> {
    return this.#wait(call, true, (slot) => {
      if (slot === undefined) throw new CorruptionDetected('a turn was granted to a call that needs a slot');
      return slot;
    });
  }

  /** What `take` finds when it is this call's turn, in that step. */
  turn<T>(call: Call, take: () => T): Promise<T> {
    return this.#wait(call, false, take);
  }

  /** To be called whenever a slot may have become free. */
  serve(): void {
    while (this.#waiting.size > 0) {
      const slot = this.#waiting.needs ? this.#table.reserve('cache') : undefined;
      if (slot === undefined && this.#waiting.needs) return;
      // The waiter leaves the queue in this step. Should it be cancelled before it continues, it abandons the
      // slot, which serves the next: no wake-up is lost.
      this.#waiting.next(slot);
    }
  }

  #wait<T>(call: Call, needs: boolean, granted: (slot: CacheSlot | undefined) => T): Promise<T> {
    // Enqueued before the condition is tested: a slot that becomes free in between finds its waiter.
    const result = this.#waiting.wait(call, granted, needs);
    this.serve();
    // One who gives up may have been next, before others that need no slot.
    result.catch(() => this.serve());
    return result;
  }
}
