// How many slots one session may keep from eviction while its calls wait for a lane. Without a bound, ten
// thousand queued calls of one tab would pin the whole cache (SLOTS.md, interleaving 10).
import type { Call } from './call.ts';
import type { Session } from './session.ts';
import { Tally } from './tally.ts';
import { Waiting } from './waiting.ts';

export class Admission {
  readonly tally = new Tally();
  readonly #bound: number;
  readonly #waiting = new WeakMap<Session, Waiting>();

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Takes a place among the running calls of a session, if there is one: nobody waits where there is. */
  enter(session: Session): boolean {
    if (session.admitted >= this.#bound) return false;
    session.admitted += 1;
    return true;
  }

  /** The place goes to the next in this step, or is given back. */
  leave(session: Session): void {
    if (this.#waiting.get(session)?.next() !== true) session.admitted -= 1;
  }

  /** Resolves with a place, first come first served. */
  async wait(call: Call): Promise<void> {
    let waiting = this.#waiting.get(call.session);
    if (waiting === undefined) {
      waiting = new Waiting('a place among this client’s running calls', 'fair', this.tally);
      this.#waiting.set(call.session, waiting);
    }
    await waiting.wait(call, () => undefined);
  }
}
