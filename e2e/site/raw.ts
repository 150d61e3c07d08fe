// A client made by hand: a port to the host of a store, for messages that the package itself would never send.
import { PROTOCOL } from '../../src/version.ts';

export interface RawReply {
  readonly id?: string;
  readonly type?: string;
  readonly keyslot?: string;
  readonly value?: { readonly value?: unknown; readonly error?: { code: string; message: string } };
  readonly [member: string]: unknown;
}

export class RawPort {
  readonly port: MessagePort;
  readonly url: string;
  readonly store: string;
  /** Everything that came, in order. */
  readonly received: RawReply[] = [];
  readonly #waiting = new Set<(message: RawReply) => void>();
  #calls = 0;

  constructor(url: string, store: string) {
    this.url = url;
    this.store = store;
    // What a worker was made with, whoever wants to reach it asks for.
    const options = { type: 'module', name: `keyslot:${store}`, extendedLifetime: true } as WorkerOptions;
    this.port = new SharedWorker(url, options).port;
    this.port.onmessage = ({ data }: MessageEvent<RawReply>) => {
      this.received.push(data);
      for (const waiting of [...this.#waiting]) waiting(data);
    };
  }

  post(message: unknown, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }

  /** Posts, and waits for the next message that `isAnswer` accepts. */
  ask(message: unknown, isAnswer: (reply: RawReply) => boolean): Promise<RawReply> {
    return new Promise((resolve) => {
      const waiting = (reply: RawReply) => {
        if (!isAnswer(reply)) return;
        this.#waiting.delete(waiting);
        resolve(reply);
      };
      this.#waiting.add(waiting);
      this.post(message);
    });
  }

  /** Says hello as a correct client does, holding its lock, except for what `changes` says. */
  async hello(changes: Record<string, unknown> = {}): Promise<RawReply> {
    const lock = `keyslot:client:${crypto.randomUUID()}`;
    await new Promise<void>((held) => {
      void navigator.locks.request(lock, () => {
        held();
        // For as long as this document lives.
        return new Promise(() => undefined);
      });
    });
    return this.helloWith({ lock, ...changes });
  }

  helloWith(changes: Record<string, unknown>): Promise<RawReply> {
    const hello = { keyslot: 'hello', protocol: PROTOCOL, build: 'test', store: this.store, ...changes };
    return this.ask(hello, ({ keyslot }) => keyslot !== undefined);
  }

  /** One call, as the wire wants it. */
  async call(method: string, request: Record<string, unknown> = {}): Promise<unknown> {
    this.#calls += 1;
    const argument = { type: 'RAW', value: { call: this.#calls, ...request } };
    return this.apply(method, argument);
  }

  async apply(method: string, argument: unknown): Promise<RawReply['value']> {
    const id = crypto.randomUUID();
    const message = { id, type: 'APPLY', path: [method], argumentList: [argument] };
    return (await this.ask(message, (reply) => reply.id === id)).value;
  }
}
