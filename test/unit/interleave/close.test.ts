// A client that closes: what it waits for, what it does not, and what it is told.
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/rpc/protocol.ts';
import { settled } from './agenda.ts';
import type { Client } from './client.ts';
import { Judge } from './judge.ts';
import { World, type WorldOptions } from './world.ts';

const OK = { code: 'OK' };

function watched(options: WorldOptions): World {
  const world = new World(options);
  new Judge(world).step();
  return world;
}

/** @returns what `close` has answered by now. */
async function close(client: Client): Promise<() => Reply | undefined> {
  let answer: Reply | undefined;
  void client.ask('close', {}).then((reply) => {
    answer = reply;
  });
  await settled();
  return () => answer;
}

/** A session key of a client, and two signatures with it under way: one computes, the other waits for the lane. */
async function busy(
  world: World,
): Promise<{ client: Client; computes: Promise<unknown>; waits: Promise<unknown> }> {
  const client = world.client();
  const created = client.create('mine', 'session');
  await world.rest();
  const { generation = '' } = await created;
  const [computes, waits] = [0, 1].map(() => client.use({ id: 'mine', generation })) as [
    Promise<unknown>,
    Promise<unknown>,
  ];
  await settled();
  expect(world.choices().map(({ label }) => label)).toStrictEqual(['sign 1']);
  return { client, computes, waits };
}

describe('close', () => {
  it('waits for what computes, whose key is wiped then, and ends what waits at once', async () => {
    const world = watched({ lanes: 1 });
    const { client, computes, waits } = await busy(world);
    const closed = await close(client);
    expect(await waits).toMatchObject({ code: 'BAD_STATE' });
    expect(closed()).toBeUndefined();
    expect(world.host.table.counts().states.PENDING_DELETION).toBe(1);
    await world.run('sign 1');
    expect(await computes).toStrictEqual(OK);
    expect(closed()).toStrictEqual({ value: { operations: 0 } });
    expect([...world.host.table.occupied()]).toStrictEqual([]);
    // Nobody waits for its deadline any more.
    expect(world.clock.timers).toBe(0);
  });

  it('waits for what computes no longer than to its deadline', async () => {
    const world = watched({ lanes: 1 });
    const { client } = await busy(world);
    world.timeout = 1000;
    const closed = await close(client);
    world.deadlines = true;
    await world.run('deadline');
    expect(closed()).toStrictEqual({ value: { operations: 0 } });
    expect(world.clock.now()).toBe(1000);
    await world.rest();
  });

  it('aborts the operations of its client, and of nobody else, and says how many', async () => {
    const world = watched({ multipart: true, operations: 3 });
    const handle = world.seed('a', 101);
    const [leaves, stays] = [world.client(), world.client()];
    const started = [leaves.start(handle), leaves.start(handle), stays.start(handle)];
    await settled();
    await world.rest();
    const [, , other = ''] = await Promise.all(started);
    const closed = await close(leaves);
    expect(closed()).toStrictEqual({ value: { operations: 2 } });
    const finished = stays.finish(other, handle.generation);
    await settled();
    await world.rest();
    expect(await finished).toBe('OK');
  });
});
