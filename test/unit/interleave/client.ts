// A client of the host: its calls go through the service that a tab's calls go through, and into the history. What a host
// refuses because the store is another's, or does not answer, is asked again of whoever owns the store, as connection.ts does.
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
import type { SeatNumber } from './succession.ts';
import type { World } from './world.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const DATA: Bytes = new Uint8Array([1]);

type Argument<M extends Method> = Omit<Request<M>, 'call'>;

/** The hosts that a call has been sent to. */
type Asked = Set<SeatNumber>;

/** A call on its way. */
interface Sent {
  readonly method: Method;
  readonly request: object;
  readonly asked: Asked;
}

/** A client at one of the hosts. */
interface Place {
  readonly session: Session;
  readonly service: Service;
}

/** The number of a host, for what is in its memory. */
type Where = SeatNumber | 'store' | 'id';

/** Hosts contradict each other for a moment at most: whoever is sent on more often is sent on for ever. */
const MOST_MOVES = 12;

const SEATS = [0, 1, 2] as const satisfies readonly SeatNumber[];

const ENDED: Reply = { error: { code: 'BAD_STATE', message: 'the operation ended with its host' } };
const GONE: Reply = { error: { code: 'INVALID_HANDLE', message: 'it was in the memory of a host' } };
/** Who is dead is told nothing, but what became of its call is judged. */
const UNSURE: Reply = { error: { code: 'COMMUNICATION_FAILURE', message: 'the client has gone' } };
const DEAD: Reply = { error: { code: 'BAD_STATE', message: 'the client has gone' } };

export class Client {
  /** At the first host. */
  readonly session: Session;
  readonly number: number;
  readonly #world: World;
  /** Where it has been, by the numbers of the hosts. Its own is the first. */
  readonly #places: (Place | undefined)[] = [];
  #calls = 0;
  /** Deadline of its calls, in ms, where it is not that of everybody's. */
  timeout: number | undefined;
  /** Whom this client believes to own the store. */
  #owner: SeatNumber | undefined;
  #alive = true;

  constructor(world: World, number: number) {
    this.#world = world;
    this.number = number;
    this.session = this.#placeAt(0).session;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Its sessions, at every host that it has been at. */
  get sessions(): Session[] {
    return this.#places.flatMap((place) => place?.session ?? []);
  }

  sessionAt(host: number): Session | undefined {
    return this.#places[host]?.session;
  }

  #placeAt(number: SeatNumber): Place {
    const place = this.#places[number] ?? this.#newPlace(this.#hostOf(number));
    this.#places[number] = place;
    // Its welcome says so.
    if (this.#world.succession.owner === number) this.#owner = number;
    return place;
  }

  #newPlace(host: Host): Place {
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
    return this.#recorded({ kind: 'open', session: this.number, id }, (_, asked) =>
      this.ask('open', { id }, asked),
    );
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
    return this.#recorded({ kind: 'destroy', session: this.number, ...only }, (_, asked) =>
      this.ask('destroy', only, asked),
    );
  }

  purge(id: string): Promise<Output> {
    return this.#recorded({ kind: 'purge', session: this.number, id }, (_, asked) =>
      this.ask('purge', { id }, asked),
    );
  }

  /** @param generation - only of this key. */
  copy(id: string, target: string, lifetime: Lifetime = 'persistent', generation?: string): Promise<Output> {
    const only = generation === undefined ? { id } : { id, generation };
    const input = { kind: 'copy', session: this.number, ...only, target, lifetime } as const;
    return this.#recorded(input, (label, asked) => {
      const { multipart: _, algorithm: __, usages: ___, ...rest } = this.#world.attributes(target, lifetime);
      return this.ask('copy', { ...only, attributes: { ...rest, label } }, asked);
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
    this.#owner = undefined;
  }

  /** Makes itself known to the first so many hosts. */
  meets(hosts: number): void {
    for (const number of SEATS.slice(0, hosts)) this.#placeAt(number);
  }

  /** A host that it has been at says that it owns the store now. */
  hears(owner: SeatNumber): void {
    if (this.#places[owner] !== undefined) this.#owner = owner;
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
      const session = this.sessionAt(number);
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

  /**
   * @param ask - is given a label to put on the key it makes, by which its record is known, and notes the hosts that were
   * asked: which keys in memory an id can mean depends on them.
   */
  async #recorded(input: Input, ask: (label: string, asked: Asked) => Promise<Reply>): Promise<Output> {
    const call = this.#world.history.begin(input, this.#world.step);
    const output = this.#world.outcome(call, await ask(labelOf(call), call.asked));
    this.#world.returned(call, output);
    return output;
  }

  /** Any call, as its reply. Not in the history. */
  ask<M extends Method>(method: M, request: Argument<M>, asked?: Asked): Promise<Reply<Answer<M>>> {
    this.#calls += 1;
    return this.again(method, request, asked);
  }

  /** As {@link ask}, under the number of the last call. */
  async again<M extends Method>(
    method: M,
    request: Argument<M>,
    asked: Asked = new Set(),
  ): Promise<Reply<Answer<M>>> {
    const timeout = this.timeout ?? this.#world.timeout;
    const call = this.#calls;
    const change = KINDS[method] === 'change' || KINDS[method] === 'import';
    const whole = {
      call,
      ...(timeout === undefined ? {} : { timeout }),
      ...(change ? { request: this.request } : {}),
      ...request,
    };
    const reply = await this.#anywhere({ method, request: whole, asked }, this.#placeOf(request));
    return reply as Reply<Answer<M>>;
  }

  /** A key in memory is with the host that said so, a stored one with the owner of the store; an id may mean either. */
  #placeOf(request: object): Where {
    const {
      handle = request,
      operation,
      attributes,
    } = request as {
      handle?: object;
      operation?: string;
      attributes?: { lifetime: Lifetime };
    };
    const { generation } = handle as { generation?: string };
    if (operation !== undefined) return this.#world.inMemory.get(operation) ?? 0;
    // A session key is made, and stays, with the client's own host.
    if (attributes?.lifetime === 'session') return 0;
    if (generation !== undefined) return this.#world.inMemory.get(generation) ?? 'store';
    return 'id' in request ? 'id' : 'store';
  }

  #anywhere(sent: Sent, where: Where): Promise<Reply> {
    return typeof where === 'number' ? this.#inMemory(sent, where) : this.#byStore(sent, where);
  }

  /** What was in the memory of one host is nowhere else. */
  async #inMemory(sent: Sent, where: SeatNumber): Promise<Reply> {
    const reply = this.#isLost(where) ? undefined : await this.#askAt(where, sent);
    if (reply !== undefined && !isMoved(reply)) return this.#noted(reply, where);
    this.#moved(where);
    return KINDS[sent.method] === 'step' ? ENDED : GONE;
  }

  async #byStore(sent: Sent, where: 'store' | 'id'): Promise<Reply> {
    const { succession, faults } = this.#world;
    const change = KINDS[sent.method] === 'change';
    let doubt = false;
    // Hosts that may have keys of this id in memory say first that they have none: also one that gives the store up now.
    const told = new Set<SeatNumber>();
    const next = () => (where === 'id' ? this.#keepers.find((number) => !told.has(number)) : undefined);
    for (let beside = next(); beside !== undefined; beside = next()) {
      told.add(beside);
      const reply = await this.#askAt(beside, { ...sent, request: { ...sent.request, kept: true } });
      if (reply !== undefined && !isMoved(reply)) return this.#noted(reply, beside);
      doubt ||= reply === undefined || isUnsure(reply);
    }
    for (let moves = 0; moves < MOST_MOVES; moves += 1) {
      const known = this.#owner;
      const owner = known ?? (await succession.located());
      // Who is dead asks nobody again.
      if (!this.#alive && (moves > 0 || known === undefined)) return doubt && change ? UNSURE : DEAD;
      this.#owner = owner;
      const age = doubt && change ? { age: 1 } : {};
      const reply = await this.#askAt(owner, { ...sent, request: { ...sent.request, ...age } });
      if (reply !== undefined && !isMoved(reply)) return this.#noted(reply, owner);
      doubt ||= reply === undefined || isUnsure(reply);
      this.#moved(owner);
    }
    faults.push(`client ${this.number} was sent on and on`);
    return DEAD;
  }

  /** Its own host first, as in links.ts. */
  get #besides(): SeatNumber[] {
    return SEATS.filter(
      (number) => this.#places[number] !== undefined && number !== this.#owner && !this.#isLost(number),
    );
  }

  /** Where there are any, its own comes first also as the owner, as in connection.ts. */
  get #keepers(): SeatNumber[] {
    const besides = this.#besides;
    return besides.length === 0 || this.#isLost(0) ? besides : [0, ...besides];
  }

  /** A host that this client takes for dead. */
  #isLost(number: SeatNumber): boolean {
    return number === 0 && this.#world.succession.kind === 'loss' && this.#owner !== 0;
  }

  #moved(owner: SeatNumber): void {
    if (this.#owner === owner) this.#owner = undefined;
  }

  /** What a host answers; `undefined` where that does not reach this client. */
  async #askAt(number: SeatNumber, { method, request, asked }: Sent): Promise<Reply | undefined> {
    asked.add(number);
    const answer = this.#placeAt(number).service[method](request);
    const reply = number === 0 ? await Promise.race([answer, this.#world.succession.lost]) : await answer;
    return reply === 'lost' ? undefined : reply;
  }

  /** Whose memory a key or an operation is in is known from who told of it. */
  #noted(reply: Reply, host: SeatNumber): Reply {
    if ('error' in reply) return reply;
    const { value } = reply;
    if (typeof value === 'string') this.#world.inMemory.set(value, host);
    const { generation, attributes } = (value ?? {}) as Partial<KeyInfo>;
    if (generation !== undefined && attributes !== undefined && attributes.lifetime !== 'persistent') {
      this.#world.inMemory.set(generation, host);
    }
    return reply;
  }

  #hostOf(number: SeatNumber): Host {
    const seat = this.#world.seats[number];
    if (seat === undefined) throw new Error('a call was sent on where there is nobody else');
    return seat.host;
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
