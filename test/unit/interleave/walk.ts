// A long random walk: many calls of several clients on several ids at once, with faults, deadlines, cancelled calls and
// clients that die. Exploration proves small worlds; walks go where it cannot.
import type { Handle } from '../../../src/rpc/protocol.ts';
import { settled } from './agenda.ts';
import type { Client } from './client.ts';
import { FAULTS } from './database.ts';
import { Judge } from './judge.ts';
import type { Output } from './model.ts';
import { Random } from './random.ts';
import type { SeatNumber } from './succession.ts';
import { World } from './world.ts';

const IDS = ['a', 'b', 'c'] as const;
/** Ids of session keys. No shared key has one: which of two keys an id means is for other tests. */
const OWN_IDS = ['x', 'y'] as const;
const CLIENTS = 3;
const MOST_PENDING = 6;
const KNOWN = 6;
const HOSTS = [0, 1, 2] as const satisfies readonly SeatNumber[];

export interface Walked {
  readonly steps: number;
  readonly calls: number;
}

/** @param hosts - with more than one, the store passes among them; then no deadline passes and nobody is late to leave. */
export async function walk(seed: number, length: number, hosts: 1 | 3 = 1): Promise<Walked> {
  const walker = new Walker(seed, hosts);
  try {
    return await walker.walk(length);
  } catch (error) {
    const { trace, history } = walker.world;
    const what = error instanceof Error ? error.message : String(error);
    const last = trace.slice(-40).map((label, number) => `  ${trace.length - 40 + number + 1}. ${label}`);
    throw new Error(`KEYSLOT_SEED=${seed}: ${what}\nlast steps:\n${last.join('\n')}\ncalls:\n${history}`, {
      cause: error,
    });
  }
}

class Walker {
  readonly world: World;
  readonly #random: Random;
  readonly #clients: Client[];
  readonly #multipart: boolean;
  /** Handles of keys, most of which are gone by now. */
  #known: Handle[] = [];
  #operations: { readonly client: Client; readonly nonce: string; readonly generation: string }[] = [];
  #pending = 0;

  readonly #hosts: 1 | 3;

  constructor(seed: number, hosts: 1 | 3) {
    const random = new Random(seed);
    this.#random = random;
    this.#hosts = hosts;
    this.#multipart = random.chance(0.5);
    this.world = new World({
      cacheSize: 1 + random.below(2),
      lanes: 1 + random.below(2),
      operations: 1 + random.below(2),
      cache: random.chance(0.7),
      multipart: this.#multipart,
      faults: random.chance(0.6) ? FAULTS : [],
      most: 8,
      fine: random.chance(0.5),
      deadlines: hosts === 1,
      hosts,
    });
    this.#known.push(this.world.seed('a', 20_001));
    this.#clients = Array.from({ length: CLIENTS }, () => this.world.client());
  }

  async walk(length: number): Promise<Walked> {
    const { world } = this;
    const judge = new Judge(world);
    while (world.step < length) {
      if (!this.#begin()) await this.#go();
      judge.step();
    }
    await this.#end(judge);
    return { steps: world.step, calls: world.history.calls.length };
  }

  /** Perhaps begins something; `false` where something that has begun has to go on instead. */
  #begin(): boolean {
    const random = this.#random;
    const { trace } = this.world;
    if (random.chance(0.01)) {
      const number = random.below(CLIENTS);
      this.#clients[number]?.end();
      this.#clients[number] = this.world.client();
      trace.push(`death of client ${number}`);
    } else if (random.chance(0.03)) {
      const number = random.below(CLIENTS);
      this.#clients[number]?.cancel();
      trace.push(`cancel by client ${number}`);
    } else if (this.#hosts > 1 && random.chance(0.02)) {
      this.#passOn();
    } else if (this.#pending < MOST_PENDING && random.chance(0.45)) {
      this.world.timeout = random.chance(0.1) ? 1 : undefined;
      const [label, call] = this.#call(random.of(this.#clients));
      trace.push(label);
      this.#pending += 1;
      call.then(
        () => {
          this.#pending -= 1;
        },
        (error: unknown) => void this.world.faults.push(String(error)),
      );
    } else {
      return false;
    }
    return true;
  }

  /** Whoever serves the store gives it to one of the others. */
  #passOn(): void {
    const { succession, trace } = this.world;
    const { owner } = succession;
    if (owner === undefined) return;
    const to = this.#random.of(HOSTS.filter((host) => host !== owner));
    trace.push(`hand over to host ${to}`);
    succession.begin('hand over', to);
  }

  async #go(): Promise<void> {
    const choices = this.world.choices();
    const usual = choices.filter(({ rare }) => rare !== true);
    const from = usual.length === 0 || this.#random.chance(0.02) ? choices : usual;
    if (from.length === 0) {
      await settled();
      this.world.trace.push('nothing');
    } else {
      await this.world.take(this.#random.of(from));
    }
  }

  #call(client: Client): [string, Promise<unknown>] {
    const random = this.#random;
    const id = random.of(IDS);
    const own = random.of(OWN_IDS);
    const handle = random.of(this.#known);
    const operation = this.#operations.length > 0 ? random.of(this.#operations) : undefined;
    const learn = (about: string, output: Promise<Output>) => this.#learn(about, output);
    const calls: [string, () => Promise<unknown>][] = [
      ['create', () => learn(id, client.create(id))],
      ['create volatile', () => learn(id, client.create(id, 'volatile'))],
      ['ensure', () => learn(id, client.ensure(id))],
      ['open', () => learn(id, client.open(id))],
      ['use', () => client.use(handle)],
      ['use', () => client.use(handle)],
      ['destroy', () => client.destroy(id)],
      ['destroy handle', () => client.destroy(handle.id, handle.generation)],
      ['purge', () => client.purge(id)],
      ['copy', () => this.#copy(client, id)],
      ['create own', () => learn(own, client.create(own, 'session'))],
      ['destroy own', () => client.destroy(own)],
    ];
    if (this.#multipart) {
      calls.push(['start', () => this.#start(client, handle)]);
      if (operation !== undefined) {
        const { client: its, nonce, generation } = operation;
        calls.push(['finish', () => its.finish(nonce, generation)], ['abort', () => its.abort(nonce)]);
      }
    }
    const [label, run] = random.of(calls);
    return [label, run()];
  }

  async #learn(id: string, output: Promise<Output>): Promise<void> {
    const { generation } = await output;
    if (generation !== undefined) this.#known = [...this.#known, { id, generation }].slice(-KNOWN);
  }

  #copy(client: Client, id: string): Promise<void> {
    const target = this.#random.of(IDS);
    const lifetime = this.#random.chance(0.5) ? 'persistent' : 'volatile';
    return this.#learn(target, client.copy(id, target, lifetime));
  }

  async #start(client: Client, handle: Handle): Promise<void> {
    const nonce = await client.start(handle);
    if (nonce !== undefined) {
      this.#operations = [...this.#operations, { client, nonce, generation: handle.generation }].slice(-4);
    }
  }

  /** Nothing begins any more: all that has begun ends, and then all keys do. */
  async #end(judge: Judge): Promise<void> {
    const { world } = this;
    world.database.heal();
    world.deadlines = false;
    await world.rest();
    for (const client of this.#clients) client.end();
    await world.rest();
    judge.step();
    judge.rest();
    const last = world.client();
    world.timeout = undefined;
    last.meets(this.#hosts);
    for (const id of IDS) {
      this.#destroyAll(last, id).catch((error: unknown) => void world.faults.push(String(error)));
    }
    await world.rest();
    judge.rest();
    judge.end();
  }

  /** Every host may have kept one of this id in its memory, and one may be stored. */
  async #destroyAll(client: Client, id: string): Promise<void> {
    for (const _ of ['stored', ...this.world.seats]) await client.destroy(id);
  }
}
