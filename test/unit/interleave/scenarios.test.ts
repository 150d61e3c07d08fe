// The ten interleavings at the end of SLOTS.md, each step by step: what breaks the obvious version, and what happens here.
import { describe, expect, it } from 'vitest';
import { settled } from './agenda.ts';
import { Judge } from './judge.ts';
import { exploreAll } from './scenes.ts';
import { World, type WorldOptions } from './world.ts';

const OK = { code: 'OK' };
const code = (name: string) => ({ code: name });

function watched(options: WorldOptions = {}): World {
  const world = new World(options);
  new Judge(world).step();
  return world;
}

/** A world with a stored key `a` of number 101, and its clients. */
function stored(options: WorldOptions = {}) {
  const world = watched(options);
  const handle = world.seed('a', 101);
  return { world, handle, p1: world.client(), p2: world.client(), p3: world.client() };
}

function states(world: World): string[] {
  return [...world.host.table.occupied()].map(({ content }) => content.state);
}

/** All has ended, and the answers are those of some order of the calls. */
async function atRest(world: World): Promise<void> {
  await world.rest();
  expect(world.history.pending).toStrictEqual([]);
  expect(world.history.isLinearizable(world.initial)).toBe(true);
}

describe('interleavings that break the obvious version', { timeout: 120_000 }, () => {
  it('1: a destruction whose deletion aborts was never seen by anybody', async () => {
    const { world, handle, p1, p2, p3 } = stored({ faults: ['quota'], most: 2 });
    const load = await world.begin(p2.use(handle));
    await world.run('has a', 'get a', 'open 101', 'sign 101');
    expect(load()).toStrictEqual(OK);
    const destroyed = await world.begin(p1.destroy('a'));
    // The deletion is under way: until `complete` the key exists and is usable.
    const opened = await world.begin(p2.open('a'));
    expect(opened()).toMatchObject(OK);
    const used = await world.begin(p3.use(handle));
    // Repeated without a note of its outcome, for which there may be no room.
    await world.run('quota: delete a', 'quota: delete a');
    expect(destroyed()).toStrictEqual(code('INSUFFICIENT_STORAGE'));
    expect(states(world)).toStrictEqual(['FULL']);
    await world.run('sign 101');
    expect(used()).toStrictEqual(OK);
    await atRest(world);
  });

  it('2a: where the first creation is not read back, the second wins', async () => {
    const world = watched({ faults: ['mangled'], fine: true });
    const [p1, p2] = [world.client(), world.client()];
    const first = await world.begin(p1.create('a'));
    const second = await world.begin(p2.create('a'));
    await world.run('generate', 'generate', 'open 1', 'open 2', 'put a', 'read back a: mangled');
    expect([first(), second()]).toStrictEqual([undefined, undefined]);
    await world.run('aborted');
    expect(first()).toStrictEqual(code('STORAGE_FAILURE'));
    await world.run('put a', 'read back a', 'complete: add a');
    expect(second()).toMatchObject(OK);
    await atRest(world);
  });

  it('2b: of a stored and a volatile creation one wins, in every order', async () => {
    const runs = await exploreAll('interleaving 2', [
      { start: 'absent', calls: ['create', 'create volatile'] },
      { start: 'absent', calls: ['create', 'create volatile', 'create'], options: { steps: ['open'] } },
      {
        start: 'absent',
        calls: ['create', 'create volatile'],
        options: { faults: ['quota', 'crash', 'lost'] },
      },
    ]);
    expect(runs).toBeGreaterThan(100);
  });

  it('3: a load that read the old record publishes nothing of it', async () => {
    const { world, handle, p1, p2, p3 } = stored({ cacheSize: 2 });
    const used = await world.begin(p1.use(handle));
    await world.run('has a', 'get a');
    // The load has read the record and is opening its key.
    const destroyed = await world.begin(p2.destroy('a'));
    await world.run('complete: delete a');
    // The host still holds material of the key, so that this has to wait.
    expect(destroyed()).toBeUndefined();
    const created = await world.begin(p3.create('a'));
    await world.run('generate', 'open 1', 'complete: add a');
    expect(created()).toMatchObject(OK);
    await world.run('open 101');
    expect(destroyed()).toStrictEqual(OK);
    await world.rest();
    expect(used()).toStrictEqual(code('INVALID_HANDLE'));
    const again = await world.begin(p1.use({ id: 'a', generation: created()?.generation ?? '' }));
    await world.run('sign 1');
    expect(again()).toStrictEqual(OK);
    await atRest(world);
  });

  it('4: a destruction moves every slot of a key that was purged and loaded again', async () => {
    const { world, handle, p1, p2, p3 } = stored({ cacheSize: 2 });
    const first = await world.begin(p1.use(handle));
    await world.run('has a', 'get a', 'open 101');
    const purged = await world.begin(p2.purge('a'));
    const second = await world.begin(p1.use(handle));
    await world.run('has a', 'get a', 'open 101');
    expect(states(world).sort()).toStrictEqual(['FULL', 'PENDING_PURGE']);
    const destroyed = await world.begin(p3.destroy('a'));
    await world.run('complete: delete a');
    expect(states(world)).toStrictEqual(['PENDING_DELETION', 'PENDING_DELETION']);
    expect([purged(), destroyed()]).toStrictEqual([undefined, undefined]);
    const late = await world.begin(p2.use(handle));
    await world.run('sign 101', 'sign 101');
    expect([first(), second(), purged(), destroyed()]).toStrictEqual([OK, OK, OK, OK]);
    expect(states(world)).toStrictEqual([]);
    await atRest(world);
    expect(late()).toStrictEqual(code('INVALID_HANDLE'));
  });

  it('5a: where the connection dies after the commit, the record decides what is answered', async () => {
    const { world, handle, p1, p2 } = stored({ faults: ['lost'], most: 2 });
    const destroyed = await world.begin(p1.destroy('a'));
    await world.run('lost: delete a');
    // The turn is kept while the outcome is looked up.
    const created = await world.begin(p2.create('a'));
    await world.run('generate', 'open 1');
    expect([destroyed(), created()]).toStrictEqual([undefined, undefined]);
    await world.run('get a');
    expect(destroyed()).toStrictEqual(OK);
    // The creation meets its own record, and knows it.
    await world.run('lost: add a', 'get a');
    expect(created()).toMatchObject(OK);
    const used = await world.begin(p1.use(handle));
    await world.rest();
    expect(used()).toStrictEqual(code('INVALID_HANDLE'));
    await atRest(world);
  });

  it('5b: where that cannot be looked up either, no copy goes on working', async () => {
    const { world, handle, p1, p2 } = stored({ faults: ['dark-lost'] });
    const used = await world.begin(p2.use(handle));
    await world.run('has a', 'get a', 'open 101', 'sign 101');
    expect(used()).toStrictEqual(OK);
    const destroyed = await world.begin(p1.destroy('a'));
    await world.run('dark-lost: delete a', 'get a: fails', 'get a: fails');
    expect(destroyed()).toMatchObject({ unknown: true });
    expect(states(world)).toStrictEqual([]);
    const later = await world.begin(p2.use(handle));
    await world.rest();
    expect(later()).toStrictEqual(code('INVALID_HANDLE'));
    await atRest(world);
  });

  it('5c: where that of a creation cannot be looked up, no copy that others made of it meanwhile goes on working', async () => {
    const world = watched({ faults: ['lost', 'read'], most: 2, cacheSize: 2 });
    const [p1, p2] = [world.client(), world.client()];
    /** The last read of the record: the creation's own, which looks for its outcome, is the first. */
    const readByOther = async () => {
      const reads = world.choices().filter(({ label }) => label === 'get a');
      expect(reads).toHaveLength(2);
      for (const read of reads.slice(1)) await world.take(read);
    };
    const created = await world.begin(p1.create('a'));
    await world.run('generate', 'open 1', 'lost: add a');
    const opened = await world.begin(p2.open('a'));
    await readByOther();
    const { generation = '' } = opened() ?? {};
    const handle = { id: 'a', generation };
    const used = await world.begin(p2.use(handle));
    await world.run('has a');
    await readByOther();
    await world.run('open 1', 'sign 1');
    expect(used()).toStrictEqual(OK);
    expect(states(world)).toStrictEqual(['FULL']);
    await world.run('get a: fails twice', 'get a: fails');
    expect(created()).toMatchObject({ unknown: true });
    expect(states(world)).toStrictEqual([]);
    // What is stored decides.
    const later = await world.begin(p2.use(handle));
    await world.rest();
    expect(later()).toStrictEqual(OK);
    await atRest(world);
  });

  it('6: a copy holds the turn of its source, so that nobody sees the source gone and then the copy made', async () => {
    const { world, p1, p2 } = stored();
    const copied = await world.begin(p1.copy('a', 'c'));
    const destroyed = await world.begin(p2.destroy('a'));
    await world.run('get a', 'open 101');
    // The deletion has not begun: only the copy's own transaction is under way.
    expect(world.choices().map(({ label }) => label)).toStrictEqual(['complete: add c']);
    await world.run('complete: add c');
    expect(copied()).toMatchObject(OK);
    await world.run('complete: delete a');
    expect(destroyed()).toStrictEqual(OK);
    await atRest(world);
    await exploreAll('interleaving 6', [
      { start: 'stored', calls: ['copy', 'destroy', 'look at both'], options: { steps: ['open'] } },
    ]);
  });

  it('7: a frozen host that thaws does nothing with keys that its successor destroyed', async () => {
    const { world, handle, p1, p2 } = stored({ hosts: 2, cacheSize: 2 });
    const cached = await world.begin(p1.use(handle));
    await world.run('has a', 'get a', 'open 101', 'sign 101');
    expect(cached()).toStrictEqual(OK);
    // From here on the first host is frozen: p1 has not heard of the second, p2 takes the first one for dead.
    await world.tell(() => world.succession.begin('theft'));
    await world.run('get owner', 'complete: claim', 'time passes');
    p2.follow();
    const destroyed = await world.begin(p2.destroy('a', handle.generation));
    await world.run('complete: delete a');
    expect(destroyed()).toStrictEqual(OK);
    // It thaws, with a copy of the key in its table.
    expect(states(world)).toStrictEqual(['FULL']);
    const used = await world.begin(p1.use(handle));
    const opened = await world.begin(p1.open('a'));
    const purged = await world.begin(p1.purge('a'));
    await atRest(world);
    expect(used()).toStrictEqual(code('INVALID_HANDLE'));
    expect([opened(), purged()]).toStrictEqual([code('DOES_NOT_EXIST'), code('DOES_NOT_EXIST')]);
    // It has found out, and has wiped what it had.
    expect(states(world)).toStrictEqual([]);
  });

  it('8: with one lane and one slot, what holds the one never waits for the other', async () => {
    const { world, handle, p1, p2, p3 } = stored({ multipart: true, lanes: 1, operations: 1 });
    const other = world.seed('b', 102);
    let nonce: string | undefined;
    const started = p1.start(handle).then((its) => {
      nonce = its;
    });
    await world.rest();
    await started;
    // M reads `a` for as long as it likes. X needs a slot for `b`, and the copy one for its target.
    const used = await world.begin(p2.use(other));
    const copied = await world.begin(p3.copy('a', 'c'));
    await world.rest();
    expect(used()).toStrictEqual(OK);
    expect(copied()).toMatchObject(OK);
    expect(nonce).toBeDefined();
    const finished = p1.finish(nonce ?? '', handle.generation);
    await world.rest();
    expect(await finished).toBe('OK');
    await atRest(world);
  });

  it('9: nobody is told ALREADY_EXISTS of a creation that then aborts', async () => {
    const world = watched({ faults: ['quota'] });
    const [p1, p2, p3] = [world.client(), world.client(), world.client()];
    const first = await world.begin(p1.create('a'));
    await world.run('generate', 'open 1');
    const second = await world.begin(p2.create('a'));
    await world.run('generate', 'open 2');
    const third = await world.begin(p3.ensure('a'));
    // All requests of the first are done, and it has not committed: the others are told nothing.
    expect([first(), second(), third()]).toStrictEqual([undefined, undefined, undefined]);
    await world.run('quota: add a');
    expect(first()).toStrictEqual(code('INSUFFICIENT_STORAGE'));
    await world.rest();
    const [, winner, ensured] = [first(), second(), third()];
    expect([winner?.code, ensured?.code]).toStrictEqual(['OK', 'OK']);
    expect(ensured?.generation).toBe(winner?.generation);
    await atRest(world);
  });

  it('10: ten thousand queued readers neither delay a destruction nor pin the cache', async () => {
    const { world, handle, p1, p2, p3 } = stored({ cacheSize: 8, lanes: 1 });
    const others = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((id, number) => world.seed(id, 201 + number));
    const keys = [handle, ...others];
    const answers: Promise<string>[] = [];
    for (let number = 0; number < 10_000; number += 1) {
      answers.push(p1.use(keys[number % keys.length] ?? handle).then((output) => output.code));
    }
    await settled();
    // Of the whole queue two calls have chosen a slot: lanes + 1.
    await world.run('has a', 'has b', 'get a', 'get b', 'open 101', 'open 201');
    expect(states(world)).toStrictEqual(['FULL', 'FULL']);
    expect(world.choices().map(({ label }) => label)).toStrictEqual(['sign 101']);
    const destroyed = await world.begin(p2.destroy('a'));
    await world.run('complete: delete a');
    expect(destroyed()).toBeUndefined();
    await world.run('sign 101');
    // The one that was computing has ended, and 9,999 have not.
    expect(destroyed()).toStrictEqual(OK);
    // Another client finds a free slot at once, and waits for its lane only.
    const used = await world.begin(p3.use(others[7] ?? handle));
    expect(world.host.cacheWaiting.size).toBe(0);
    await world.rest();
    expect(used()).toStrictEqual(OK);
    const codes = await Promise.all(answers);
    expect(codes.filter((answer) => answer === 'INVALID_HANDLE').length).toBe(Math.ceil(10_000 / 9) - 1);
  });
});
