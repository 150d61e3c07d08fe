// Deadlines of many calls under one timer of the engine. Almost every call ends long before its own, and arming and
// clearing a timer for each costs about as much as posting its message (bench/).

/** Something that is over when its time has passed. */
export interface Due {
  /** By `performance.now()`. */
  readonly time: number;
  expire(): void;
}

/** Shortest time between two looks, in ms: a deadline is met at most so much late. */
const STEP = 5;

export class Deadlines {
  readonly #all = new Set<Due>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /**
   * When the timer fires. Invariant: not after the first deadline. Often before it, since calls that end leave it
   * armed.
   */
  #next = Number.POSITIVE_INFINITY;

  /** It expires once `performance.now()` has reached its time, unless it is deleted before. */
  add(due: Due): void {
    this.#all.add(due);
    if (due.time < this.#next) this.#arm(due.time);
  }

  delete(due: Due): void {
    this.#all.delete(due);
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
    for (const due of this.#all) {
      if (due.time > now) {
        first = Math.min(first, due.time);
      } else {
        this.#all.delete(due);
        due.expire();
      }
    }
    // An expiry may have armed it for another.
    if (first < this.#next) this.#arm(first);
  }
}
