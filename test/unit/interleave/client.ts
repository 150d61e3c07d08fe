// A client of the host: its calls go through the service that a tab's calls go through, and into the history. What a host
// refuses because the store is another's, or does not answer, is asked again of its successor, as connection.ts does.
import { KINDS } from '../../../src/client/repeat.ts';
import type { Host } from '../../../src/host/host.ts';
import { close } from '../../../src/host/protocols/close.ts';
import { serviceFor } from '../../../src/host/service.ts';
import type { Session } from '../../../src/host/session.ts';
import type { Service } from '../../../src/rpc/endpoint.ts';
import type { Answer, Handle, KeyInfo, Lifetime, Method, Reply, Request } from '../../../src/rpc/protocol.ts';
import type { Call } from './history.ts';
import { numberOf } from './material.ts';
import type { Input, Output } from './model.ts';
import type { World } from './world.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const DATA: Bytes = new Uint8Array([1]);

type Asked<M extends Method> = Omit<Request<M>, 'call'>;

/** A client at one of the hosts. */
interface Place {
  readonly session: Session;
  readonly service: Service;
}

/** The number of a host, for what is in its memory. */
type Where = 0 | 1 | 'store' | 'id';

const ENDED: Reply = { error: { code: 'BAD_STATE', message: 'the operation ended with its host' } };
const GONE: Reply = { error: { code: 'INVALID_HANDLE', message: 'it was in the memory of a host' } };
const DEAD: Reply = { error: { code: 'BAD_STATE', message: 'the client has gone' } };

export class Client {
  /** At the first host. */
  readonly session: Session;
  readonly number: number;
  readonly #world: World;
  readonly #home: Place;
  #next: Place | undefined;
  #calls = 0;
  /** Whether this client knows that the store is the second host's. */
  #moved = false;
  #alive = true;

  constructor(world: World, number: number) {
    this.#world = world;
    this.number = number;
    this.#home = this.#placeAt(world.host);
    this.session = this.#home.session;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Its sessions, at every host that it has been at. */
  get sessions(): Session[] {
    return [this.#home, this.#next].flatMap((place) => place?.session ?? []);
  }

  #placeAt(host: Host): Place {
    const session = host.newSession();
    const service = serviceFor(host, session, {
      accept: () => undefined,
      close: (call) => close(host, call),
      locate: () => Promise.resolve(null),
    });
    return { session, service };
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

  /** From now on this client knows that the store is the second host's. */
  follow(): void {
    this.#moved = true;
  }

  /** What the last call is named by, should it be asked for again. */
  get request(): string {
    return `${this.number}/${this.#calls} of this test`;
  }

  /** Gives up the last call. */
  cancel(): void {
    for (const session of this.sessions) session.cancel(this.#calls);
  }

  /** The client dies. */
  end(): void {
    const call = this.#world.history.begin({ kind: 'end', session: this.number }, this.#world.step);
    this.#alive = false;
    this.#world.seats.forEach(({ host }, number) => {
      const session = this.sessions[number];
      if (session !== undefined) host.endSession(session);
    });
    this.#world.returned(call, { code: 'OK' });
  }

  async #generate(kind: 'create' | 'ensure', id: string, lifetime: Lifetime): Promise<Output> {
    const output = await this.#recorded({ kind, session: this.number, id, lifetime }, (label) =>
      this.ask('generate', {
        attributes: { ...this.#world.attributes(id, lifetime), label },
        ensure: kind === 'ensure',
      }),
    );
    return output;
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
  async again<M extends Method>(method: M, request: Asked<M>): Promise<Reply<Answer<M>>> {
    const { timeout } = this.#world;
    const call = this.#calls;
    const change = KINDS[method] === 'change' || KINDS[method] === 'import';
    const whole = {
      call,
      ...(timeout === undefined ? {} : { timeout }),
      ...(change ? { request: this.request } : {}),
      ...request,
    };
    const reply = await this.#anywhere(method, whole, this.#placeOf(request));
    return reply as Reply<Answer<M>>;
  }

  /** A key in memory is with the host that said so, a stored one with the owner of the store; an id may mean either. */
  #placeOf(request: object): Where {
    const { handle = request, operation } = request as { handle?: object; operation?: string };
    const { generation } = handle as { generation?: string };
    if (operation !== undefined) return this.#world.inMemory.get(operation) ?? 0;
    if (generation !== undefined) return this.#world.inMemory.get(generation) ?? 'store';
    return 'id' in request ? 'id' : 'store';
  }

  async #anywhere(method: Method, request: object, where: Where): Promise<Reply> {
    const { succession } = this.#world;
    const first = where === 0 || where === 'id' ? succession.kind !== 'loss' : !this.#moved && where !== 1;
    let doubt = false;
    if (first || !this.#moved) {
      const reply = await Promise.race([this.#home.service[method](request), succession.lost]);
      if (reply !== 'lost' && !isMoved(reply)) return this.#noted(reply, 0);
      doubt = reply === 'lost' || isUnsure(reply);
      this.#moved = true;
    }
    if (where === 0) return KINDS[method] === 'step' ? ENDED : GONE;
    await succession.served;
    if (!this.#alive) return DEAD;
    this.#next ??= this.#placeAt(this.#second);
    const change = KINDS[method] === 'change';
    const again = { ...request, ...(doubt && change ? { age: 1 } : {}) };
    return this.#noted(await this.#next.service[method](again), 1);
  }

  /** Whose memory a key or an operation is in is known from who told of it. */
  #noted(reply: Reply, host: 0 | 1): Reply {
    if ('error' in reply) return reply;
    const { value } = reply;
    if (typeof value === 'string') this.#world.inMemory.set(value, host);
    const { generation, attributes } = (value ?? {}) as Partial<KeyInfo>;
    if (generation !== undefined && attributes !== undefined && attributes.lifetime !== 'persistent') {
      this.#world.inMemory.set(generation, host);
    }
    return reply;
  }

  get #second(): Host {
    const [, second] = this.#world.seats;
    if (second === undefined) throw new Error('a call was sent on where there is nobody else');
    return second.host;
  }
}

/** The store is another host's. */
function isMoved(reply: Reply): boolean {
  return 'error' in reply && reply.error.code === 'MOVED';
}

/** It is not known whether the call took effect before that. */
function isUnsure(reply: Reply): boolean {
  return 'error' in reply && reply.error.cause === 'UNKNOWN_OUTCOME';
}

export function labelOf({ number }: Call): string {
  return `call ${number}`;
}
