// What is explored: the calls, the disturbances, and the states of the world in which they begin. All are about the id
// `a`, apart from what it takes to copy it or to press it out of a cache of one slot.
import type { Handle } from '../../../src/rpc/protocol.ts';
import type { Client } from './client.ts';
import type { World } from './world.ts';

type Handles = ReadonlyMap<string, Handle>;

export interface CallKind {
  /** Keys that have to be there, beside `a`. */
  readonly needs?: string;
  /** Keys that it may make, beside `a`. */
  readonly makes?: string;
  readonly run: (client: Client, handle: (id: string) => Handle) => Promise<unknown>;
}

export const CALLS = {
  create: { run: (client) => client.create('a') },
  'create volatile': { run: (client) => client.create('a', 'volatile') },
  ensure: { run: (client) => client.ensure('a') },
  'create and use': { run: (client) => createAndUse(client) },
  use: { run: (client, handle) => client.use(handle('a')) },
  look: { run: (client) => look(client) },
  'look twice': { run: (client) => lookAt(client, 'a', 'a') },
  operate: { run: (client, handle) => operate(client, handle('a')) },
  'create own': { run: (client) => client.create('a', 'session') },
  destroy: { run: (client) => client.destroy('a') },
  'destroy handle': { run: (client, handle) => client.destroy('a', handle('a').generation) },
  purge: { run: (client) => client.purge('a') },
  copy: { makes: 'c', run: (client) => client.copy('a', 'c') },
  'copy volatile': { makes: 'c', run: (client) => client.copy('a', 'c', 'volatile') },
  'copy handle': {
    makes: 'c',
    run: (client, handle) => client.copy('a', 'c', 'persistent', handle('a').generation),
  },
  'copy into': { needs: 'c', run: (client) => client.copy('c', 'a') },
  'look at both': { makes: 'c', run: (client) => lookAt(client, 'a', 'c') },
  evict: { needs: 'b', run: (client, handle) => client.use(handle('b')) },
} as const satisfies Readonly<Record<string, CallKind>>;

export type CallName = keyof typeof CALLS;

async function look(client: Client): Promise<void> {
  const { generation } = await client.open('a');
  if (generation !== undefined) await client.use({ id: 'a', generation });
}

/** What was made can be used for as long as it is there, whatever else has its id. */
async function createAndUse(client: Client): Promise<void> {
  const { generation } = await client.create('a');
  if (generation === undefined) return;
  await client.pause();
  await client.use({ id: 'a', generation });
}

/** An operation in steps, with anything in between. Needs keys that are used so. */
async function operate(client: Client, handle: Handle): Promise<void> {
  const nonce = await client.start(handle);
  if (nonce === undefined) return;
  await client.pause();
  // A step that was given up leaves its operation for its caller to end.
  if ((await client.finish(nonce, handle.generation)) !== 'OK') await client.abort(nonce);
}

/** One after the other, with anything in between. */
async function lookAt(client: Client, first: string, second: string): Promise<void> {
  await client.open(first);
  await client.pause();
  await client.open(second);
}

/** What can befall the first call, at any time until it is answered. */
export const DISTURBANCES = {
  death: (client: Client) => client.end(),
  cancel: (client: Client) => client.cancel(),
} as const;

export type Disturbance = keyof typeof DISTURBANCES;

/** How `a` begins. */
export const STARTS = {
  /** The handle at hand is that of a key that was destroyed. */
  absent: () => Promise.resolve({ id: 'a', generation: 'f'.repeat(32) }),
  stored: (world: World) => Promise.resolve(world.seed('a', 101)),
  cached: async (world: World) => {
    const handle = world.seed('a', 101);
    await through(world, world.client().use(handle));
    return handle;
  },
  /** The first client has a key of its own of the same id. */
  'stored and own': async (world: World) => {
    const handle = world.seed('a', 101);
    await through(world, world.client().use(handle));
    const { generation = '' } = await through(world, world.firstClient().create('a', 'session'));
    world.initial.set('1/a', { generation, lifetime: 'session' });
    return handle;
  },
  volatile: async (world: World) => {
    const { generation = '' } = await through(world, world.client().create('a', 'volatile'));
    world.initial.set('shared/a', { generation, lifetime: 'volatile' });
    return { id: 'a', generation };
  },
} as const satisfies Readonly<Record<string, (world: World) => Promise<Handle>>>;

export type StartName = keyof typeof STARTS;

async function through<T>(world: World, promise: Promise<T>): Promise<T> {
  await world.rest();
  const value = await promise;
  world.forget();
  return value;
}

/** Brings a world to where the calls begin. */
export async function begin(world: World, start: StartName, calls: readonly CallName[]): Promise<Handles> {
  const handles = new Map<string, Handle>();
  const kinds: readonly CallKind[] = calls.map((name) => CALLS[name]);
  kinds.forEach(({ needs }, number) => {
    if (needs !== undefined && !handles.has(needs)) handles.set(needs, world.seed(needs, 201 + number));
  });
  handles.set('a', await STARTS[start](world));
  return handles;
}

/** Every id that there may be a key of. */
export function idsOf(calls: readonly CallName[]): Set<string> {
  const kinds: readonly CallKind[] = calls.map((name) => CALLS[name]);
  const others = kinds.flatMap(({ needs, makes }) => [needs, makes]).filter((id) => id !== undefined);
  return new Set(['a', ...others]);
}
