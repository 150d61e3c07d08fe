// The slot table against a sequential model of it: thousands of runs of random steps, all that can be seen
// compared and every invariant checked after each of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hold } from '../../../src/slots/table.ts';
import { commands, Tally } from './commands.ts';
import { Model, type Sizes } from './model.ts';
import { checkInvariants, generation, NAMES, named, System } from './system.ts';

const TIME = 60_000;

function sizes(operations: boolean): fc.Arbitrary<Sizes> {
  return fc.record({
    cacheSize: fc.constantFrom(1, 1, 2, 3, 5),
    pinnedSize: fc.constantFrom(0, 1, 3),
    operationSize: operations ? fc.constantFrom(1, 2, 4) : fc.constant(0),
    ceiling: fc.constantFrom(1, 2, 17),
  });
}

/** After the last step everybody leaves and every key is destroyed: nothing may stay. */
function drain(model: Model, system: System): void {
  model.waiting = 0;
  system.waiting = 0;
  for (const name of NAMES) {
    model.destroy(name);
    system.table.destroy(named(name));
  }
  for (const { operation } of [...model.readers]) {
    const [reader] = system.readers.splice(0, 1);
    model.unregister(0);
    if (reader === undefined) throw new Error('the model has more readers than the system');
    if (operation) system.table.unexempt(reader);
    system.table.unregister(reader);
  }
  for (const slot of system.filling.splice(0)) {
    model.abandon(0);
    system.table.abandon(slot);
  }
  checkInvariants(model, system);
  expect(model.copies).toHaveLength(0);
  expect([...system.table.occupied()]).toHaveLength(0);
  const { states, readers } = system.table.counts();
  expect({ ...states, EMPTY: 0, readers }).toStrictEqual({
    ...{ EMPTY: 0, FILLING: 0, FULL: 0, PENDING_PURGE: 0, PENDING_DELETION: 0, readers: 0 },
  });
  expect(new Set(system.wiped).size).toBe(model.published);
  expect(system.wiped).toHaveLength(model.published);
}

function runs(tally: Tally, operations: boolean, numRuns: number): void {
  fc.assert(
    fc.property(sizes(operations), commands(tally, { operations }), (size, steps) => {
      const model = new Model(size);
      const system = new System(size);
      fc.modelRun(() => ({ model, real: system }), steps);
      if (model.evictions > 0) tally.add('evicted');
      drain(model, system);
    }),
    { numRuns },
  );
}

describe('the slot table is its model', () => {
  it('without operations', { timeout: TIME }, () => {
    const tally = new Tally();
    runs(tally, false, 2000);
    for (const what of [
      'loaded while purged',
      'destroyed while purged',
      'destroyed in two slots',
      'destroyed with readers in two slots',
      'void hold given up',
      'void hold refused a reader',
      'reader left a pending slot',
      'reader that outlived its copy',
      'evicted',
      'evicted for one who waits',
      'one who waited was served',
    ]) {
      expect(tally.counts.get(what) ?? 0, what).toBeGreaterThan(20);
    }
  });

  it('with operations, which keep slots outside the count of the cache', {
    timeout: TIME,
  }, () => {
    const tally = new Tally();
    runs(tally, true, 1500);
    for (const what of ['operation ended', 'trimmed', 'destroyed in two slots', 'evicted']) {
      expect(tally.counts.get(what) ?? 0, what).toBeGreaterThan(20);
    }
  });
});

/** Loads a key into a cache slot, as a call that uses it and leaves again, or that stays as its reader. */
function load({ table }: System, name: string, stays: boolean, serial: number): Hold<number> {
  const slot = table.reserve('cache');
  if (slot === undefined) throw new Error('there is no free cache slot');
  const entry = { name: named(name), generation: generation(name), keepCached: true, contents: serial };
  const hold = table.publish(slot, entry);
  if (stays) table.register(hold);
  else table.release(hold);
  return hold;
}

const SIZES: Sizes = { cacheSize: 2, pinnedSize: 0, operationSize: 1, ceiling: 1 };

describe('the slot table', () => {
  it('interleaving 4: destroys both slots of a key that was purged while read, then loaded again', () => {
    const system = new System(SIZES);
    const { table } = system;
    const old = load(system, 'a', true, 1);
    const [purging] = table.purge(named('a'));
    const fresh = load(system, 'a', true, 2);
    expect(purging).toBe(old.slot);
    expect(table.find(named('a'))?.contents).toBe(2);
    expect(new Set(table.destroy(named('a')))).toStrictEqual(new Set([old.slot, fresh.slot]));
    expect(table.find(named('a'))).toBeUndefined();
    expect(table.hold(named('a'), generation('a'))).toBeUndefined();
    expect(system.wiped).toStrictEqual([]);
    table.unregister(fresh);
    table.unregister(old);
    expect(system.wiped).toStrictEqual([2, 1]);
  });

  it('destruction wins: a purge that comes later changes nothing', () => {
    const system = new System(SIZES);
    const reader = load(system, 'a', true, 1);
    system.table.destroy(named('a'));
    expect(system.table.purge(named('a'))).toStrictEqual([]);
    expect(reader.slot.content.state).toBe('PENDING_DELETION');
  });

  it('evicts the copy that was used least recently, never one that is read', () => {
    const system = new System({ ...SIZES, cacheSize: 3 });
    const { table } = system;
    load(system, 'a', true, 1);
    for (const [serial, name] of ['b', 'c'].entries()) load(system, name, false, serial + 2);
    const used = table.hold(named('b'));
    if (used) table.release(used);
    load(system, 'd', false, 4);
    expect(system.wiped).toStrictEqual([3]);
    load(system, 'e', false, 5);
    expect(system.wiped).toStrictEqual([3, 2]);
    expect(table.find(named('a'))?.contents).toBe(1);
    expect(table.counts().evictions).toBe(2);
  });

  it('keeps to its size when an operation ends on a copy that is still read', () => {
    const system = new System(SIZES);
    const { table } = system;
    const reader = load(system, 'a', true, 1);
    const operation = table.hold(named('a'));
    if (operation === undefined) throw new Error('the copy is there');
    table.register(operation);
    table.exempt(operation);
    load(system, 'b', true, 2);
    load(system, 'c', false, 3);
    table.unexempt(operation);
    table.unregister(operation);
    // Two slots, both read: there is no room for a third.
    const third = table.reserve('cache');
    expect(table.isGood(reader)).toBe(true);
    expect({ third, cache: table.counts().kinds.cache }).toStrictEqual({
      third: undefined,
      cache: SIZES.cacheSize,
    });
  });

  it('keeps to its size when an operation ends on a copy that a call holds, and the call gives it up', () => {
    const system = new System({ ...SIZES, cacheSize: 1 });
    const { table } = system;
    const operation = load(system, 'a', true, 1);
    table.exempt(operation);
    load(system, 'b', true, 2);
    const held = table.hold(named('a'));
    table.unexempt(operation);
    table.unregister(operation);
    if (held === undefined) throw new Error('the copy is there');
    table.release(held);
    expect(table.counts().kinds.cache).toBe(1);
    expect(system.wiped).toStrictEqual([1]);
  });
});
