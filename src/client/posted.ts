// One message that waits for its answer: until that comes, the link ends, the caller aborts, or nobody is to be expected to
// answer any more. On the path of every call: one object and few closures for each (bench/).
import type { Deadlines, Due } from '../rpc/deadlines.ts';
import { NO_HELLO } from '../rpc/endpoint.ts';
import { decodeError } from '../rpc/errors.ts';
import type { Answer, Method, Reply, Request } from '../rpc/protocol.ts';
import { errorFor, silent, unsendable } from './endings.ts';
import { hostGone, type Link, type Unanswered } from './link.ts';

/** What is posted. */
export interface Message<M extends Method> {
  readonly method: M;
  readonly request: Request<M>;
  readonly transfers: Transferable[];
  /** Until when an answer is expected, by `performance.now()`. */
  readonly time: number;
  readonly signal: AbortSignal | undefined;
  /** Whether the caller need not wait for the host once it has aborted. */
  readonly pure: boolean;
}

/** Told once. Not both, and neither after the other. */
export interface Ends<M extends Method> {
  answered(answer: Answer<M>): void;
  failed(error: unknown): void;
}

export class Posted<M extends Method> implements Unanswered, Due {
  readonly time: number;
  readonly #link: Link;
  readonly #deadlines: Deadlines;
  /** No more of the message than an error names: what was posted is not kept. */
  readonly #method: M;
  readonly #call: number;
  readonly #request: string | undefined;
  readonly #pure: boolean;
  readonly #signal: AbortSignal | undefined;
  readonly #ends: Ends<M>;
  readonly #abort: (() => void) | undefined;
  #settled = false;

  /** Posts the message, now or after this step: what is in it is not the caller's any more, or has been copied, when this returns. */
  constructor(link: Link, deadlines: Deadlines, message: Message<M>, ends: Ends<M>) {
    this.time = message.time;
    this.#link = link;
    this.#deadlines = deadlines;
    const { method, request, transfers, signal, pure } = message;
    this.#method = method;
    this.#call = request.call;
    this.#request = 'request' in request ? request.request : undefined;
    this.#pure = pure;
    this.#signal = signal;
    this.#ends = ends;
    this.#abort = signal && (() => this.#aborted());
    link.track(this);
    deadlines.add(this);
    link.remote.call(method, request, transfers).then(
      (reply) => this.#replied(reply),
      (error: unknown) => this.fail(unsendable(error)),
    );
    if (signal === undefined || this.#abort === undefined) return;
    signal.addEventListener('abort', this.#abort);
    // Asked again after an abort: the host looks for the outcome first, then does nothing more.
    if (signal.aborted) this.#abort();
  }

  /** The call as an error names it: "sign (request 17)". */
  get asked(): string {
    return `${this.#method} (request ${this.#request ?? this.#call})`;
  }

  fail(error: unknown): void {
    if (this.#settle()) this.#ends.failed(error);
  }

  expire(): void {
    // What still waits there is for nobody.
    this.#cancel();
    this.fail(silent(this.asked));
  }

  #replied(reply: Reply<Answer<M>>): void {
    // Safari replaces a SharedWorker without a word: another one has the port, and has never heard of this client.
    if ('error' in reply && reply.error.cause === NO_HELLO) {
      this.#link.end(hostGone);
      return;
    }
    if ('error' in reply) this.fail(errorFor(decodeError(reply.error), this.#signal));
    else if (this.#settle()) this.#ends.answered(reply.value);
  }

  #cancel(): void {
    void this.#link.remote.call('cancel', { call: 0, target: this.#call }, []);
  }

  #aborted(): void {
    this.#cancel();
    // A change may be past its point of no return: the host's answer tells.
    if (this.#pure) this.fail(this.#signal?.reason);
  }

  /** Whether it had not ended before. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#deadlines.delete(this);
    this.#link.untrack(this);
    if (this.#abort !== undefined) this.#signal?.removeEventListener('abort', this.#abort);
    return true;
  }
}
