// Who waits for whom, and who must not: what answers alone do not show, since a call that waits too long is still right.
import { describe, expect, it } from 'vitest';
import { Call } from '../../../src/host/call.ts';
import { sharedName } from '../../../src/host/keys.ts';
import { settled } from './agenda.ts';
import { Judge } from './judge.ts';
import { World, type WorldOptions } from './world.ts';

const OK = { code: 'OK' };

function watched(options: WorldOptions): World {
  const world = new World(options);
  new Judge(world).step();
  return world;
}

function ids(world: World): string[] {
  return [...world.host.table.entries()].map(({ contents }) => contents.id).sort();
}

/** Every lane computes for ever from now on, those of `system` too, and somebody waits for each. */
async function fillLanes({ host, clock }: World): Promise<void> {
  const { webcrypto, noble, long } = host.lanes;
  const forever = (): Promise<void> => new Promise(() => undefined);
  for (const lane of [webcrypto, noble, long]) {
    while (lane.tally.stats.waiting === 0) {
      void lane.run(new Call(host.newSession(true), clock, undefined), forever);
    }
  }
  await settled();
}

describe('waiting', () => {
  it.each([true, false])('one load serves all who wait for it (kept cached: %s)', async (cache) => {
    const world = watched({ cache, lanes: 3 });
    const handle = world.seed('a', 101);
    const answers = await Promise.all([0, 1, 2].map(() => world.begin(world.client().use(handle))));
    await world.run('has a', 'has a', 'has a', 'get a');
    // Nobody else reads the record, and nobody opens the key again.
    expect(world.choices().map(({ label }) => label)).toStrictEqual(['open 101']);
    await world.run('open 101', 'sign 101', 'sign 101', 'sign 101');
    expect(answers.map((answer) => answer())).toStrictEqual([OK, OK, OK]);
    expect(ids(world)).toStrictEqual(cache ? ['a'] : []);
  });

  it('a load whose own caller gave up serves the others, though the copy is not kept', async () => {
    const world = watched({ cache: false, lanes: 3 });
    const handle = world.seed('a', 101);
    const [first, second] = [world.client(), world.client()];
    const gaveUp = await world.begin(first.use(handle));
    await world.run('has a');
    const served = await world.begin(second.use(handle));
    await world.run('has a', 'get a');
    first.cancel();
    await world.run('open 101');
    // Nobody reads the record again.
    expect(world.choices().map(({ label }) => label)).toStrictEqual(['sign 101']);
    await world.run('sign 101');
    expect([gaveUp()?.code, served()]).toStrictEqual(['ABORTED', OK]);
  });

  it('a creation whose client goes while it looks at the store makes no key', async () => {
    const world = watched({});
    const client = world.client();
    const created = await world.begin(client.create('a', 'volatile'));
    await world.run('generate', 'open 1');
    client.end();
    await world.rest();
    expect(created()?.code).not.toBe('OK');
    expect(ids(world)).toStrictEqual([]);
  });

  it('of two destructions that wait for the turn of a client’s own key, the second means the shared one', async () => {
    const world = watched({ cacheSize: 4 });
    const handle = world.seed('a', 101);
    const client = world.client();
    const used = client.use(handle);
    await world.rest();
    expect(await used).toStrictEqual(OK);
    const own = client.create('a', 'session');
    await world.rest();
    expect((await own).code).toBe('OK');
    // It holds the turn until it is stored.
    const copied = await world.begin(client.copy('a', 'c'));
    await world.run('open 1');
    const [first, second] = [await world.begin(client.destroy('a')), await world.begin(client.destroy('a'))];
    await world.rest();
    expect([copied()?.code, first(), second()]).toStrictEqual(['OK', OK, OK]);
    expect(ids(world)).toStrictEqual(['c']);
    const late = client.use(handle);
    await world.rest();
    expect((await late).code).toBe('INVALID_HANDLE');
  });

  it('a destruction does not wait for an operation that nobody finishes', async () => {
    const world = watched({ multipart: true });
    const handle = world.seed('a', 101);
    const [owner, other] = [world.client(), world.client()];
    const started = owner.start(handle);
    await settled();
    await world.rest();
    const destroyed = await world.begin(other.destroy('a'));
    await world.run('complete: delete a');
    expect(destroyed()).toStrictEqual(OK);
    const finished = owner.finish((await started) ?? '', handle.generation);
    await settled();
    await world.rest();
    expect(await finished).toBe('BAD_STATE');
  });

  it('a destruction does not wait for a load that waits for a slot', async () => {
    const world = watched({});
    const [a, b] = [world.seed('a', 101), world.seed('b', 102)];
    const [p1, p2, p3] = [world.client(), world.client(), world.client()];
    await world.begin(p1.use(a));
    await world.run('has a', 'get a', 'open 101');
    // `a` computes in the only slot; `b` waits for it.
    const waits = await world.begin(p2.use(b));
    await world.run('has b');
    const destroyed = await world.begin(p3.destroy('b'));
    await world.run('complete: delete b');
    expect(destroyed()).toStrictEqual(OK);
    await world.rest();
    expect(waits()).toStrictEqual({ code: 'INVALID_HANDLE' });
  });

  it('a flood of calls with the key in the only slot gives way to who waits for one', async () => {
    const world = watched({ lanes: 2 });
    const [a, b] = [world.seed('a', 101), world.seed('b', 102)];
    const [flood, other] = [world.client(), world.client()];
    const first = await world.begin(flood.use(a));
    await world.run('has a', 'get a', 'open 101');
    const waits = await world.begin(other.use(b));
    await world.run('has b');
    const next = await world.begin(flood.use(a));
    // Only the call that had begun computes: the next one did not take the slot past the one that waits for it.
    expect(world.choices().map(({ label }) => label)).toStrictEqual(['sign 101']);
    await world.run('sign 101', 'get b', 'open 102');
    expect(ids(world)).toStrictEqual(['b']);
    await world.run('sign 102', 'has a', 'get a', 'open 101', 'sign 101');
    expect([first(), waits(), next()]).toStrictEqual([OK, OK, OK]);
  });

  it('a volatile key is used while others wait for a slot of the cache', async () => {
    const world = watched({ lanes: 2 });
    const [a, b] = [world.seed('a', 101), world.seed('b', 102)];
    const [p1, p2] = [world.client(), world.client()];
    const made = await world.begin(p1.create('v', 'volatile'));
    await world.rest();
    await world.begin(p1.use(a));
    await world.run('has a', 'get a', 'open 101');
    const waits = await world.begin(p2.use(b));
    await world.run('has b');
    const used = await world.begin(p1.use({ id: 'v', generation: made()?.generation ?? '' }));
    await world.run('sign 1');
    expect([used(), waits()]).toStrictEqual([OK, undefined]);
  });

  it('a call that gave way finds the copy again where it has stayed', async () => {
    const world = watched({ lanes: 2, cacheSize: 2 });
    const [a, b, c] = [world.seed('a', 101), world.seed('b', 102), world.seed('c', 103)];
    const [p1, p2, p3] = [world.client(), world.client(), world.client()];
    const first = await world.begin(p1.use(a));
    await world.run('has a', 'get a', 'open 101');
    const second = await world.begin(p2.use(b));
    await world.run('has b', 'get b', 'open 102');
    const waits = await world.begin(p3.use(c));
    await world.run('has c');
    const gaveWay = [await world.begin(p1.use(a)), await world.begin(p2.use(a))];
    await world.run('sign 102', 'get c', 'open 103');
    expect(ids(world)).toStrictEqual(['a', 'c']);
    // They compute with the copy that is there: nothing is read for them, and nothing goes for them.
    await world.run('sign 101', 'sign 101', 'sign 101', 'sign 103');
    expect([first, second, waits, ...gaveWay].map((answer) => answer())).toStrictEqual([OK, OK, OK, OK, OK]);
    expect(ids(world)).toStrictEqual(['a', 'c']);
    expect([world.host.hits, world.host.misses]).toStrictEqual([2, 3]);
  });

  it('a call that is cancelled in the step of its turn keeps no hold', async () => {
    const world = new World({ cacheSize: 2 });
    const { table } = world.host;
    const [a, b, c] = [world.seed('a', 101), world.seed('b', 102), world.seed('c', 103)];
    const [p1, p2] = [world.client(), world.client()];
    for (const handle of [a, b]) {
      void p1.use(handle);
      await world.rest();
    }
    const [holdA, holdB] = [table.hold(sharedName('a')), table.hold(sharedName('b'))];
    if (holdA === undefined || holdB === undefined) expect.unreachable();
    const waits = await world.begin(p2.use(c));
    await world.run('has c');
    const gaveWay = await world.begin(p1.use(a));
    table.release(holdB);
    p1.cancel();
    await world.rest();
    expect([waits(), gaveWay()?.code]).toStrictEqual([OK, 'ABORTED']);
    expect(holdA.slot.content).toMatchObject({ state: 'FULL', holds: 1 });
  });

  it('a call that gave way to one who gives up has its turn', async () => {
    const world = watched({ lanes: 2 });
    const [a, b] = [world.seed('a', 101), world.seed('b', 102)];
    const [p1, p2] = [world.client(), world.client()];
    const first = await world.begin(p1.use(a));
    await world.run('has a', 'get a', 'open 101');
    const gaveUp = await world.begin(p2.use(b));
    await world.run('has b');
    const gaveWay = await world.begin(p1.use(a));
    p2.cancel();
    await settled();
    // Both compute now: the second waits for nothing that the first would have to free.
    expect(world.choices().map(({ label }) => label)).toStrictEqual(['sign 101', 'sign 101']);
    await world.run('sign 101', 'sign 101');
    expect([first(), gaveUp()?.code, gaveWay()]).toStrictEqual([OK, 'ABORTED', OK]);
    expect(world.host.misses).toBe(2);
  });

  it('an operation that begins gives its slot to who waits for one', async () => {
    const world = watched({ multipart: true, operations: 1 });
    const [a, b] = [world.seed('a', 101), world.seed('b', 102)];
    const [p1, p2] = [world.client(), world.client()];
    const started = p1.start(a);
    await settled();
    await world.run('has a', 'get a');
    // Held, while the operation waits for its lane.
    const waits = await world.begin(p2.use(b));
    await world.run('has b');
    expect(world.host.cacheWaiting.size).toBe(1);
    await world.run('macrotask');
    expect(await started).toBeDefined();
    expect(world.host.cacheWaiting.size).toBe(0);
    await world.rest();
    expect(waits()).toStrictEqual(OK);
    // It counts again when it has ended: two copies would be one too many.
    await p1.abort((await started) ?? '');
    expect(ids(world)).toHaveLength(1);
  });

  it('the copy that was used longest ago makes room', async () => {
    const world = watched({ cacheSize: 2 });
    const [a, b, c] = [world.seed('a', 101), world.seed('b', 102), world.seed('c', 103)];
    const client = world.client();
    for (const handle of [a, b, a, c]) {
      const used = client.use(handle);
      await world.rest();
      expect(await used).toStrictEqual(OK);
    }
    expect(ids(world)).toStrictEqual(['a', 'c']);
  });

  it.each(['loaded', 'created'] as const)('a pinned key that was %s takes no cache slot', async (how) => {
    const world = watched({ pinned: true });
    const client = world.client();
    const done = how === 'loaded' ? client.use(world.seed('a', 101)) : client.create('a');
    await world.rest();
    expect(await done).toMatchObject(OK);
    expect(world.host.table.counts().kinds).toStrictEqual({ cache: 0, pinned: 1, slab: 0 });
  });

  it('pinned keys beyond those that there is room for are cached, and make room for each other', async () => {
    const world = watched({ pinned: true });
    const client = world.client();
    for (const handle of [world.seed('a', 101), world.seed('b', 102), world.seed('c', 103)]) {
      const used = client.use(handle);
      await world.rest();
      expect(await used).toStrictEqual(OK);
    }
    expect(ids(world)).toStrictEqual(['a', 'c']);
    expect(world.host.table.counts().kinds).toStrictEqual({ cache: 1, pinned: 1, slab: 0 });
  });

  it('a freed lane goes to the client whose turn it is, and to nobody else', async () => {
    const world = watched({ lanes: 1, cacheSize: 1 });
    const handle = world.seed('a', 101);
    const [p1, p2] = [world.client(), world.client()];
    const first = await world.begin(p1.use(handle));
    await world.run('has a', 'get a', 'open 101');
    const answers = [await world.begin(p1.use(handle)), await world.begin(p1.use(handle))];
    const other = await world.begin(p2.use(handle));
    await world.run('sign 101');
    expect(first()).toStrictEqual(OK);
    expect(world.choices().map(({ label }) => label)).toStrictEqual(['sign 101']);
    await world.run('sign 101', 'sign 101');
    // Client 2 came last, and is served second: sessions take turns.
    expect([answers[0]?.(), other(), answers[1]?.()]).toStrictEqual([OK, OK, undefined]);
    await world.run('sign 101');
    expect(answers[1]?.()).toStrictEqual(OK);
  });

  it.each([
    ['native', false],
    ['noble', true],
  ])('G10 a load, a copy and a destruction need no lane (%s keys)', async (_, multipart) => {
    const world = watched({ multipart, cacheSize: 4, lanes: 1 });
    const [a, client] = [world.seed('a', 101), world.client()];
    world.seed('b', 102);
    await fillLanes(world);
    const opened = (number: number): readonly string[] => (multipart ? [] : [`open ${number}`]);
    const used = await world.begin(client.use(a));
    await world.run('has a', 'get a', ...opened(101));
    expect(ids(world)).toStrictEqual(['a']);
    const copied = await world.begin(client.copy('a', 'c'));
    await world.run(...opened(101), 'complete: add c');
    const destroyed = await world.begin(client.destroy('b'));
    await world.run('complete: delete b');
    expect([copied(), destroyed(), used()]).toStrictEqual([
      { code: 'OK', generation: expect.any(String) },
      OK,
      undefined,
    ]);
  });
});
