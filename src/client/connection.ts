// A realm's connection to a store: one link at a time, made again when the host is replaced, and every call
// on it. What is promised here: every promise settles, whatever dies.
import { KeystoreError } from '../errors.ts';
import { Deadlines } from '../rpc/deadlines.ts';
import { CallAborted, decodeError } from '../rpc/errors.ts';
import { type Capabilities, clientLockName, type HelloOptions, hello } from '../rpc/handshake.ts';
import type { Answer, Method, Request } from '../rpc/protocol.ts';
import { type Access, greet, type Link } from './link.ts';
import type { CallOptions } from './options.ts';

const DEFAULT_TIMEOUT = 30_000;

/** How long past its deadline a host may take to say so: a call computes for a while after it has waited. */
const GRACE = 10_000;

/** Methods that change what exists: they are never given up before their outcome is known. */
const CHANGES: ReadonlySet<Method> = new Set<Method>([
  'generate',
  'import',
  'copy',
  'destroy',
  'start',
  'update',
  'finish',
  'close',
]);

/** What a method is asked, without what the connection adds. */
export type Argument<M extends Method> = Omit<Request<M>, 'call' | 'timeout'>;

export class Connection {
  readonly store: string;
  readonly #access: () => Access | Promise<Access>;
  readonly #options: HelloOptions;
  #link: Link | undefined;
  #connecting: Promise<Link> | undefined;
  /** Lets go of the lock that says that the client of the current link lives. */
  #release: (() => void) | undefined;
  readonly #ending = new AbortController();
  readonly #deadlines = new Deadlines();
  #calls = 0;
  #closed = false;

  constructor(store: string, access: () => Access | Promise<Access>, options: HelloOptions = {}) {
    this.store = store;
    this.#options = options;
    this.#access = access;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What the host of the last link can do; `undefined` before there was one. */
  get capabilities(): Capabilities | undefined {
    return this.#link?.welcome.capabilities;
  }

  /** The living link, or a new one. */
  link(timeout = DEFAULT_TIMEOUT): Promise<Link> {
    if (this.#closed) return Promise.reject(closedError());
    if (this.#link?.alive === true) return Promise.resolve(this.#link);
    this.#connecting ??= this.#connect(timeout).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(timeout: number): Promise<Link> {
    // The lock is held before the hello: a host that is granted it may conclude that this client has gone. One
    // for each hello, so that a host that hears of one too late finds its client gone.
    let link: Link | undefined;
    // Stolen, the lock tells the host that this client has gone: the link is of no more use.
    const { name, release } = await holdForLife(() => link?.end(lifeLost));
    try {
      link = await greet(await this.#access(), hello(this.store, name, this.#options), timeout);
      if (this.#closed) {
        link.end(closedError);
        throw closedError();
      }
      this.#release?.();
      this.#release = release;
      this.#link = link;
      return link;
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Calls the host. With a living link the message is posted before this returns, so that the caller's bytes
   * have been copied by then.
   */
  call<M extends Method>(
    method: M,
    argument: Argument<M>,
    options: CallOptions = {},
    transfers: Transferable[] = [],
  ): Promise<Answer<M>> {
    // From here on options are used, not checked: readOptions() has seen them.
    if (this.#closed) return Promise.reject(closedError());
    if (options.signal?.aborted === true) return Promise.reject(options.signal.reason);
    const link = this.#link;
    if (link?.alive === true) return this.#send(link, method, argument, options, transfers);
    return this.#within(this.link(), options).then((made) =>
      this.#send(made, method, argument, options, transfers),
    );
  }

  /** Nothing has been sent yet, so that a caller may stop waiting at any time. */
  #within<T>(promise: Promise<T>, { signal, timeout = DEFAULT_TIMEOUT }: CallOptions): Promise<T> {
    return new Promise((resolve, reject) => {
      const settled = new AbortController();
      const once = { signal: settled.signal };
      const timer = setTimeout(() => reject(unreached(timeout)), timeout);
      signal?.addEventListener('abort', () => reject(signal.reason), once);
      this.#ending.signal.addEventListener('abort', () => reject(closedError()), once);
      promise
        .finally(() => {
          clearTimeout(timer);
          settled.abort();
        })
        .then(resolve, reject);
    });
  }

  #send<M extends Method>(
    link: Link,
    method: M,
    argument: Argument<M>,
    { signal, timeout }: CallOptions,
    transfers: Transferable[],
  ): Promise<Answer<M>> {
    this.#calls += 1;
    const call = this.#calls;
    const asked = (): string => `${method} (request ${call})`;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        stopTimer();
        link.untrack(fail);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(error);
      };
      const abort = (): void => {
        void link.remote.call('cancel', { call: 0, target: call }, []);
        // A change may be past its point of no return: the host's answer tells.
        if (!CHANGES.has(method)) fail(signal?.reason);
      };
      const patience = (timeout ?? DEFAULT_TIMEOUT) + GRACE;
      const stopTimer = this.#deadlines.at(performance.now() + patience, () => fail(silent(asked())));
      link.track(asked, fail);
      signal?.addEventListener('abort', abort);
      const request = { ...argument, call, ...(timeout === undefined ? {} : { timeout }) } as Request<M>;
      link.remote.call(method, request, transfers).then(
        (reply) => {
          settle();
          if ('value' in reply) resolve(reply.value);
          else reject(errorFor(decodeError(reply.error), signal));
        },
        (error: unknown) => fail(unsendable(error)),
      );
    });
  }

  /** Ends the session. Pending calls settle; session keys are gone when this resolves. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ending.abort();
    const link = this.#link;
    if (link?.alive === true) {
      // A host that is dying ends the session just as well.
      await this.#send(link, 'close', {}, { timeout: 1000 }, []).catch(() => undefined);
    }
    link?.end(closedError);
    this.#release?.();
  }
}

function errorFor(error: Error, signal: AbortSignal | undefined): unknown {
  return error instanceof CallAborted
    ? (signal?.reason ?? new DOMException('The call was aborted.', 'AbortError'))
    : error;
}

/** A structured clone fails before anything is sent. */
function unsendable(error: unknown): unknown {
  if (!(error instanceof DOMException) || error.name !== 'DataCloneError') return error;
  return new KeystoreError(
    'INVALID_ARGUMENT',
    'An argument cannot be sent to the host: it holds a function, a handle of `subtle`, or a buffer that was transferred ' +
      'away. Pass plain data.',
    { cause: error },
  );
}

function holdForLife(onLost: () => void): Promise<{ name: string; release: () => void }> {
  const name = clientLockName();
  return new Promise((resolve, reject) => {
    const whileHeld = (): Promise<void> => new Promise<void>((release) => resolve({ name, release }));
    navigator.locks.request(name, whileHeld).catch((error: unknown) => {
      reject(error);
      onLost();
    });
  });
}

function lifeLost(asked: string): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    'Other code of this origin stole the lock by which the host knows that this client lives, before the host ' +
      `answered ${asked}. Whether the call took effect is unknown. The next call connects again.`,
    { cause: 'LOCK_STOLEN' },
  );
}

export function closedError(): KeystoreError {
  return new KeystoreError('BAD_STATE', 'This keystore is closed. Open it again with openKeystore().', {
    cause: 'CLOSED',
  });
}

function unreached(timeout: number): KeystoreError {
  return new KeystoreError(
    'SERVICE_FAILURE',
    `The deadline of ${timeout} ms passed before a host was reached. Nothing changed. Try again.`,
    { cause: 'DEADLINE' },
  );
}

function silent(asked: string): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    `The host did not answer ${asked}. Whether the call took effect is unknown: look before you ` +
      'repeat a creation or destruction.',
    { cause: 'SILENCE' },
  );
}
