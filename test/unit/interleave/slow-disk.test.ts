// G9 on a slow disk: what a host does with an answer of its store that comes after the term it was asked for, and how it
// gives the store up while a write of its own does not end.
import { describe, expect, it } from 'vitest';
import { TERM } from '../../../src/host/tenure.ts';
import { Judge } from './judge.ts';
import type { Output } from './model.ts';
import { type Seat, World, type WorldOptions } from './world.ts';

const OK = { code: 'OK' };

/** Longer than a term, and than a host that leaves waits for what it has begun. */
const LONG = TERM + 1_000;

const labels = (world: World): string[] => world.choices().map(({ label }) => label);

const passes = (world: World, ms: number): Promise<void> => world.tell(() => world.clock.pass(ms));

async function atRest(world: World): Promise<void> {
  await world.rest();
  expect(world.history.pending).toStrictEqual([]);
  expect(world.history.isLinearizable(world.initial)).toBe(true);
}

/** A host whose term is over, with a stored key `a` of number 101 that may be cached, and a client. */
async function lapsed(start: 'stored' | 'cached', options: WorldOptions = {}) {
  const world = new World(options);
  new Judge(world).step();
  const handle = world.seed('a', 101);
  const client = world.client();
  if (start === 'cached') {
    void client.use(handle);
    await world.rest();
  }
  await passes(world, TERM);
  return { world, handle, client };
}

type Lapsed = Awaited<ReturnType<typeof lapsed>>;

interface Dispatch {
  readonly start: 'stored' | 'cached';
  readonly ask: (lapsed: Lapsed) => Promise<Output>;
  /** What is read before the store is asked who owns it. */
  readonly before: readonly string[];
  /** What follows at once, when that has been answered in time. */
  readonly after: readonly string[];
}

const DISPATCHES: Readonly<Record<string, Dispatch>> = {
  'a cached key signs': {
    start: 'cached',
    ask: ({ client, handle }) => client.use(handle),
    before: [],
    after: ['sign 101'],
  },
  'a stored key is loaded': {
    start: 'stored',
    ask: ({ client, handle }) => client.use(handle),
    before: ['has a'],
    after: ['get a'],
  },
  'a cached key is opened': {
    start: 'cached',
    ask: ({ client }) => client.open('a'),
    // Not by what is in memory.
    before: ['get a'],
    after: [],
  },
  'a stored key is opened': {
    start: 'stored',
    ask: ({ client }) => client.open('a'),
    before: ['get a'],
    after: [],
  },
  'a key is stored': {
    start: 'stored',
    ask: ({ client }) => client.create('c'),
    before: ['generate', 'open 1'],
    after: ['complete: add c'],
  },
  'a volatile key is made': {
    start: 'stored',
    ask: ({ client }) => client.create('c', 'volatile'),
    before: ['generate', 'open 1', 'has c'],
    after: [],
  },
};

describe('slow disk: while the store does not say in time who owns it', () => {
  for (const [what, { start, ask, before, after }] of Object.entries(DISPATCHES)) {
    it(`it is asked again before ${what}`, async () => {
      const stage = await lapsed(start);
      const { world } = stage;
      const answer = await world.begin(ask(stage));
      await world.run(...before);
      for (const _ of [1, 2]) {
        expect([labels(world), answer()]).toStrictEqual([['get owner'], undefined]);
        // The question is answered, with yes. When it was asked is too long ago.
        await passes(world, LONG);
        await world.run('get owner');
      }
      expect([labels(world), answer()]).toStrictEqual([['get owner'], undefined]);
      await world.run('get owner', ...after);
      await atRest(world);
      expect(answer()).toMatchObject(OK);
    });
  }

  it('no step of an operation is taken', async () => {
    const { world, handle, client } = await lapsed('cached', { multipart: true });
    const started = client.start(handle);
    await world.rest();
    const nonce = (await started) ?? '';
    await passes(world, TERM);
    const blocking = world.workshop.blocking;
    const finished = client.finish(nonce, handle.generation);
    // Its turn in the lane comes, and it gives it back.
    await world.run('macrotask');
    await passes(world, LONG);
    await world.run('get owner');
    expect([labels(world), world.workshop.blocking]).toStrictEqual([['get owner'], blocking]);
    await world.rest();
    expect(await finished).toBe('OK');
  });

  it('a creation that is cancelled or whose client goes writes nothing', async () => {
    for (const end of ['cancel', 'end'] as const) {
      const { world, client } = await lapsed('stored');
      const created = await world.begin(client.create('c'));
      await world.run('generate', 'open 1');
      expect(labels(world)).toStrictEqual(['get owner']);
      await world.tell(() => client[end]());
      await world.run('get owner');
      expect(labels(world)).toStrictEqual([]);
      expect(created()?.code).toBe(end === 'cancel' ? 'ABORTED' : 'BAD_STATE');
      expect([...world.database.records.keys()]).toStrictEqual(['a']);
      await atRest(world);
    }
  });

  it('whoever waits for the turn of one that asks ends by its deadline, with nothing changed', async () => {
    const { world, client } = await lapsed('stored');
    world.timeout = LONG;
    const asks = await world.begin(client.create('c'));
    await world.run('generate', 'open 1');
    const waits = await world.begin(world.client().destroy('c'));
    expect(labels(world)).toStrictEqual(['get owner']);
    await passes(world, LONG);
    expect([asks(), waits()]).toStrictEqual([undefined, { code: 'INSUFFICIENT_MEMORY' }]);
    await atRest(world);
    expect([asks()?.code, [...world.database.records.keys()]]).toStrictEqual(['OK', ['a', 'c']]);
  });
});

/** Two hosts, and a creation of `c` whose write has begun. */
async function writing(options: WorldOptions = {}) {
  const world = new World({ hosts: 2, ...options });
  new Judge(world).step();
  world.seed('a', 101);
  const [first, second] = world.seats as unknown as [Seat, Seat];
  const [p1, p2] = [world.client(), world.client()];
  const created = await world.begin(p1.create('c'));
  await world.run('generate', 'open 1');
  return { world, first, second, p1, p2, created };
}

describe('slow disk: a hand-over that comes during a long write', () => {
  it('waits for the write for as long as it may, and then for nobody', async () => {
    const { world, first, second } = await writing();
    await world.tell(() => world.succession.begin('hand over'));
    expect([labels(world), second.transactions.admitted]).toStrictEqual([['complete: add c'], false]);
    await passes(world, LONG);
    // The lock is free. Nothing that the next owner asks is answered before that write has ended.
    expect([first.transactions.admitted, second.transactions.admitted]).toStrictEqual([false, true]);
    await atRest(world);
  });

  it('loses nothing of it: it is acknowledged once, and the next owner has its key', async () => {
    const { world, first, second, p2, created } = await writing();
    await world.tell(() => world.succession.begin('hand over'));
    await passes(world, LONG);
    p2.follow();
    const again = await world.begin(p2.create('c'));
    await world.run('complete: add c');
    expect(created()).toMatchObject(OK);
    expect([...first.host.table.occupied()]).toStrictEqual([]);
    await world.rest();
    expect(again()).toStrictEqual({ code: 'ALREADY_EXISTS' });
    const used = p2.use({ id: 'c', generation: created()?.generation ?? '' });
    await atRest(world);
    expect([await used, world.owns(second)]).toStrictEqual([OK, true]);
  });

  it.each(['crash', 'lost'] as const)('is asked what became of it: %s', async (fault) => {
    const { world, second, created } = await writing({ faults: [fault] });
    await world.tell(() => world.succession.begin('hand over'));
    await passes(world, LONG);
    await world.run(`${fault}: add c`);
    // The host that wrote it may not look any more.
    expect(created()).toBeUndefined();
    await atRest(world);
    expect([created()?.code, world.owns(second)]).toStrictEqual(['OK', true]);
    expect([...world.database.records.keys()].sort()).toStrictEqual(['a', 'c']);
  });
});
