// The calls of a client that wait for their answers on a port: what they are called on the wire, and how they are posted.
import { isRecord } from './gate.ts';
import { afterThisStep, areMany, computes, Outbox } from './parcels.ts';
import type { Port } from './port.ts';

/** Longest data of a call that is held back, in bytes: copying more for it would cost more than posting it alone. */
export const MAX_HELD = 32_768;

/** comlink's message. */
interface Message {
  readonly id?: unknown;
  readonly path?: readonly unknown[];
  readonly argumentList?: readonly { readonly value?: unknown }[];
}

export class Calls {
  /** comlink's ids, of up to 59 characters, by the short numbers that calls have on the wire, there and back (bench/). */
  readonly #ids = new Map<unknown, unknown>();
  /** Of these, those that only compute. */
  readonly #computing = new Set<unknown>();
  readonly #outbox: Outbox;
  #last = 0;

  /** @param deliver - told what comlink is to hear of a call that could not be posted. */
  constructor(port: Port, deliver: (message: object) => void) {
    this.#outbox = new Outbox(port, afterThisStep, (message, error) => {
      const value = { isError: false, value: error };
      const refused = this.answered({ ...message, type: 'HANDLER', name: 'throw', value });
      if (refused !== undefined) deliver(refused);
    });
  }

  /** Whether a call, if it is made in this step, may be posted after it. */
  holds(method: unknown, request: unknown): boolean {
    return areMany(this.#computing.size) && computes(method) && !isLong(request);
  }

  post(message: Message, transfers: Transferable[]): void {
    this.#last += 1;
    const id = `${this.#last}`;
    const its = { ...message, id };
    const request = message.argumentList?.[0]?.value;
    const method = message.path?.[0];
    const isHeld = transfers.length === 0 && this.holds(method, request);
    if (!isHeld) this.#outbox.post(its, transfers);
    // What could not be posted is not answered, and nothing is answered in this step: known here, it can be.
    this.#ids.set(id, message.id);
    if (computes(method)) this.#computing.add(id);
    if (isHeld) this.#outbox.hold(its, dataOf(request));
  }

  /** An answer as comlink knows it; `undefined` for one to nothing that was asked. */
  answered(message: Readonly<Record<string, unknown>>): object | undefined {
    const { id: short } = message;
    const id = this.#ids.get(short);
    this.#ids.delete(short);
    this.#computing.delete(short);
    return id === undefined ? undefined : { ...message, id };
  }
}

function isLong(request: unknown): boolean {
  const data = dataOf(request);
  return ArrayBuffer.isView(data) && data.byteLength > MAX_HELD;
}

const dataOf = (request: unknown): unknown => (isRecord(request) ? request['data'] : undefined);
