// What was waited for in one kind of queue, however many queues of that kind come and go. No secret.
import type { WaitStats } from '../rpc/protocol.ts';

export class Tally {
  #waiting = 0;
  #granted = 0;
  #totalMs = 0;
  #longestMs = 0;

  get stats(): WaitStats {
    return {
      waiting: this.#waiting,
      granted: this.#granted,
      totalMs: this.#totalMs,
      longestMs: this.#longestMs,
    };
  }

  /** One more waits. Each leaves once, granted or not. */
  enter(): void {
    this.#waiting += 1;
  }

  leave(): void {
    this.#waiting -= 1;
  }

  /** One who leaves with what was waited for. */
  grant(ms: number): void {
    this.leave();
    this.#granted += 1;
    this.#totalMs += ms;
    this.#longestMs = Math.max(this.#longestMs, ms);
  }
}
