// One live link to one host: handshake, the watch on the host's life, and the calls under way. A link ends
// once; a connection makes another.
import { KeystoreError } from '../errors.ts';
import { connect, type Remote } from '../rpc/endpoint.ts';
import { decodeError } from '../rpc/errors.ts';
import { type Hello, hostLockName, isReplyToHello, type Welcome } from '../rpc/handshake.ts';
import { PROTOCOL } from '../version.ts';

/** A port to a host that has not been greeted yet. */
export interface Access {
  readonly port: MessagePort;
  /** Rejects if it becomes known that nobody will answer on the port; never resolves. */
  readonly failed: Promise<never>;
}

export class Link {
  readonly remote: Remote;
  readonly welcome: Welcome;
  readonly #port: MessagePort;
  /** What to do for each call that waits for its answer, and what it asked. */
  readonly #pending = new Map<(error: KeystoreError) => void, () => string>();
  readonly #watch = new AbortController();
  #alive = true;

  constructor(port: MessagePort, welcome: Welcome) {
    this.#port = port;
    this.remote = connect(port);
    // Shared by all who ask in this realm.
    Object.freeze(welcome.capabilities);
    Object.freeze(welcome.capabilities.algorithms);
    this.welcome = welcome;
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

  /**
   * Registers what to do for a call when the link ends before its answer.
   *
   * @param asked - the call as an error names it: "sign (request 17)".
   */
  track(asked: () => string, fail: (error: KeystoreError) => void): void {
    this.#pending.set(fail, asked);
  }

  untrack(fail: (error: KeystoreError) => void): void {
    this.#pending.delete(fail);
  }

  /** Every pending call settles now, each with an error of its own. */
  end(errorOf: (asked: string) => KeystoreError): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#watch.abort();
    this.#port.close();
    for (const [fail, asked] of this.#pending) fail(errorOf(asked()));
    this.#pending.clear();
  }
}

function hostGone(asked: string): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    `The host ended before it answered ${asked}. Whether the call took effect is unknown: look before you repeat a ` +
      'creation or destruction. The next call starts a new host.',
    { cause: 'HOST_DIED' },
  );
}

/**
 * Greets the host on a port. The client's lock is held before.
 *
 * @throws KeystoreError what the host refused with; `SERVICE_FAILURE` if nobody answers in time.
 */
export async function greet(access: Access, greeting: Hello, timeout: number): Promise<Link> {
  const { port, failed } = access;
  const answered = new AbortController();
  const { signal } = answered;
  try {
    const welcome = await Promise.race([answerTo(port, greeting, signal), failed, silence(timeout, signal)]);
    return new Link(port, welcome);
  } catch (error) {
    port.close();
    throw error;
  } finally {
    answered.abort();
  }
}

function answerTo(port: MessagePort, greeting: Hello, signal: AbortSignal): Promise<Welcome> {
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
