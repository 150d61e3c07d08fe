// One client, as the host knows it: what goes when the client goes (G8).
import { KeystoreError } from '../errors.ts';
import type { SlotName } from '../slots/slot.ts';
import type { Owner } from '../store/owner.ts';
import type { Call } from './call.ts';

/** What a client is told of the store without having asked. */
export interface Notices {
  /** It is another host's. */
  moved(owner: Owner | null, frozen?: true): void;
  /** It is this host's, and had its first owner then. */
  owns(born: number): void;
}

export class Session {
  readonly #calls = new Map<number, Call>();
  readonly #keys = new Set<SlotName>();
  /** Prefix of this session's own names in the slot table. */
  readonly scope: string;
  /** Calls of this session that have chosen a slot: see {@link Admission}. */
  admitted = 0;
  /** May use the lanes that are kept free of others. */
  readonly system: boolean;
  readonly notices: Notices | undefined;
  #alive = true;
  #whenFinished: (() => void) | undefined;

  constructor(number: number, system: boolean, notices?: Notices) {
    this.notices = notices;
    this.scope = `session-${number}`;
    this.system = system;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get keys(): ReadonlySet<SlotName> {
    return this.#keys;
  }

  /** @throws KeystoreError for a number in use: its two calls could not be told apart, and one would outlive its client. */
  begin(number: number, call: Call): void {
    if (this.#calls.has(number)) {
      throw new KeystoreError('INVALID_ARGUMENT', 'call must be a number, new for each call.');
    }
    this.#calls.set(number, call);
  }

  finish(number: number): void {
    this.#calls.delete(number);
    if (this.#calls.size === 1) this.#whenFinished?.();
  }

  cancel(number: number): void {
    this.#calls.get(number)?.cancel('aborted');
  }

  owns(name: SlotName): void {
    this.#keys.add(name);
  }

  disowns(name: SlotName): void {
    this.#keys.delete(name);
  }

  /** Ends every call that waits. Computing ones end by themselves and find nobody to answer. */
  end(): void {
    this.#alive = false;
    for (const call of this.#calls.values()) call.cancel('session-ended');
  }

  /** Resolves when the only call under way is the one that asks this. Once it has ended: none begins any more. */
  finished(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#calls.size <= 1) resolve();
      else this.#whenFinished = resolve;
    });
  }
}
