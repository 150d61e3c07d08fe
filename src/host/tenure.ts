// How long a host may believe that it owns its store (G9). A host that was frozen for an hour does not know it: when it
// thaws, another may have destroyed the keys it still holds. So what it may do with them ends 5 s after it last *asked*
// the store who owns it, and a successor that took the store by force waits as long before it serves.
import { StoreMoved } from '../errors.ts';
import type { Clock } from './clock.ts';

/** Longest time between the asking of a confirmed question and a dispatch that relies on it, in ms. */
export const TERM = 5_000;

export class Tenure {
  readonly #clock: Clock;
  readonly #confirm: () => Promise<boolean>;
  readonly #onLost: () => void;
  /** When the last question that was confirmed was asked; `undefined`: the store is not ours. */
  #asked: number | undefined;
  #asking: Promise<void> | undefined;
  /** Counts beginnings, so that an answer to a question of an earlier tenure says nothing of this one. */
  #number = 0;

  /**
   * @param confirm - asks the store whether this host owns it.
   * @param onLost - told when the store names somebody else.
   */
  constructor(clock: Clock, confirm: () => Promise<boolean>, onLost: () => void) {
    this.#clock = clock;
    this.#confirm = confirm;
    this.#onLost = onLost;
  }

  get owned(): boolean {
    return this.#asked !== undefined;
  }

  /** The store is this host's from now on, as a claim says that was issued at `asked`. */
  begin(asked: number): void {
    this.#number += 1;
    this.#asked = asked;
  }

  end(): void {
    this.#asked = undefined;
  }

  /** Of the tenure that lasts: what was read in one and is kept belongs to that one only. */
  get number(): number | undefined {
    return this.owned ? this.#number : undefined;
  }

  /** Whether a tenure, which was there, is the one that lasts. */
  lasts(number: number | undefined): boolean {
    return number !== undefined && number === this.number;
  }

  /** Whether stored keys may be used in this very step. Before the term is over the question is asked anew. */
  get fresh(): boolean {
    if (this.#asked === undefined) return false;
    const age = this.#clock.now() - this.#asked;
    // Whoever comes after this one then need not wait. A failure is met by the one who does.
    if (age > TERM / 2) this.#ask().catch(() => undefined);
    return age < TERM;
  }

  /**
   * Resolves when stored keys may be used: in the step that follows, not later.
   *
   * @throws StoreMoved if another host owns the store; KeystoreError if it cannot be read.
   */
  async renew(): Promise<void> {
    while (!this.fresh) await this.#ask();
  }

  /**
   * What a read of the store says, in a step in which stored keys may be used: by then no other host has told anybody
   * what this answer might contradict.
   *
   * @param discard - of what was read and is not used.
   * @throws as {@link Tenure.renew}.
   */
  async during<T>(read: () => Promise<T>, discard: (result: T) => void = () => undefined): Promise<T> {
    for (;;) {
      const { number } = this;
      // Asked beside the read: a host that was idle for longer than the term would make a second trip after it. A term counts
      // from the asking, so it is no longer for that.
      void this.fresh;
      const result = await read();
      try {
        await this.renew();
      } catch (error) {
        discard(result);
        throw error;
      }
      if (this.lasts(number)) return result;
      discard(result);
    }
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#question().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #question(): Promise<void> {
    if (this.#asked === undefined) throw new StoreMoved();
    const asked = this.#clock.now();
    const number = this.#number;
    const ours = await this.#confirm();
    // The tenure may have ended, and another begun, while the store was read.
    if (number !== this.#number) return;
    if (!this.owned) throw new StoreMoved();
    if (!ours) {
      this.#onLost();
      throw new StoreMoved();
    }
    this.#asked = asked;
  }
}
