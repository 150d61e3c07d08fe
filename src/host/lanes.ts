// Lanes: who computes when. Native operations are asynchronous, so many run at once, up to a bound that keeps
// one client's flood from filling the engine's own queue (G12). noble operations block the host's thread, so
// one runs per macrotask: messages and native answers are served in between.
import type { DriverName, MaybePromise } from '../drivers/driver.ts';
import type { Call } from './call.ts';
import type { Clock } from './clock.ts';
import { Waiting } from './waiting.ts';

export interface Lane {
  /**
   * Runs `start` in the step that grants the lane and holds the lane until its promise settles. What `start`
   * does before it returns is atomic with the grant.
   */
  run<T>(call: Call, start: () => MaybePromise<T>): Promise<T>;
  readonly waiters: number;
}

export class NativeLane implements Lane {
  #free: number;
  readonly #waiting = new Waiting('a native lane');

  constructor(width: number) {
    this.#free = width;
  }

  get waiters(): number {
    return this.#waiting.size;
  }

  run<T>(call: Call, start: () => MaybePromise<T>): Promise<T> {
    // The queue comes first: nobody overtakes those who wait.
    if (this.#free > 0 && this.#waiting.size === 0) return this.#occupy(start);
    return this.#waiting.wait(call, () => this.#occupy(start));
  }

  async #occupy<T>(start: () => MaybePromise<T>): Promise<T> {
    this.#free -= 1;
    try {
      return await start();
    } finally {
      this.#free += 1;
      // One lane was freed, one waiter is woken; it takes the lane in this same step.
      this.#waiting.next();
    }
  }
}

export class NobleLane implements Lane {
  readonly #waiting = new Waiting('the noble lane');
  readonly #clock: Clock;
  #scheduled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get waiters(): number {
    return this.#waiting.size;
  }

  run<T>(call: Call, start: () => MaybePromise<T>): Promise<T> {
    const result = this.#waiting.wait(call, start);
    this.#schedule();
    return result;
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.size === 0) return;
    this.#scheduled = true;
    this.#clock.soon(() => {
      this.#scheduled = false;
      this.#waiting.next();
      this.#schedule();
    });
  }
}

export type Lanes = Readonly<Record<DriverName, Lane>>;

/** Native lanes: enough to keep the engine's threads busy, few enough that a queue forms here and not there. */
export function laneWidth(cores: number): number {
  return Math.min(32, Math.max(8, cores * 4));
}
