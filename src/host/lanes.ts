// Lanes: who computes when. Native operations are asynchronous, so many run at once, up to a bound that keeps
// one client's flood from filling the engine's own queue (G12). noble operations block the host's thread, so
// one runs per macrotask: messages and native answers are served in between. What noble does in slices by itself
// (Argon2, scrypt, PBKDF2), and what it does in a thread of its own (SLH-DSA, where the host may have one), has lanes of
// its own, so that work of seconds holds no other up.
import { familyOf } from '../algorithms/index.ts';
import type { KeyAlgorithm } from '../algorithms/types.ts';
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

/**
 * Native lanes. A `system` session may use one more than others can fill, so that users never block it (G10); it has
 * no precedence over them in the rest, so that it never starves them either (G12).
 */
export class NativeLane implements Lane {
  readonly width: number;
  #busy = 0;
  readonly #users: Waiting;
  readonly #system: Waiting;

  constructor(width: number, what = 'a native lane') {
    this.width = width;
    this.#users = new Waiting(what);
    this.#system = new Waiting(what);
  }

  get busy(): number {
    return this.#busy;
  }

  get queues(): readonly Waiting[] {
    return [this.#users, this.#system];
  }

  run<T>(call: Call, start: () => MaybePromise<T>): Promise<T> {
    const { system } = call.session;
    const queue = system ? this.#system : this.#users;
    // The queue comes first: nobody overtakes those of the same kind who wait.
    if (queue.size === 0 && this.#busy < this.width + Number(system)) return this.#occupy(start);
    return queue.wait(call, () => this.#occupy(start));
  }

  async #occupy<T>(start: () => MaybePromise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await start();
    } finally {
      this.#busy -= 1;
      this.#wakeOne();
    }
  }

  /** One lane was freed, one waiter who can use it is woken; it takes the lane in this same step. */
  #wakeOne(): void {
    if (this.#busy < this.width && this.#users.next()) return;
    this.#system.next();
  }
}

export class NobleLane implements Lane {
  readonly #users = new Waiting('the noble lane');
  readonly #system = new Waiting('the noble lane');
  readonly #clock: Clock;
  #scheduled = false;
  /** Whose turn it is where both kinds wait. */
  #systemNext = true;

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
      const [first, second] = this.#systemNext ? [this.#system, this.#users] : [this.#users, this.#system];
      this.#systemNext = !this.#systemNext;
      if (!first.next()) second.next();
      this.#schedule();
    });
  }
}

/** How much long work may go on side by side. Each slows the others; Argon2 takes as much memory as it was told. */
export const LONG_WIDTH = 2;

export interface Lanes extends Readonly<Record<DriverName, Lane>> {
  readonly webcrypto: NativeLane;
  readonly long: NativeLane;
}

/**
 * Where work with a key of this algorithm and driver belongs.
 *
 * @param apart - whether its driver does it in another thread.
 */
export function laneFor(lanes: Lanes, driver: DriverName, algorithm: KeyAlgorithm, apart = false): Lane {
  return driver === 'noble' && (apart || familyOf(algorithm).sliced) ? lanes.long : lanes[driver];
}
