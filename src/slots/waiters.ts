// Who is served next: first come first served within a session, sessions in turn (G5, G12). Pure and
// synchronous. Imports nothing but its error.
import { CorruptionDetected } from './slot.ts';

/** A queue that is fair between sessions. All operations are O(1) except {@link FairQueue.placeOf}. */
export class FairQueue<S, W> {
  // Invariant: no session is kept with an empty set. The Map's order is the order of turns.
  readonly #sessions = new Map<S, Set<W>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  enqueue(session: S, waiter: W): void {
    const waiters = this.#sessions.get(session);
    // Counted twice it would leave once, and the queue would wait for ever for one who has gone.
    if (waiters?.has(waiter) === true) throw new CorruptionDetected('a waiter was about to wait twice');
    if (waiters === undefined) this.#sessions.set(session, new Set([waiter]));
    else waiters.add(waiter);
    this.#size += 1;
  }

  /** Who is next. */
  peek(): W | undefined {
    const [waiters] = this.#sessions.values();
    const [first] = waiters ?? [];
    return first;
  }

  /** The next waiter. Its session goes to the back. */
  dequeue(): W | undefined {
    const next = this.#sessions.entries().next();
    if (next.done === true) return undefined;
    const [session, waiters] = next.value;
    const first = waiters.values().next();
    if (first.done === true) return undefined;
    waiters.delete(first.value);
    this.#size -= 1;
    this.#sessions.delete(session);
    if (waiters.size > 0) this.#sessions.set(session, waiters);
    return first.value;
  }

  /** Leaves the queue; `false` if it was not, or no longer, in it. */
  remove(session: S, waiter: W): boolean {
    const waiters = this.#sessions.get(session);
    if (waiters?.delete(waiter) !== true) return false;
    this.#size -= 1;
    if (waiters.size === 0) this.#sessions.delete(session);
    return true;
  }

  /** How many of its own session are served before it, plus one. O(n): for error messages. */
  placeOf(session: S, waiter: W): number {
    let place = 1;
    for (const other of this.#sessions.get(session) ?? []) {
      if (other === waiter) return place;
      place += 1;
    }
    return place;
  }
}
