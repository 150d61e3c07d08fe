// One live link to one host: handshake, the watch on the host's life, and the calls under way. A link ends
// once; a client makes another.
import { KeystoreError } from '../errors.ts';
import { connect, type Remote } from '../rpc/endpoint.ts';
import { decodeError } from '../rpc/errors.ts';
import {
  clientLockName,
  type Hello,
  type HelloOptions,
  hello,
  hostLockName,
  isMoved,
  isOwns,
  isReplyToHello,
  type Welcome,
} from '../rpc/handshake.ts';
import type { Port } from '../rpc/port.ts';
import type { Whereabouts } from '../rpc/protocol.ts';
import { PROTOCOL } from '../version.ts';

/** A port to a host that has not been greeted yet. */
export interface Access {
  readonly port: Port;
  /** Rejects if it becomes known that nobody will answer on the port; never resolves. */
  readonly failed: Promise<never>;
}

/** How long a host may leave calls without any answer before somebody looks after it, in ms. */
const SILENCE = 5_000;

/** Why calls that wait for an answer get none. */
type ErrorOf = (asked: string) => KeystoreError;

/** A call that waits for its answer. */
export interface Unanswered {
  /** The call as an error names it: "sign (request 17)". */
  readonly asked: string;
  /** The link has ended. */
  fail(error: KeystoreError): void;
}

export class Link {
  readonly remote: Remote;
  readonly welcome: Welcome;
  /**
   * Where the store is, as its host says: `null` for with that host, `undefined` where it does not know. What a host
   * says here may be old; it refuses what it cannot do.
   */
  store: Whereabouts | null | undefined;
  /** When the store had its first owner, if it was ever with this link's host. */
  born: number | null;
  /** Whether its host is this client's own, to which it stays also when their tab is frozen. */
  own = false;
  readonly #port: Port;
  /** Lets go of the lock that says that this client lives. */
  readonly #release: () => void;
  readonly #pending = new Set<Unanswered>();
  readonly #watch = new AbortController();
  /** Told, again and again, that calls wait and nothing was answered for a while. */
  onSilence: (() => void) | undefined;
  #listening: ReturnType<typeof setTimeout> | undefined;
  #answered = false;
  #alive = true;

  constructor(port: Port, welcome: Welcome, release: () => void) {
    this.#port = port;
    this.#release = release;
    this.remote = connect(port, (message) => this.#heard(message));
    // Shared by all who ask in this realm.
    Object.freeze(welcome.capabilities);
    Object.freeze(welcome.capabilities.algorithms);
    this.welcome = welcome;
    this.store = welcome.store;
    this.born = welcome.born;
    // The host holds this lock while it lives and took it before its welcome, so that a grant means its end:
    // nothing else would tell (a MessagePort has no close event that every engine fires).
    const died = navigator.locks.request(
      hostLockName(welcome.boot),
      { mode: 'shared', signal: this.#watch.signal },
      () => this.end(hostGone),
    );
    // The only rejection there is: this link ended first.
    died.catch(() => undefined);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Whether the store is with this link's host. */
  get owns(): boolean {
    return this.#alive && this.store === null;
  }

  /** A call that is told when the link ends before its answer, or has ended before the call. */
  track(call: Unanswered): void {
    if (!this.#alive) {
      queueMicrotask(() => call.fail(hostGone(call.asked)));
      return;
    }
    this.#pending.add(call);
    if (this.onSilence !== undefined) this.#listening ??= this.#listen(this.onSilence);
  }

  untrack(call: Unanswered): void {
    this.#pending.delete(call);
    this.#answered = true;
  }

  /** What the host says without being asked. */
  #heard(message: unknown): void {
    if (isOwns(message)) this.born = message.born;
    if (!isMoved(message)) return;
    this.store = message.store ?? undefined;
    if (message.frozen === true && !this.own) this.end(hostGone);
  }

  #listen(onSilence: () => void): ReturnType<typeof setTimeout> {
    this.#answered = false;
    return setTimeout(() => {
      const silent = !this.#answered && this.#pending.size > 0;
      this.#listening = this.#pending.size > 0 ? this.#listen(onSilence) : undefined;
      if (silent) onSilence();
    }, SILENCE);
  }

  /** Every pending call settles now, each with an error of its own. */
  end(errorOf: ErrorOf): void {
    if (!this.#alive) return;
    this.#alive = false;
    clearTimeout(this.#listening);
    this.#watch.abort();
    this.#port.close();
    this.#release();
    for (const call of this.#pending) call.fail(errorOf(call.asked));
    this.#pending.clear();
  }
}

export function hostGone(asked: string): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    `The host ended before it answered ${asked}. Whether the call took effect is unknown: look before you repeat a ` +
      'creation or destruction. The next call starts a new host.',
    { cause: 'HOST_DIED' },
  );
}

function lifeLost(asked: string): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    'Other code of this origin stole the lock by which the host knows that this client lives, before the host ' +
      `answered ${asked}. Whether the call took effect is unknown. The next call connects again.`,
    { cause: 'LOCK_STOLEN' },
  );
}

/**
 * Greets the host on a port.
 *
 * @throws KeystoreError what the host refused with; `SERVICE_FAILURE` if nobody answers in time.
 */
export async function greet(
  access: Access | Promise<Access>,
  store: string,
  options: HelloOptions,
  timeout: number,
): Promise<Link> {
  const asked = Promise.resolve(access);
  // It may fail before anybody waits for it, below.
  asked.catch(() => undefined);
  // The lock is held before the hello: a host that is granted it may conclude that this client has gone. One
  // for each hello, so that a host that hears of one too late finds its client gone.
  let link: Link | undefined;
  // Stolen, the lock tells the host that this client has gone: the link is of no more use.
  const { name, release } = await holdForLife(() => link?.end(lifeLost));
  try {
    const way = await asked;
    link = new Link(way.port, await welcomeFrom(way, hello(store, name, options), timeout), release);
    return link;
  } catch (error) {
    release();
    throw error;
  }
}

/** Says hello, and waits for the welcome. A port without one is closed. */
export async function welcomeFrom(
  { port, failed }: Access,
  greeting: Hello,
  timeout: number,
): Promise<Welcome> {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    return await Promise.race([answerTo(port, greeting, signal), failed, silence(timeout, signal)]);
  } catch (error) {
    port.close();
    throw error;
  } finally {
    answered.abort();
  }
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

function answerTo(port: Port, greeting: Hello, signal: AbortSignal): Promise<Welcome> {
  return new Promise((resolve, reject) => {
    port.addEventListener(
      'message',
      ({ data }: MessageEvent<unknown>) => {
        if (!isReplyToHello(data)) return;
        if (data.keyslot === 'refused') reject(decodeError(data.error));
        else if (data.protocol === PROTOCOL) resolve(data);
        else reject(otherProtocol(data));
      },
      { signal },
    );
    port.start();
    port.postMessage(greeting);
  });
}

function silence(timeout: number, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => reject(noAnswer(timeout)), timeout);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

function noAnswer(timeout: number): KeystoreError {
  return new KeystoreError(
    'SERVICE_FAILURE',
    `The host did not answer within ${timeout} ms. Check that the worker script loads, then open the keystore again.`,
    { cause: 'SILENCE' },
  );
}

function otherProtocol({ protocol, build }: Welcome): KeystoreError {
  return new KeystoreError(
    'SERVICE_FAILURE',
    `The running host speaks protocol ${protocol} (build ${build}), this page protocol ${PROTOCOL}. Close all tabs of ` +
      'this app and open it again, so that both are of one version.',
    { cause: 'PROTOCOL' },
  );
}
