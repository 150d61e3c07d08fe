// Every number of `stats()`, of a host of which all is known: each kind of wait has somebody in it.
import { expect, it } from 'vitest';
import { Call } from '../../../src/host/call.ts';
import type { Lane } from '../../../src/host/lanes.ts';
import type { Client } from '../interleave/client.ts';
import { World } from '../interleave/world.ts';

const NONE = { waiting: 0, granted: 0, totalMs: 0, longestMs: 0 };
const ONE = { ...NONE, waiting: 1 };

async function statsOf(world: World, client: Client): Promise<object> {
  const reply = client.ask('stats', {});
  await world.begin(reply.then(() => ({ code: 'OK' })));
  const answer = await reply;
  return 'value' in answer ? answer.value : expect.unreachable();
}

/** That time passes, and nothing happens. */
function pass({ clock }: World, ms: number): void {
  clock.at(clock.now() + ms, () => undefined);
  for (const { run } of clock.within(ms)) run();
}

it('stats() counts what there is, and who waits for what', async () => {
  const world = new World({ cacheSize: 2, lanes: 1 });
  const { host, clock } = world;
  const [a, b, c] = [world.seed('a', 101), world.seed('b', 102), world.seed('c', 103)];
  world.seed('d', 104);
  const [p1, p2, p3] = [world.client(), world.client(), world.client()];
  await world.begin(p2.create('own', 'session'));
  await world.rest();

  // `a` computes in the only native lane, and one call waits for it, another of the same client for its place (lanes + 1).
  await world.begin(p1.use(a));
  await world.run('has a', 'get a', 'open 101');
  for (let more = 0; more < 2; more += 1) await world.begin(p1.use(a));
  // `b` is being loaded, and somebody waits for that, another for a slot, and another for the turn of `d`.
  await world.begin(p2.use(b));
  await world.run('has b');
  await world.begin(p3.use(b));
  await world.run('has b');
  await world.begin(p2.use(c));
  await world.run('has c');
  for (const client of [p2, p3]) await world.begin(client.destroy('d'));
  // Nobody computes in the noble lane while others do anything.
  const fill = (lane: Lane): void => {
    void lane.run(new Call(p3.session, clock, undefined), () => new Promise<void>(() => undefined));
  };
  for (const { noble, long } of [host.lanes]) for (const lane of [noble, long, long, long]) fill(lane);

  const row = { lifetime: 'persistent', algorithm: 'HMAC', state: 'FULL' };
  const before = {
    sessions: 3,
    sessionKeys: 1,
    readers: 1,
    operations: 0,
    waiters: 7,
    evictions: 0,
    hits: 1,
    misses: 4,
    // Slots are made 16 at a time, and here 4 for the cache: its size, and as many as there may be operations.
    slots: { EMPTY: 17, FILLING: 1, FULL: 2, PENDING_PURGE: 0, PENDING_DELETION: 0 },
    kinds: { cache: 2, pinned: 0, slab: 1 },
    waits: {
      cache: { ...ONE, granted: 2 },
      native: ONE,
      noble: ONE,
      long: ONE,
      load: ONE,
      turn: ONE,
      admission: ONE,
    },
    believed: 0,
    lanes: { busy: 1, width: 1, long: { busy: 2, width: 2 } },
    table: expect.arrayContaining([
      { ...row, id: null, lifetime: 'session', readers: 0 },
      { ...row, id: 'a', readers: 1 },
    ]),
    boot: 'boot',
  };
  expect(await statsOf(world, p1)).toStrictEqual(before);

  // The lane goes to who waited for it, its place to who waited for that, who then queues behind the one that waits for a slot.
  pass(world, 5);
  await world.run('sign 101');
  const after = { ...NONE, granted: 1, totalMs: 5, longestMs: 5 };
  expect(await statsOf(world, p1)).toMatchObject({
    waiters: 6,
    hits: 1,
    waits: { ...before.waits, cache: { waiting: 2, granted: 2 }, native: after, admission: after },
  });

  pass(world, 2);
  await world.run('sign 101', 'get b', 'open 102', 'sign 102', 'sign 102', 'complete: delete d', 'macrotask');
  await world.run(
    'get c',
    'has a',
    'complete: nothing',
    'get a',
    'open 103',
    'sign 103',
    'open 101',
    'sign 101',
  );
  const done = await statsOf(world, p1);
  expect(done).toMatchObject({
    waits: {
      native: { totalMs: 5, longestMs: 5 },
      noble: { waiting: 0, granted: 1, totalMs: 7, longestMs: 7 },
      load: { waiting: 0, granted: 1 },
      turn: { waiting: 0, granted: 1 },
      cache: { waiting: 0, granted: 5, totalMs: 9 },
      long: ONE,
    },
  });
});
