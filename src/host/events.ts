// What tools see of the slot table: its transitions, numbered, in a ring while somebody asks for them. Readers ask for
// what came after a number, so a slow one misses events and is told how many, and none can hold the host up.
import type { HostEvent } from '../rpc/protocol.ts';
import type { Call } from './call.ts';
import { Early, type Kept } from './early.ts';
import { Waiting } from './waiting.ts';

const KEPT = 4096;
const MAX_BATCH = 512;

/** How long after a question events are kept for the next, in ms. */
const INTEREST = 60_000;

export class Events {
  readonly #ring: Kept[];
  readonly #waiting = new Waiting('an event');
  #last: number;
  /** Until when somebody may ask for what happens now, in milliseconds since 1970. Nobody asks: nothing is kept. */
  #wanted = 0;

  constructor({ kept, last } = new Early()) {
    this.#ring = kept;
    this.#last = last;
  }

  /** The number of the last change. */
  get last(): number {
    return this.#last;
  }

  get waiters(): number {
    return this.#waiting.size;
  }

  add(event: Omit<HostEvent, 'number'>, owner: object | null): void {
    this.#last += 1;
    // Whoever waits is answered in this step, and asks for the rest after it, however long it has waited.
    if (this.#waiting.size > 0) this.#wanted = Math.max(this.#wanted, event.at + INTEREST);
    if (event.at > this.#wanted) {
      this.#ring.length = 0;
      return;
    }
    this.#ring.push({ event: { ...event, number: this.#last }, owner });
    // Trimmed by halves: shifting one at a time would cost the ring's length each time.
    if (this.#ring.length > 2 * KEPT) this.#ring.splice(0, KEPT);
    if (this.#waiting.size > 0) this.#waiting.all();
  }

  /**
   * Events after a number, at once if there are any; `after` below 0 is "from now on".
   *
   * @param now - the number of the last change when the question came.
   */
  async next(
    call: Call,
    after: number,
    now = this.#last,
  ): Promise<{ events: HostEvent[]; last: number; missed: number }> {
    // A number of another host's life is one from now on, too.
    const from = after < 0 || after > this.#last ? now : after;
    this.#wanted = Date.now() + INTEREST;
    if (after === this.#last) await this.#waiting.wait(call, () => undefined);
    const first = this.#ring[0]?.event.number ?? this.#last + 1;
    const missed = Math.max(0, first - 1 - from);
    const batch = this.#ring.slice(Math.max(0, from + 1 - first)).slice(0, MAX_BATCH);
    const events = batch.map(({ event, owner }) =>
      owner === null || owner === call.session ? event : { ...event, id: null },
    );
    // Whoever has missed all there was goes on from here.
    return { events, last: events.at(-1)?.number ?? Math.max(from, first - 1), missed };
  }
}
