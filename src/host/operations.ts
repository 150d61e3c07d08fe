// Multi-part operations: a bounded registry. An operation is a reader of its key from its start to its end, whoever
// ends it: its caller, the death of its session, the destruction of its key, or pruning.
import type { MacSteps } from '../drivers/driver.ts';
import { KeystoreError } from '../errors.ts';
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

  /** Adds an operation whose reader is registered. At the bound, the one with the highest malus is pruned for it. */
  add(operation: Operation): void {
    if (this.#running.size >= this.#bound) this.#prune();
    this.#running.set(operation.nonce, operation);
  }

  /** @throws KeystoreError `BAD_STATE` with the ending as its cause, or `BUSY`. */
  find(session: Session, nonce: string): Operation {
    const operation = this.running(session, nonce);
    // Another session's operation is as unknown as none.
    if (operation === undefined) throw ended(this.#endings.get(nonce));
    if (operation.busy) {
      throw new KeystoreError('BAD_STATE', 'A step of this operation is running. Await it before the next.', {
        cause: 'BUSY',
      });
    }
    return operation;
  }

  /** The session's running operation of that name, busy or not. */
  running(session: Session, nonce: string): Operation | undefined {
    const operation = this.#running.get(nonce);
    return operation?.session === session ? operation : undefined;
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
    const its = [...this.#running.values()].filter((operation) => operation.session === session);
    for (const operation of its) this.end(operation, 'SESSION_ENDED');
    return its.length;
  }

  /** Aborts the operations that read these slots, so that no destruction and no hand-over ever waits for one. */
  endReaders(slots: readonly Slot<Contents>[], ending: 'DESTROYED' | 'HOST_REPLACED'): void {
    for (const operation of [...this.#running.values()]) {
      if (slots.includes(operation.hold.slot)) this.end(operation, ending);
    }
  }

  /** Malus: operations of the same session first, age second. One that is computing is spared while others are there. */
  #prune(): void {
    const siblings = new Map<Session, number>();
    for (const { session } of this.#running.values()) siblings.set(session, (siblings.get(session) ?? 0) + 1);
    let victim: Operation | undefined;
    for (const operation of this.#running.values()) {
      if (victim === undefined || worse(operation, victim, siblings)) victim = operation;
    }
    if (victim !== undefined) this.end(victim, 'PRUNED');
  }
}

/** The Map is walked from the oldest on, so that a tie keeps the elder as the victim. */
function worse(a: Operation, b: Operation, siblings: ReadonlyMap<Session, number>): boolean {
  if (a.busy !== b.busy) return b.busy;
  return (siblings.get(a.session) ?? 0) > (siblings.get(b.session) ?? 0);
}

export function ended(ending: Ending | undefined): KeystoreError {
  const why: Readonly<Record<Ending, string>> = {
    FINISHED: 'has been finished',
    ABORTED: 'was aborted',
    PRUNED: 'was ended to make room for others',
    DESTROYED: 'ended with its key, which was destroyed',
    SESSION_ENDED: 'ended with its client',
    HOST_REPLACED: 'ended when another host took over the store',
  };
  const what = ending === undefined ? 'is not known to this host' : why[ending];
  return new KeystoreError('BAD_STATE', `This operation ${what}. Start another.`, {
    cause: ending ?? 'UNKNOWN',
  });
}
