// Multi-part operations: a bounded registry. An operation is a reader of its key from its start to its end, whoever
// ends it: its caller, the death of its session, the destruction of its key, or pruning (pruning.ts).
import type { MacSteps } from '../drivers/driver.ts';
import type { Slot } from '../slots/slot.ts';
import type { Hold } from '../slots/table.ts';
import type { Contents } from './keys.ts';
import type { Session } from './session.ts';

/** Why an operation answers no more. */
export type Ending = 'FINISHED' | 'ABORTED' | 'PRUNED' | 'DESTROYED' | 'SESSION_ENDED' | 'HOST_REPLACED';

export interface Operation {
  /** 128 random bits: a stale or guessed name reaches no operation. */
  readonly nonce: string;
  readonly session: Session;
  readonly purpose: 'sign' | 'verify';
  readonly hold: Hold<Contents>;
  readonly steps: MacSteps;
  /** A step is waiting or computing: a second one is refused, and harms nothing. */
  busy: boolean;
  ending: Ending | undefined;
}

/** Endings that are remembered, so that a late step is told why; the oldest are forgotten first. */
const MAX_REMEMBERED = 1000;

export class Operations {
  readonly #bound: number;
  readonly #leave: (hold: Hold<Contents>) => void;
  /** In order of age, oldest first. */
  readonly #running = new Map<string, Operation>();
  readonly #endings = new Map<string, Ending>();

  /** @param leave - unregisters an operation as a reader. */
  constructor(bound: number, leave: (hold: Hold<Contents>) => void) {
    this.#bound = bound;
    this.#leave = leave;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Whether another one needs one of these to end. */
  get full(): boolean {
    return this.#running.size >= this.#bound;
  }

  /** Those that run, oldest first. */
  get all(): readonly Operation[] {
    return [...this.#running.values()];
  }

  /** Adds an operation whose reader is registered. */
  add(operation: Operation): void {
    this.#running.set(operation.nonce, operation);
  }

  /** The session's running operation of that name, busy or not. */
  running(session: Session, nonce: string): Operation | undefined {
    const operation = this.#running.get(nonce);
    return operation?.session === session ? operation : undefined;
  }

  /** Why an operation runs no more, as far as that is remembered. */
  endingOf(nonce: string): Ending | undefined {
    return this.#endings.get(nonce);
  }

  /** Ends an operation, once: its state is cleared and its reader leaves in this step. */
  end(operation: Operation, ending: Ending): void {
    if (!this.#running.delete(operation.nonce)) return;
    operation.ending = ending;
    this.#endings.set(operation.nonce, ending);
    if (this.#endings.size > MAX_REMEMBERED) {
      const [oldest] = this.#endings.keys();
      if (oldest !== undefined) this.#endings.delete(oldest);
    }
    operation.steps.wipe();
    this.#leave(operation.hold);
  }

  /** @returns how many there were. */
  endOf(session: Session): number {
    const its = this.all.filter((operation) => operation.session === session);
    for (const operation of its) this.end(operation, 'SESSION_ENDED');
    return its.length;
  }

  /** Aborts the operations that read these slots, so that no destruction and no hand-over ever waits for one. */
  endReaders(slots: readonly Slot<Contents>[], ending: 'DESTROYED' | 'HOST_REPLACED'): void {
    for (const operation of this.all) {
      if (slots.includes(operation.hold.slot)) this.end(operation, ending);
    }
  }
}
