// The calls of a client that wait for their answers on a port: what they are called on the wire, and how they are posted.
import { afterThisStep, areMany, computes, type Outbox, outbox } from './parcels.ts';
import type { Port } from './port.ts';

/** Longest data of a call that is held back, in bytes: copying more for it would cost more than posting it alone. */
export const MAX_HELD = 16_384;

/** What tells how long a call is. */
interface Request {
  readonly data?: { readonly byteLength?: number };
}

/** comlink's message. */
interface Message {
  readonly id?: unknown;
  readonly path?: readonly unknown[];
  readonly argumentList?: readonly { readonly value?: Request }[];
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
    this.#outbox = outbox(port, afterThisStep, (message, error) => {
      const thrown = { type: 'HANDLER', name: 'throw', value: { value: error } };
      const refused = this.answered({ ...message, ...thrown });
      if (refused !== undefined) deliver(refused);
    });
  }

  /** Whether a call, if it is made in this step, may be posted after it. */
  holds(method: unknown, { data }: Request = {}): boolean {
    return areMany(this.#computing.size) && computes(method) && !(Number(data?.byteLength) > MAX_HELD);
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
    if (isHeld) this.#outbox.hold(its);
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
