// The locking strategies that the design's sources discuss (the thread-safety design of Mbed TLS 3.6), as gates before a
// host that is otherwise keyslot's own. Only the benchmark has them.
import type { MaybePromise } from '../../src/drivers/driver.ts';
import type { Call } from '../../src/host/call.ts';
import type { Host } from '../../src/host/host.ts';
import type { Lane } from '../../src/host/lanes.ts';

export type Strategy = 'one global lock' | 'global lock, contents free' | 'keyslot';

/** One call at a time holds it; the others wait in order. */
export class GlobalLock {
  #holder: object | undefined;
  readonly #queue: { readonly token: object; readonly run: () => void }[] = [];

  enter(token: object, run: () => void): void {
    this.#queue.push({ token, run });
    this.#next();
  }

  /** What does not hold it has given it back already. */
  leave(token: object | undefined): void {
    if (token === undefined || token !== this.#holder) return;
    this.#holder = undefined;
    this.#next();
  }

  get holder(): object | undefined {
    return this.#holder;
  }

  #next(): void {
    if (this.#holder !== undefined) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#holder = next.token;
    next.run();
  }
}

/** The lock guards the table of slots, not what is computed with a slot's contents: it ends where a lane is asked for. */
export function freeContents(host: Host, lock: GlobalLock): void {
  const begun = new WeakSet<object>();
  const lanes: Lane[] = [host.lanes.webcrypto, host.lanes.noble];
  for (const lane of lanes) {
    const run: Lane['run'] = lane.run.bind(lane);
    lane.run = <T>(call: Call, start: () => MaybePromise<T>): Promise<T> => {
      // Whoever asks for a lane for the first time is the one that holds the lock.
      if (!begun.has(call)) {
        begun.add(call);
        lock.leave(lock.holder);
      }
      return run(call, start);
    };
  }
}
