// comlink, behind one file: both ends of a port, closed by the gate. What comlink 4.4.2 does badly
// (no end for calls whose other side dies, lost error codes, leaked ports) is done by its callers here.
import { type Endpoint, expose, transfer, wrap } from 'comlink';
import { KeystoreError } from '../errors.ts';
import { encodeError } from './errors.ts';
import { isRecord, judge } from './gate.ts';
import type { Port } from './port.ts';
import type { Answer, Method, Reply, Request } from './protocol.ts';

/** The host's side: one function a method, each of which answers and never throws. */
export type Service = { readonly [M in Method]: (request: unknown) => Promise<Reply> };

/** Serves a port until its `close()`. Refused messages with a valid id are answered. */
export function serve(port: Port, service: Service): void {
  // A null prototype: a name that passed the list can only be one of ours.
  const methods: Service = Object.assign(Object.create(null), service);
  expose(
    methods,
    gated(port, (message) => {
      const verdict = judge(message);
      if (verdict.pass) return verdict.message;
      if (verdict.id !== undefined) port.postMessage(refusal(verdict.id, verdict.reason));
      return undefined;
    }),
  );
}

/** The cause of a refusal by a host that has never heard of the client. */
export const NO_HELLO = 'NO_HELLO';

/** The answer to a message with a valid id that is not a call. */
export function refusal(id: string, reason: string, cause?: typeof NO_HELLO): unknown {
  const error = new KeystoreError('INVALID_ARGUMENT', `The host refused a message: ${reason}.`, { cause });
  const value: Reply = { error: encodeError(error) };
  return { id, type: 'RAW', value };
}

/** The client's side of a port. */
export interface Remote {
  call<M extends Method>(
    method: M,
    request: Request<M>,
    transfers: Transferable[],
  ): Promise<Reply<Answer<M>>>;
}

type Api = { [M in Method]: (request: unknown) => Promise<unknown> };

/** @param onOther - told what the other side says that is no reply. */
export function connect(port: Port, onOther: (message: unknown) => void): Remote {
  const ids = new ShortIds();
  const remote = wrap<Api>(
    gated(
      port,
      (message) => {
        if (isRecord(message) && message['type'] === 'RAW') return ids.restore(message);
        onOther(message);
        return undefined;
      },
      (message, transfers) => ids.post(port, message, transfers),
    ),
  );
  // One comlink proxy a method, made once: they are registered with a FinalizationRegistry that would send
  // RELEASE, so they live as long as the Remote.
  const proxies = new Map<Method, (request: unknown) => Promise<unknown>>();
  return {
    call<M extends Method>(method: M, request: Request<M>, transfers: Transferable[]) {
      let proxy = proxies.get(method);
      if (proxy === undefined) {
        proxy = remote[method];
        proxies.set(method, proxy);
      }
      const answer = proxy(transfers.length > 0 ? transfer(request, transfers) : request);
      return answer.then(checkedReply<Answer<M>>);
    },
  };
}

/** On the wire a call has a short number for its id: comlink's are of up to 59 characters, there and back (bench/). */
class ShortIds {
  /** comlink's, by the short ones of calls that wait for their answer. */
  readonly #ids = new Map<unknown, unknown>();
  #last = 0;

  post(port: Port, message: { id?: unknown }, transfers: Transferable[]): void {
    this.#last += 1;
    const id = `${this.#last}`;
    port.postMessage({ ...message, id }, transfers);
    // What could not be posted is not answered. Nothing is answered in this step.
    this.#ids.set(id, message.id);
  }

  /** `undefined` for an answer to nothing that was asked. */
  restore(message: Readonly<Record<string, unknown>>): object | undefined {
    const { id: short } = message;
    const id = this.#ids.get(short);
    this.#ids.delete(short);
    return id === undefined ? undefined : { ...message, id };
  }
}

/** The client trusts its host for the type of the value, not for the form of the reply. */
function checkedReply<T>(reply: unknown): Reply<T> {
  if (isRecord(reply) && ('value' in reply || 'error' in reply)) return reply as unknown as Reply<T>;
  throw new KeystoreError('SERVICE_FAILURE', 'The host answered with something that is no reply.');
}

/** Marks what is to be moved, not copied, with the reply that holds it. */
export function withTransfer<T extends object>(reply: T, transfers: Transferable[]): T {
  return transfer(reply, transfers);
}

/** comlink's view of a port: only what `admit` lets pass, and no way to release or to close. */
function gated(
  port: Port,
  admit: (message: unknown) => object | undefined,
  post: (message: object, transfers: Transferable[]) => void = (message, transfers) =>
    port.postMessage(message, transfers),
): Endpoint {
  let started = false;
  return {
    addEventListener(_type, listener) {
      port.addEventListener('message', (event) => {
        const data = admit(event.data);
        if (data === undefined) return;
        // comlink reads `data` and `origin` and nothing else. A real MessageEvent costs more than the gate (bench/). Ports have
        // no origin to tell.
        const admitted = { data, origin: '' } as MessageEvent;
        if (typeof listener === 'function') listener(admitted);
        else listener.handleEvent(admitted);
      });
    },
    removeEventListener() {
      // comlink calls this on RELEASE only, which the gate refuses; a port ends by being closed.
    },
    postMessage(message: { type?: unknown }, transfers) {
      if (message.type !== 'RELEASE') post(message, transfers ?? []);
    },
    // comlink calls this before every message.
    start() {
      if (started) return;
      started = true;
      port.start();
    },
  };
}
