// Which operation a step reaches, which one ends where there is no room for another, and what a late step is told.
import { KeystoreError } from '../errors.ts';
import type { Ending, Operation, Operations } from './operations.ts';
import type { Session } from './session.ts';

/** @throws KeystoreError `BAD_STATE` with the ending as its cause, or `BUSY`. */
export function idle(operations: Operations, session: Session, nonce: string): Operation {
  const operation = operations.running(session, nonce);
  // Another session's operation is as unknown as none.
  if (operation === undefined) throw ended(operations.endingOf(nonce));
  if (operation.busy) {
    throw new KeystoreError('BAD_STATE', 'A step of this operation is running. Await it before the next.', {
      cause: 'BUSY',
    });
  }
  return operation;
}

/**
 * At the bound, ends the operation with the highest malus: one of the session that has most, of these the eldest. One that
 * is computing is spared while others are there.
 */
export function makeRoom(operations: Operations): void {
  if (!operations.full) return;
  const siblings = new Map<Session, number>();
  for (const { session } of operations.all) siblings.set(session, (siblings.get(session) ?? 0) + 1);
  let victim: Operation | undefined;
  for (const operation of operations.all) {
    if (victim === undefined || worse(operation, victim, siblings)) victim = operation;
  }
  if (victim !== undefined) operations.end(victim, 'PRUNED');
}

/** They are walked from the oldest on, so that a tie keeps the elder as the victim. */
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
