// One call under way in the host: whose it is, until when it may wait, and whether it was cancelled.
import { KeystoreError } from '../errors.ts';
import { CallAborted } from '../rpc/errors.ts';
import type { Clock } from './clock.ts';
import type { Session } from './session.ts';

/** Longest wait unless the caller says otherwise, in ms. */
const DEFAULT_TIMEOUT = 30_000;

export type CancelReason = 'aborted' | 'session-ended';

export class Call {
  readonly session: Session;
  readonly clock: Clock;
  readonly timeout: number;
  /** Until when this call may wait, by its clock. */
  readonly deadline: number;
  /** Names a change for ever, also when it is asked for again. */
  readonly request: string | undefined;
  /** Whether it is for what this host has in its memory, and for nothing that is stored. */
  readonly kept: boolean;
  #cancelled: CancelReason | undefined;
  #onCancel: (() => void) | undefined;

  constructor(session: Session, clock: Clock, timeout: number | undefined, request?: string, kept = false) {
    this.session = session;
    this.clock = clock;
    this.request = request;
    this.kept = kept;
    this.timeout = timeout ?? DEFAULT_TIMEOUT;
    this.deadline = clock.now() + this.timeout;
  }

  /**
   * To be asked after every await before a call changes anything: a call can be cancelled until its
   * transaction exists, and from then on runs to its outcome.
   */
  check(): void {
    if (this.#cancelled !== undefined) throw this.cancellation();
  }

  cancel(reason: CancelReason): void {
    if (this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.#onCancel?.();
  }

  cancellation(): Error {
    if (this.#cancelled === 'aborted') return new CallAborted();
    return new KeystoreError('BAD_STATE', 'The client of this call has gone.', { cause: 'SESSION_ENDED' });
  }

  /** A call waits in one place at a time. */
  set onCancel(listener: (() => void) | undefined) {
    this.#onCancel = listener;
  }
}
