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
  readonly queues: readonly Waiting[];
}

/** Native lanes, and one more that only `system` sessions use, so that full user lanes cannot block them (G10). */
export class NativeLane implements Lane {
  readonly width: number;
  #busy = 0;
  #systemBusy = false;
  readonly #users = new Waiting('a native lane');
  readonly #system = new Waiting('a native lane');

  constructor(width: number) {
    this.width = width;
  }

  get busy(): number {
    return this.#busy;
  }

  get queues(): readonly Waiting[] {
    return [this.#users, this.#system];
  }

  run<T>(call: Call, start: () => MaybePromise<T>): Promise<T> {
    if (call.session.system) return this.#runSystem(call, start);
    // The queue comes first: nobody overtakes those who wait.
    if (this.#busy < this.width && this.#users.size === 0) return this.#occupy(start);
    return this.#users.wait(call, () => this.#occupy(start));
  }

  #runSystem<T>(call: Call, start: () => MaybePromise<T>): Promise<T> {
    if (this.#system.size > 0) return this.#system.wait(call, () => this.#occupyAny(start));
    if (this.#systemBusy && this.#busy >= this.width) {
      return this.#system.wait(call, () => this.#occupyAny(start));
    }
    return this.#occupyAny(start);
  }

  #occupyAny<T>(start: () => MaybePromise<T>): Promise<T> {
    return this.#systemBusy ? this.#occupy(start) : this.#occupyReserved(start);
  }

  async #occupy<T>(start: () => MaybePromise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await start();
    } finally {
      this.#busy -= 1;
      // One lane was freed, one waiter is woken; it takes the lane in this same step.
      if (!this.#system.next()) this.#users.next();
    }
  }

  async #occupyReserved<T>(start: () => MaybePromise<T>): Promise<T> {
    this.#systemBusy = true;
    try {
      return await start();
    } finally {
      this.#systemBusy = false;
      this.#system.next();
    }
  }
}

export class NobleLane implements Lane {
  readonly #users = new Waiting('the noble lane');
  readonly #system = new Waiting('the noble lane');
  readonly #clock: Clock;
  #scheduled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get queues(): readonly Waiting[] {
    return [this.#users, this.#system];
  }

  run<T>(call: Call, start: () => MaybePromise<T>): Promise<T> {
    const result = (call.session.system ? this.#system : this.#users).wait(call, start);
    this.#schedule();
    return result;
  }

  #schedule(): void {
    if (this.#scheduled || this.#users.size + this.#system.size === 0) return;
    this.#scheduled = true;
    this.#clock.soon(() => {
      this.#scheduled = false;
      if (!this.#system.next()) this.#users.next();
      this.#schedule();
    });
  }
}

export interface Lanes extends Readonly<Record<DriverName, Lane>> {
  readonly webcrypto: NativeLane;
}
