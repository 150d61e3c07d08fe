// Deadlines of many calls under one timer of the engine. Almost every call ends long before its own, and arming and
// clearing a timer for each costs about as much as posting its message (bench/).

/** What is called back when its time has passed. */
interface Deadline {
  readonly time: number;
  readonly callback: () => void;
}

/** Shortest time between two looks, in ms: a deadline is met at most so much late. */
const STEP = 5;

export class Deadlines {
  readonly #all = new Set<Deadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /**
   * When the timer fires. Invariant: not after the first deadline. Often before it, since calls that end leave it
   * armed.
   */
  #next = Number.POSITIVE_INFINITY;

  /** Calls back once `performance.now()` has reached `time`; the result prevents it. */
  at(time: number, callback: () => void): () => void {
    const deadline: Deadline = { time, callback };
    this.#all.add(deadline);
    if (time < this.#next) this.#arm(time);
    return () => this.#all.delete(deadline);
  }

  #arm(time: number): void {
    clearTimeout(this.#timer);
    this.#next = time;
    this.#timer = setTimeout(() => this.#look(), Math.max(STEP, time - performance.now()));
  }

  #look(): void {
    this.#next = Number.POSITIVE_INFINITY;
    const now = performance.now();
    let first = Number.POSITIVE_INFINITY;
    for (const deadline of this.#all) {
      if (deadline.time > now) {
        first = Math.min(first, deadline.time);
      } else {
        this.#all.delete(deadline);
        deadline.callback();
      }
    }
    // A callback may have armed it for one of its own.
    if (first < this.#next) this.#arm(first);
  }
}
