// Step by step: what a host does before it gives its store up, what its successor does before it serves, and what a host
// that owns the store no more does not do.
import { describe, expect, it } from 'vitest';
import { StoreMoved } from '../../../src/errors.ts';
import { Call } from '../../../src/host/call.ts';
import { load } from '../../../src/host/protocols/load.ts';
import { takeStore } from '../../../src/host/protocols/take.ts';
import { Judge } from './judge.ts';
import { type Seat, World, type WorldOptions } from './world.ts';

const OK = { code: 'OK' };
const OWNER = { boot: 'next', build: '1.0.0', url: '/w.js', worker: 'w', topology: 'shared' } as const;

/** A world with a stored key `a` of number 101, its two hosts, and two clients. */
function stored(options: WorldOptions = {}) {
  const world = new World({ hosts: 2, ...options });
  new Judge(world).step();
  const handle = world.seed('a', 101);
  const [first, second] = world.seats as unknown as [Seat, Seat];
  return { world, handle, first, second, p1: world.client(), p2: world.client() };
}

const labels = (world: World): string[] => world.choices().map(({ label }) => label);

const states = ({ host }: Seat): string[] => [...host.table.occupied()].map(({ content }) => content.state);

async function atRest(world: World): Promise<void> {
  await world.rest();
  expect(world.history.pending).toStrictEqual([]);
  expect(world.history.isLinearizable(world.initial)).toBe(true);
}

describe('before a host has given its store up', () => {
  it('what it writes is written', async () => {
    const { world, first, p1 } = stored();
    const created = await world.begin(p1.create('c'));
    await world.run('generate', 'open 1');
    await world.tell(() => world.succession.begin('hand over'));
    expect(labels(world)).toStrictEqual(['complete: add c']);
    await world.run('complete: add c');
    expect(created()).toMatchObject(OK);
    // And no copy of it is left where nobody would wipe it.
    expect(states(first)).toStrictEqual([]);
    await atRest(world);
  });

  it('and not before that', async () => {
    const { world, p1 } = stored();
    await world.begin(p1.create('c'));
    await world.run('generate', 'open 1');
    let left = false;
    const leave = async (): Promise<void> => {
      await world.succession.leave();
      left = true;
    };
    await world.tell(() => void leave());
    expect(left).toBe(false);
    await world.run('complete: add c');
    expect(left).toBe(true);
  });

  it('readers leave and copies are wiped', async () => {
    const { world, handle, first, p1 } = stored();
    const used = await world.begin(p1.use(handle));
    await world.run('has a', 'get a', 'open 101');
    await world.tell(() => world.succession.begin('hand over'));
    expect([labels(world), states(first)]).toStrictEqual([['sign 101'], ['PENDING_PURGE']]);
    await world.run('sign 101');
    expect([used(), states(first)]).toStrictEqual([OK, []]);
    await atRest(world);
  });

  it('so they do of keys that were purged before', async () => {
    const { world, handle, p1, p2 } = stored();
    await world.begin(p1.use(handle));
    await world.run('has a', 'get a', 'open 101');
    await world.begin(p2.purge('a'));
    await world.tell(() => world.succession.begin('hand over'));
    expect(labels(world)).toStrictEqual(['sign 101']);
    await atRest(world);
  });

  it('idle copies are wiped', async () => {
    const { world, handle, first, p1 } = stored();
    await world.begin(p1.use(handle));
    await world.rest();
    expect(states(first)).toStrictEqual(['FULL']);
    await world.tell(() => world.succession.begin('hand over'));
    expect(states(first)).toStrictEqual([]);
    await atRest(world);
  });

  it.each(['running', 'cancelled'])('a load that is %s has wiped what it read', async (which) => {
    const { world, handle, p1, p2 } = stored();
    await world.begin(p1.use(handle));
    await world.run('has a', 'get a');
    if (which === 'cancelled') {
      await world.begin(p2.destroy('a'));
      await world.run('complete: delete a');
    }
    await world.tell(() => world.succession.begin('hand over'));
    expect(labels(world)).toStrictEqual(['open 101']);
    await atRest(world);
  });

  it('operations on stored keys are ended, and are waited for by nobody', async () => {
    const { world, handle, p1 } = stored({ multipart: true });
    const started = p1.start(handle);
    await world.rest();
    const nonce = (await started) ?? '';
    await world.tell(() => world.succession.begin('hand over'));
    expect(labels(world)).toStrictEqual(['get owner']);
    const finished = p1.finish(nonce, handle.generation);
    await atRest(world);
    expect(await finished).toBe('BAD_STATE');
  });
});

describe('before a host serves the store', () => {
  it('it looks whether the lock is its own', async () => {
    const { world, second } = stored();
    await second.store.open();
    const taking = takeStore(second.host, second.store, {
      owner: OWNER,
      believes: () => Promise.resolve(false),
      holdsLock: () => Promise.resolve(false),
    });
    const refused = expect(taking).rejects.toBeInstanceOf(StoreMoved);
    await world.rest();
    await refused;
    expect(world.database.epoch).toStrictEqual({ boot: 'boot', number: 1 });
  });

  it('it does not claim what somebody else has claimed since it looked', async () => {
    const { world, second } = stored();
    await second.store.open();
    const taking = takeStore(second.host, second.store, {
      owner: OWNER,
      believes: () => Promise.resolve(false),
      holdsLock: () => {
        world.database.epoch = { boot: 'thief', number: 2 };
        return Promise.resolve(true);
      },
    });
    const refused = expect(taking).rejects.toBeInstanceOf(StoreMoved);
    await world.rest();
    await refused;
    expect(world.database.epoch).toStrictEqual({ boot: 'thief', number: 2 });
  });

  it('the term of the last owner is over, which may still work with its copies', async () => {
    const { world, handle, p1, p2 } = stored();
    await world.begin(p1.use(handle));
    await world.rest();
    await world.tell(() => world.succession.begin('theft'));
    await world.run('get owner', 'complete: claim');
    p2.follow();
    const destroyed = await world.begin(p2.destroy('a', handle.generation));
    const used = await world.begin(p1.use(handle));
    expect(labels(world)).toStrictEqual(['sign 101', 'time passes']);
    await world.run('sign 101');
    expect(used()).toStrictEqual(OK);
    await world.run('time passes', 'complete: delete a');
    expect(destroyed()).toStrictEqual(OK);
    await atRest(world);
  });

  it('it publishes nothing that it reads', async () => {
    const { world, second } = stored();
    await second.store.open();
    const call = new Call(second.host.newSession(), world.clock, undefined);
    const refused = expect(load(second.host, call, 'a')).rejects.toBeInstanceOf(StoreMoved);
    await world.rest();
    await refused;
    expect(states(second)).toStrictEqual([]);
    expect(world.workshop.keys.map(({ wipes }) => wipes)).toStrictEqual([1]);
  });
});

describe('a host that owns the store no more', () => {
  it('writes nothing', async () => {
    const { world, handle, second, p1, p2 } = stored();
    await world.tell(() => world.succession.begin('theft'));
    await world.run('get owner', 'complete: claim', 'time passes');
    p2.follow();
    const used = await world.begin(p2.use(handle));
    await world.rest();
    expect([used(), states(second)]).toStrictEqual([OK, ['FULL']]);
    const destroyed = await world.begin(p1.destroy('a', handle.generation));
    await atRest(world);
    expect([destroyed(), states(second)]).toStrictEqual([OK, []]);
  });

  it('takes no step of an operation with a stored key', async () => {
    const { world, handle, p1 } = stored({ multipart: true });
    const started = p1.start(handle);
    await world.rest();
    const nonce = (await started) ?? '';
    await world.tell(() => world.succession.begin('theft'));
    await world.run('get owner', 'complete: claim', 'time passes');
    const finished = p1.finish(nonce, handle.generation);
    await atRest(world);
    expect(await finished).toBe('BAD_STATE');
  });

  it('gives away no id, and takes none with what it keeps', async () => {
    const { world, p1, p2 } = stored();
    world.database.records.delete('a');
    world.initial.clear();
    const kept = await world.begin(p1.create('a', 'volatile'));
    await world.rest();
    await world.tell(() => world.succession.begin('hand over'));
    await world.rest();
    const created = await world.begin(p2.create('a'));
    await world.rest();
    expect(created()).toMatchObject(OK);
    // Both are there: the one that was kept is used where it is.
    const used = await world.begin(p1.use({ id: 'a', generation: kept()?.generation ?? '' }));
    const other = await world.begin(p2.use({ id: 'a', generation: created()?.generation ?? '' }));
    const copied = await world.begin(p1.copy('a', 'c'));
    await atRest(world);
    expect([used(), other()]).toStrictEqual([OK, OK]);
    expect(copied()).toStrictEqual({ code: 'BAD_STATE' });
  });
});

describe('a host that owns the store again', () => {
  it('says of a stored key, whose id it has kept a key of, that it is there, and does not take one for the other', async () => {
    const { world, first, p1, p2 } = stored();
    world.database.records.delete('a');
    world.initial.clear();
    const kept = await world.begin(p1.create('a', 'volatile'));
    await world.rest();
    await world.tell(() => world.succession.begin('hand over'));
    await world.rest();
    const created = await world.begin(p2.create('a'));
    await world.rest();
    await world.tell(() => world.succession.begin('hand over', 0));
    await world.rest();
    const generation = created()?.generation ?? '';
    const used = await world.begin(p2.use({ id: 'a', generation }));
    const copied = await world.begin(p2.copy('a', 'c', 'persistent', generation));
    await world.rest();
    expect([used(), copied()]).toStrictEqual([{ code: 'BAD_STATE' }, { code: 'BAD_STATE' }]);
    const purged = p2.ask('purge', { id: 'a', generation });
    const destroyed = await world.begin(p2.destroy('a', generation));
    await world.rest();
    expect([await purged, destroyed()]).toStrictEqual([{ value: undefined }, OK]);
    const late = await world.begin(p2.use({ id: 'a', generation }));
    const other = await world.begin(p1.use({ id: 'a', generation: kept()?.generation ?? '' }));
    await atRest(world);
    expect([late(), other(), states(first)]).toStrictEqual([{ code: 'INVALID_HANDLE' }, OK, ['FULL']]);
  });
});
