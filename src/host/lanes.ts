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
import { Tally } from './tally.ts';
import { Waiting } from './waiting.ts';

export interface Lane {
  /**
   * Runs `start` in the step that grants the lane and holds the lane until its promise settles. What `start`
   * does before it returns is atomic with the grant.
   */
  run<T>(call: Call, start: () => MaybePromise<T>): Promise<T>;
  readonly tally: Tally;
}

/** Those who wait for a lane, by kind. Where both kinds may have it, they take turns. */
class Kinds {
  readonly tally = new Tally();
  readonly users: Waiting;
  readonly system: Waiting;
  #systemNext = true;

  constructor(what: string) {
    this.users = new Waiting(what, 'fair', this.tally);
    this.system = new Waiting(what, 'fair', this.tally);
  }

  get size(): number {
    return this.users.size + this.system.size;
  }

  of(call: Call): Waiting {
    return call.session.system ? this.system : this.users;
  }

  /** Grants one waiter. A turn passes only where it decided: nobody loses one to a lane that was never open to both. */
  next(usersMay = true): boolean {
    if (!usersMay || this.users.size === 0) return this.system.next();
    if (this.system.size === 0) return this.users.next();
    const first = this.#systemNext ? this.system : this.users;
    this.#systemNext = !this.#systemNext;
    return first.next();
  }
}

/**
 * As many lanes as `width` says, and one more for `system` sessions, which users cannot fill: they never block it (G10).
 * It has no precedence over them otherwise, so it never starves them either (G12).
 */
export class NativeLane implements Lane {
  readonly width: number;
  #users = 0;
  #system = 0;
  readonly #waiting: Kinds;

  constructor(width: number, what = 'a native lane') {
    this.width = width;
    this.#waiting = new Kinds(what);
  }

  get busy(): number {
    return this.#users + this.#system;
  }

  get tally(): Tally {
    return this.#waiting.tally;
  }

  run<T>(call: Call, start: () => MaybePromise<T>): Promise<T> {
    const { system } = call.session;
    // Overtakes nobody of its kind: a lane that is free to a kind is one that none of them waits for (#wakeOne).
    if (this.#isFreeTo(system)) return this.#occupy(system, start);
    return this.#waiting.of(call).wait(call, () => this.#occupy(system, start));
  }

  /** Users leave one of the `width + 1` to `system`; `system` may have any, and so the last one always. */
  #isFreeTo(system: boolean): boolean {
    return this.busy < this.width + 1 && (system || this.#users < this.width);
  }

  async #occupy<T>(system: boolean, start: () => MaybePromise<T>): Promise<T> {
    this.#count(system, 1);
    try {
      return await start();
    } finally {
      this.#count(system, -1);
      this.#wakeOne();
    }
  }

  /**
   * One lane was freed, and one waiter who may have it takes it in this same step.
   *
   * Invariant: no lane is free to a kind that waits. So if `system` waits, all lanes are busy; if users wait, all are, or
   * users compute in all of theirs. A release opens one lane, and the grant closes it again, which restores either.
   *
   * Nobody starves: what `system` waits for is any release, of which users take every second at most. What users wait for
   * is a release that leaves fewer than `width` of them: by one of theirs, or any if fewer compute; every second is theirs.
   */
  #wakeOne(): void {
    this.#waiting.next(this.#isFreeTo(false));
  }

  #count(system: boolean, by: 1 | -1): void {
    if (system) this.#system += by;
    else this.#users += by;
  }
}

/** One lane, given once in a macrotask, to users and `system` in turn. */
export class NobleLane implements Lane {
  readonly #waiting = new Kinds('the noble lane');
  readonly #clock: Clock;
  #scheduled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get tally(): Tally {
    return this.#waiting.tally;
  }

  run<T>(call: Call, start: () => MaybePromise<T>): Promise<T> {
    const result = this.#waiting.of(call).wait(call, start);
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
