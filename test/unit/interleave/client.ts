// A client of the host: its calls go through the service that a tab's calls go through, and into the history.

import { serviceFor } from '../../../src/host/service.ts';
import type { Session } from '../../../src/host/session.ts';
import type { Service } from '../../../src/rpc/endpoint.ts';
import type { Answer, Handle, Lifetime, Method, Reply, Request } from '../../../src/rpc/protocol.ts';
import type { Call } from './history.ts';
import { numberOf } from './material.ts';
import type { Input, Output } from './model.ts';
import type { World } from './world.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const DATA: Bytes = new Uint8Array([1]);

type Asked<M extends Method> = Omit<Request<M>, 'call'>;

export class Client {
  readonly session: Session;
  readonly number: number;
  readonly #world: World;
  readonly #service: Service;
  #calls = 0;

  constructor(world: World, number: number) {
    this.#world = world;
    this.number = number;
    this.session = world.host.newSession();
    const close = (): void => world.host.endSession(this.session);
    this.#service = serviceFor(world.host, this.session, {
      accept: () => undefined,
      close,
      locate: () => Promise.resolve(null),
    });
  }

  /** The number of the last call. */
  get calls(): number {
    return this.#calls;
  }

  create(id: string, lifetime: Lifetime = 'persistent'): Promise<Output> {
    return this.#generate('create', id, lifetime);
  }

  ensure(id: string, lifetime: Lifetime = 'persistent'): Promise<Output> {
    return this.#generate('ensure', id, lifetime);
  }

  open(id: string): Promise<Output> {
    return this.#recorded({ kind: 'open', session: this.number, id }, () => this.ask('open', { id }));
  }

  /** Signs. The signature is the number of the key that made it. */
  use({ id, generation }: Handle): Promise<Output> {
    const input = { kind: 'use', session: this.number, id, generation } as const;
    return this.#recorded(input, async () => {
      const reply = await this.ask('sign', { handle: { id, generation }, data: DATA });
      if ('value' in reply) this.#world.signed(generation, numberOf(reply.value));
      return reply;
    });
  }

  destroy(id: string, generation?: string): Promise<Output> {
    const only = generation === undefined ? { id } : { id, generation };
    return this.#recorded({ kind: 'destroy', session: this.number, ...only }, () =>
      this.ask('destroy', only),
    );
  }

  purge(id: string): Promise<Output> {
    return this.#recorded({ kind: 'purge', session: this.number, id }, () => this.ask('purge', { id }));
  }

  copy(id: string, target: string, lifetime: Lifetime = 'persistent'): Promise<Output> {
    const input = { kind: 'copy', session: this.number, id, target, lifetime } as const;
    return this.#recorded(input, (label) => {
      const { multipart: _, algorithm: __, usages: ___, ...rest } = this.#world.attributes(target, lifetime);
      return this.ask('copy', { id, attributes: { ...rest, label } });
    });
  }

  /** Starts an operation: a use of its key that stays. @returns its nonce, if it began. */
  async start({ id, generation }: Handle): Promise<string | undefined> {
    let nonce: string | undefined;
    const input = { kind: 'use', session: this.number, id, generation } as const;
    await this.#recorded(input, async () => {
      const reply = await this.ask('start', { handle: { id, generation }, purpose: 'sign' });
      if ('value' in reply) nonce = reply.value;
      return reply;
    });
    return nonce;
  }

  /** @returns `OK`, or the code of the error. Not in the history: the key was used at `start`. */
  async finish(nonce: string, generation: string): Promise<string> {
    const updated = await this.ask('update', { operation: nonce, data: DATA });
    if ('error' in updated) return this.#ended(updated.error.code);
    const reply = await this.ask('finish', { operation: nonce });
    if ('error' in reply) return this.#ended(reply.error.code);
    this.#world.signed(generation, numberOf(reply.value));
    return 'OK';
  }

  /** An operation may end by its key, its session, its deadline or its caller, and by nothing else. */
  #ended(code: string): string {
    if (!['BAD_STATE', 'ABORTED', 'INSUFFICIENT_MEMORY'].includes(code)) {
      this.#world.faults.push(`an operation ended with ${code}`);
    }
    return code;
  }

  abort(nonce: string): Promise<Reply<Answer<'abort'>>> {
    return this.ask('abort', { operation: nonce });
  }

  /** Goes on when the scheduler says so. */
  pause(): Promise<void> {
    return this.#world.agenda.later('go on', () => undefined);
  }

  /** Gives up the last call. */
  cancel(): void {
    this.session.cancel(this.#calls);
  }

  /** The client dies. */
  end(): void {
    const call = this.#world.history.begin({ kind: 'end', session: this.number }, this.#world.step);
    this.#world.host.endSession(this.session);
    this.#world.returned(call, { code: 'OK' });
  }

  #generate(kind: 'create' | 'ensure', id: string, lifetime: Lifetime): Promise<Output> {
    return this.#recorded({ kind, session: this.number, id, lifetime }, (label) =>
      this.ask('generate', {
        attributes: { ...this.#world.attributes(id, lifetime), label },
        ensure: kind === 'ensure',
      }),
    );
  }

  /** @param ask - is given a label to put on the key it makes, by which its record is known. */
  async #recorded(input: Input, ask: (label: string) => Promise<Reply>): Promise<Output> {
    const call = this.#world.history.begin(input, this.#world.step);
    const output = this.#world.outcome(call, await ask(labelOf(call)));
    this.#world.returned(call, output);
    return output;
  }

  /** Any call, as its reply. Not in the history. */
  ask<M extends Method>(method: M, request: Asked<M>): Promise<Reply<Answer<M>>> {
    this.#calls += 1;
    return this.again(method, request);
  }

  /** As {@link ask}, under the number of the last call. */
  again<M extends Method>(method: M, request: Asked<M>): Promise<Reply<Answer<M>>> {
    const { timeout } = this.#world;
    const whole = { call: this.#calls, ...(timeout === undefined ? {} : { timeout }), ...request };
    return this.#service[method](whole) as Promise<Reply<Answer<M>>>;
  }
}

export function labelOf({ number }: Call): string {
  return `call ${number}`;
}
