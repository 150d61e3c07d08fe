// Exactly once: whoever got no answer asks again, under the same request, and the effect happens once.
import { describe, expect, it } from 'vitest';
import { settled } from './agenda.ts';
import { Judge } from './judge.ts';
import { World, type WorldOptions } from './world.ts';

const OK = { code: 'OK' };
const REQUEST = 'the request of this test';

function watched(options: WorldOptions = {}): World {
  const world = new World({ hosts: 2, ...options });
  new Judge(world).step();
  return world;
}

/** The second host takes over from one that is believed to be dead. */
const TAKEN = ['get owner', 'complete: claim', 'time passes'] as const;

describe('the answer is lost with its host', () => {
  it('a creation that was committed is answered by the next host, and not made again', async () => {
    const world = watched();
    const created = await world.begin(world.client().create('a'));
    await world.run('generate', 'open 1');
    await world.tell(() => world.succession.begin('loss'));
    await world.run('complete: add a', ...TAKEN);
    await world.rest();
    const record = world.database.records.get('a') as { generation: string };
    expect(created()).toStrictEqual({ code: 'OK', generation: record.generation });
  });

  it('one that was not is made', async () => {
    const world = watched();
    const created = await world.begin(world.client().create('a'));
    await world.tell(() => world.succession.begin('loss'));
    await world.run(...TAKEN);
    await world.rest();
    const record = world.database.records.get('a') as { generation: string };
    expect(created()).toStrictEqual({ code: 'OK', generation: record.generation });
  });

  it('a destruction that was committed is acknowledged', async () => {
    const world = watched();
    world.seed('a', 101);
    const destroyed = await world.begin(world.client().destroy('a'));
    await world.tell(() => world.succession.begin('loss'));
    await world.run('complete: delete a', ...TAKEN);
    await world.rest();
    expect(destroyed()).toStrictEqual(OK);
  });

  it('a copy that was committed is answered, also when its source has gone since', async () => {
    const world = watched();
    world.seed('a', 101);
    const copied = await world.begin(world.client().copy('a', 'c'));
    await world.run('get a', 'open 101');
    await world.tell(() => world.succession.begin('loss'));
    await world.run('complete: add c', ...TAKEN);
    world.database.records.delete('a');
    await world.rest();
    const record = world.database.records.get('c') as { generation: string };
    expect(copied()).toStrictEqual({ code: 'OK', generation: record.generation });
  });

  it('where that cannot be looked up, it is not said that nothing changed', async () => {
    const world = watched({ faults: ['read'] });
    const created = await world.begin(world.client().create('a'));
    await world.run('generate', 'open 1');
    await world.tell(() => world.succession.begin('loss'));
    // The question that is asked beside the lookup: two failures in a row are then both the lookup's.
    await world.run('complete: add a', ...TAKEN, 'get owner');
    const [lookup] = world.choices().filter(({ label }) => label.startsWith('get outcome'));
    await world.run(`${lookup?.label}: fails twice`);
    await world.rest();
    expect(created()).toMatchObject({ code: 'OK', unknown: true });
  });

  it('an outcome that its host could not look up before it left is looked up by the next one', async () => {
    const world = watched({ faults: ['lost'] });
    const created = await world.begin(world.client().create('a'));
    await world.run('generate', 'open 1');
    await world.tell(() => world.succession.begin('hand over'));
    await world.run('lost: add a');
    await world.rest();
    const record = world.database.records.get('a') as { generation: string };
    expect(created()).toStrictEqual({ code: 'OK', generation: record.generation });
  });
});

describe('a request that is asked for again', () => {
  const generate = (world: World, age?: number, lifetime: 'volatile' | 'persistent' = 'persistent') =>
    world.client().ask('generate', {
      attributes: world.attributes('a', lifetime),
      ensure: false,
      request: REQUEST,
      ...(age === undefined ? {} : { age }),
    });

  it('is joined while the first attempt runs', async () => {
    const world = watched();
    const first = generate(world);
    await settled();
    await world.run('generate');
    const second = generate(world, 1);
    await world.rest();
    expect(await second).toStrictEqual(await first);
    expect(await first).toHaveProperty('value.generation');
  });

  it('does nothing where the first attempt has ended, and is told the same', async () => {
    const world = watched();
    const first = generate(world);
    await world.rest();
    const second = generate(world, 1);
    await world.rest();
    expect(await second).toStrictEqual(await first);
  });

  it('runs where the first attempt failed', async () => {
    const world = watched({ faults: ['quota'] });
    const first = generate(world);
    await settled();
    await world.run('generate', 'open 1');
    const second = generate(world, 1);
    await world.run('quota: add a');
    await world.rest();
    expect(await first).toMatchObject({ error: { code: 'INSUFFICIENT_STORAGE' } });
    expect(await second).toHaveProperty('value.generation');
  });

  it('is refused when it is too old for anybody to know', async () => {
    const world = watched();
    const late = generate(world, 300_001);
    await world.rest();
    expect(await late).toMatchObject({ error: { code: 'COMMUNICATION_FAILURE' } });
    expect(world.database.records.size).toBe(0);
  });

  it('is known also where its effect was in memory only', async () => {
    const world = watched();
    const first = generate(world, undefined, 'volatile');
    await world.rest();
    const second = generate(world, 1, 'volatile');
    await world.rest();
    expect(await second).toStrictEqual(await first);
    const client = world.client();
    const destroy = (age?: number) =>
      client.ask('destroy', { id: 'a', request: `${REQUEST} 2`, ...(age === undefined ? {} : { age }) });
    const gone = destroy();
    await world.rest();
    const again = destroy(1);
    await world.rest();
    expect([await gone, await again]).toStrictEqual([{ value: undefined }, { value: undefined }]);
  });

  it('has its outcome told alone, for those who cannot repeat it', async () => {
    const world = watched();
    const client = world.client();
    const before = client.ask('outcome', { request: REQUEST, age: 1 });
    await world.rest();
    const made = generate(world);
    await world.rest();
    const after = client.ask('outcome', { request: REQUEST, age: 1 });
    await world.rest();
    expect(await before).toStrictEqual({ value: null });
    const reply = await made;
    expect(await after).toStrictEqual({ value: { effect: 'value' in reply ? reply.value : undefined } });
  });
});

it('where there is no room for the outcome, a destruction makes room all the same', async () => {
  const world = watched({ faults: ['quota'] });
  world.seed('a', 101);
  const destroyed = await world.begin(world.client().destroy('a'));
  await world.run('quota: delete a', 'complete: delete a');
  expect(destroyed()).toStrictEqual(OK);
  expect(world.database.outcomes.size).toBe(0);
});
