// comlink, behind one file: both ends of a port, closed by the gate. What comlink 4.4.2 does badly
// (no end for calls whose other side dies, lost error codes, leaked ports) is done by its callers here.
import { type Endpoint, expose, transfer, wrap } from 'comlink';
import { KeystoreError } from '../errors.ts';
import { Calls } from './calls.ts';
import { encodeError } from './errors.ts';
import { isRecord, judge } from './gate.ts';
import { computes, MAX_PARCEL, outbox, soon } from './parcels.ts';
import type { Port } from './port.ts';
import type { Answer, Method, Reply, Request } from './protocol.ts';

/** The host's side: one function a method, each of which answers and never throws. */
export type Service = { readonly [M in Method]: (request: unknown) => Promise<Reply> };

/**
 * Serves a port until its `close()`. Refused messages with a valid id are answered.
 *
 * @returns what posts something else, after the answers that are there.
 */
export function serve(port: Port, service: Service): (message: object) => void {
  // A null prototype: a name that passed the list can only be one of ours.
  const methods: Service = Object.assign(Object.create(null), service);
  const out = outbox(port, soon, () => undefined);
  /** Ids of calls whose answers may be held back: they came from somebody who has many under way. */
  const patient = new Set<unknown>();
  const its = gated(
    port,
    (message, inParcel) => {
      const verdict = judge(message);
      if (verdict.pass) {
        const { id, path } = verdict.message;
        if (inParcel && computes(path[0])) patient.add(id);
        return verdict.message;
      }
      if (verdict.id !== undefined) port.postMessage(refusal(verdict.id, verdict.reason));
      return undefined;
    },
    (answer, transfers) => {
      if (patient.delete(answer.id) && transfers.length === 0) out.hold(answer);
      else out.post(answer, transfers);
      // Nothing is under way that it could go with.
      if (patient.size === 0) out.flush();
    },
  );
  expose(methods, its);
  return (message) => out.post(message, []);
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
  /** Whether the bytes of a call that is made in this step may be posted after it. */
  holds(method: Method, request: unknown): boolean;
}

type Api = { [M in Method]: (request: unknown) => Promise<unknown> };

/** @param onOther - told what the other side says that is no reply. */
export function connect(port: Port, onOther: (message: unknown) => void): Remote {
  const calls = new Calls(port, (message) => its.deliver(message));
  const its = gated(
    port,
    (message) => {
      if (isRecord(message) && message['type'] === 'RAW') return calls.answered(message);
      onOther(message);
      return undefined;
    },
    (message, transfers) => calls.post(message, transfers),
  );
  const remote = wrap<Api>(its);
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
    holds: (method, request) => calls.holds(method, request as object),
  };
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

/** What comlink posts. */
interface Message {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly value?: unknown;
}

interface Gated extends Endpoint {
  /** Tells comlink something as if it had come. */
  deliver(message: object): void;
}

/**
 * comlink's view of a port: only what `admit` lets pass, and no way to release or to close.
 */
function gated(
  port: Port,
  admit: (message: unknown, inParcel: boolean) => object | undefined,
  post: (message: Message, transfers: Transferable[]) => void,
): Gated {
  let started = false;
  let listener: EventListener | undefined;
  const deliver = (data: object | undefined): void => {
    if (data === undefined) return;
    // comlink reads `data` and `origin` and nothing else. A real MessageEvent costs more than the gate (bench/). Ports have
    // no origin to tell.
    listener?.({ data, origin: '' } as MessageEvent);
  };
  return {
    deliver,
    // comlink calls this once, with a function.
    addEventListener(_type, its) {
      listener = its as EventListener;
      port.addEventListener('message', ({ data }) => {
        if (!Array.isArray(data)) deliver(admit(data, false));
        // By index: a cloned array may have an iterator of its own, and a length with nothing behind it. One that is too long is
        // no parcel.
        else if (data.length <= MAX_PARCEL)
          for (let at = 0; at < data.length; at += 1) deliver(admit(data[at], true));
      });
    },
    removeEventListener() {
      // comlink calls this on RELEASE only, which the gate refuses; a port ends by being closed.
    },
    postMessage(message: Message, transfers) {
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
