// Everything that a host may do to the table, and some things that it must not, as fast-check commands.
import fc from 'fast-check';
import { expect } from 'vitest';
import { CorruptionDetected, EMPTY, type Entry } from '../../../src/slots/slot.ts';
import type { Kind, Model } from './model.ts';
import { checkInvariants, generation, NAMES, named, type System } from './system.ts';

type Run = (model: Model, system: System) => void;

/** What happened in all runs together: a test that never evicts shows nothing about eviction. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

class Step implements fc.Command<Model, System> {
  readonly #text: string;
  readonly #possible: (model: Model) => boolean;
  readonly #run: Run;

  constructor(text: string, possible: (model: Model) => boolean, run: Run) {
    this.#text = text;
    this.#possible = possible;
    this.#run = run;
  }

  check(model: Model): boolean {
    return this.#possible(model);
  }

  run(model: Model, system: System): void {
    this.#run(model, system);
    checkInvariants(model, system);
  }

  toString(): string {
    return this.#text;
  }
}

const always = () => true;
const numbers = fc.nat({ max: 30 });
const names = fc.constantFrom(...NAMES);

function pick<T>(list: readonly T[], number: number): { at: number; item: T } {
  const at = (number + list.length) % list.length;
  const item = list[at];
  if (item === undefined) throw new Error('nothing to pick from: the step was not possible');
  return { at, item };
}

function take<T>(list: T[], at: number): T {
  const [item] = list.splice(at, 1);
  if (item === undefined) throw new Error('the model has more of these than the system');
  return item;
}

/** The table refuses; that nothing changed is checked after the step, as after any other. */
function refused(call: () => unknown): void {
  expect(call).toThrow(CorruptionDetected);
}

const entryFor = (model: Model, name: string, kind: Kind, keepCached: boolean): Entry<number> => ({
  name: named(name),
  generation: generation(model.generationFor(name, kind)),
  keepCached,
  contents: model.published,
});

const reserve = (kind: Kind): Step =>
  new Step(`reserve ${kind}`, always, (model, system) => {
    const slot = system.table.reserve(kind);
    expect(slot !== undefined).toBe(model.reserve(kind));
    if (slot === undefined) return;
    expect(slot.kind).toBe(kind);
    system.filling.push(slot);
  });

const wait = new Step('wait for a cache slot', always, (model, system) => {
  model.wait();
  system.waiting += 1;
  system.serve();
});

function publish(number: number, name: string, kept: boolean, tally: Tally): Step {
  const possible = (model: Model) => model.filling.length > 0;
  return new Step(`publish ${number} as ${name}${kept ? '' : ', not kept'}`, possible, (model, system) => {
    const { at, item: kind } = pick(model.filling, number);
    const entry = entryFor(model, name, kind, kept);
    const { item: slot } = pick(system.filling, at);
    if (model.full(name) !== undefined) return refused(() => system.table.publish(slot, entry));
    if (model.named(name, 'PENDING_PURGE').length > 0) tally.add('loaded while purged');
    system.holds.push(system.table.publish(take(system.filling, at), entry));
    model.publish(at, name, kept);
  });
}

const abandon = (number: number): Step =>
  new Step(
    `abandon ${number}`,
    (model) => model.filling.length > 0,
    (model, system) => {
      const { at } = pick(model.filling, number);
      model.abandon(at);
      system.table.abandon(take(system.filling, at));
    },
  );

function hold(name: string, byGeneration: boolean): Step {
  const possible = (model: Model) => model.full(name) !== undefined;
  return new Step(`hold ${name}${byGeneration ? ' by generation' : ''}`, possible, (model, system) => {
    const copy = model.full(name);
    if (copy === undefined) return;
    const held = system.table.hold(named(name), byGeneration ? generation(copy.generation) : undefined);
    expect(held?.entry.contents).toBe(copy.serial);
    if (held === undefined) return;
    model.hold(copy);
    system.holds.push(held);
  });
}

const holdNothing = (name: string): Step =>
  new Step(
    `hold ${name}, which is not there`,
    (model) => model.full(name) === undefined,
    (_model, system) => {
      expect(system.table.hold(named(name))).toBeUndefined();
    },
  );

const release = (number: number, tally: Tally): Step =>
  new Step(
    `release ${number}`,
    (model) => model.holds.length > 0,
    (model, system) => {
      const { at, item } = pick(model.holds, number);
      if (item.state !== 'FULL') tally.add('void hold given up');
      const { evictions } = model;
      model.release(at);
      if (model.evictions > evictions) tally.add('evicted for one who waits');
      system.table.release(take(system.holds, at));
    },
  );

const register = (number: number, tally: Tally): Step =>
  new Step(
    `register ${number}`,
    (model) => model.holds.length > 0,
    (model, system) => {
      const { at, item } = pick(model.holds, number);
      if (item.state !== 'FULL') tally.add('void hold refused a reader');
      const held = take(system.holds, at);
      expect(system.table.register(held)).toBe(model.register(at));
      if (item.state === 'FULL') system.readers.push(held);
    },
  );

const beginOperation = (number: number): Step =>
  new Step(
    `begin operation ${number}`,
    // The number of operations is bounded by whoever counts them.
    (model) => {
      if (model.readers.length === 0) return false;
      const { copy, operation } = pick(model.readers, number).item;
      const more = copy.operations > 0 || model.exempt().length < model.sizes.operationSize;
      return !operation && more;
    },
    (model, system) => {
      const { at, item } = pick(model.readers, number);
      system.table.exempt(pick(system.readers, at).item);
      model.beginOperation(item);
    },
  );

const unregister = (number: number, tally: Tally): Step =>
  new Step(
    `unregister ${number}`,
    (model) => model.readers.length > 0,
    (model, system) => {
      const { at, item } = pick(model.readers, number);
      const held = take(system.readers, at);
      if (item.operation) tally.add('operation ended');
      if (item.copy.state !== 'FULL') tally.add('reader left a pending slot');
      const { evictions, waiting } = model;
      model.unregister(at);
      if (model.evictions > evictions && model.waiting === waiting) tally.add('trimmed');
      if (model.waiting < waiting) tally.add('one who waited was served');
      if (item.operation) system.table.unexempt(held);
      system.table.unregister(held);
    },
  );

const purge = (name: string): Step =>
  new Step(
    `purge ${name}`,
    // Of a volatile key there is no other copy: the host refuses before it asks the table.
    (model) => model.full(name)?.kind !== 'slab',
    (model, system) => {
      const pending = system.table.purge(named(name));
      expect(pending).toHaveLength(model.purge(name).length);
      for (const { content } of pending)
        expect(content).toMatchObject({ state: 'PENDING_PURGE', entry: { name } });
    },
  );

const destroy = (name: string, tally: Tally): Step =>
  new Step(`destroy ${name}`, always, (model, system) => {
    const pending = system.table.destroy(named(name));
    const purged = model.named(name, 'PENDING_PURGE').length;
    if (purged > 0) tally.add('destroyed while purged');
    if (purged > 0 && model.full(name) !== undefined) tally.add('destroyed in two slots');
    const expected = model.destroy(name);
    if (expected.length > 1) tally.add('destroyed with readers in two slots');
    expect(new Set(pending)).toStrictEqual(new Set(expected.map((copy) => system.slotOf(copy))));
    expect(pending).toHaveLength(expected.length);
    for (const { content } of pending)
      expect(content).toMatchObject({ state: 'PENDING_DELETION', entry: { name } });
  });

const watch = (number: number): Step =>
  new Step(
    `whenEmpty ${number}`,
    (model) => model.copies.length > 0,
    (model, system) => {
      const { item } = pick(model.copies, number);
      item.watchers += 1;
      system.table.whenEmpty(system.slotOf(item), () => system.told.push(item.serial));
    },
  );

/** What must be refused, whatever the table holds. */
const misuse = (number: number, tally: Tally): Step =>
  new Step(`misuse ${number}`, always, (model, system) => {
    const { table } = system;
    const holdOf = (at: number) => pick(system.holds, at).item;
    model.holds.forEach(({ state, readers }, at) => {
      if (state === 'WIPED') {
        tally.add('reader that outlived its copy');
        refused(() => table.unregister(holdOf(at)));
      } else if (state === 'FULL' && readers === 0) {
        refused(() => table.unregister(holdOf(at)));
      }
    });
    model.readers.forEach(({ copy }, at) => {
      const reader = pick(system.readers, at).item;
      if (copy.state !== 'FULL') expect(table.register(reader)).toBe(false);
      else if (copy.holds === 0) {
        refused(() => table.register(reader));
        refused(() => table.release(reader));
      }
    });
    for (const copy of model.copies) {
      const slot = system.slotOf(copy);
      refused(() => table.abandon(slot));
      refused(() => table.publish(slot, entryFor(model, 'nobody', 'slab', true)));
    }
    refused(() => table.abandon({ kind: 'slab', content: EMPTY }));
  });

/** Several steps in a row, each where it is possible: what random steps alone come to seldom. */
const sequence = (text: string, steps: readonly Step[]): Step =>
  new Step(text, always, (model, system) => {
    for (const step of steps) if (step.check(model)) step.run(model, system);
  });

const LAST = -1;

const load = (name: string, kept: boolean, tally: Tally): Step =>
  sequence(`load ${name}${kept ? '' : ', not kept'}`, [
    reserve('cache'),
    publish(LAST, name, kept, tally),
    register(LAST, tally),
  ]);

const purgeAndLoad = (name: string, tally: Tally): Step =>
  sequence(`purge ${name} and load it`, [purge(name), load(name, true, tally)]);

/** Steps in the proportions that reach the most states. */
export function commands(
  tally: Tally,
  options: { operations: boolean },
): fc.Arbitrary<Iterable<fc.Command<Model, System>>> {
  const reservations = fc.constantFrom<Kind>('cache', 'cache', 'cache', 'pinned', 'slab').map(reserve);
  const publications = fc
    .tuple(numbers, names, fc.constantFrom(true, true, true, false))
    .map(([number, name, kept]) => publish(number, name, kept, tally));
  const registrations = numbers.map((number) => register(number, tally));
  const all: fc.Arbitrary<Step>[] = [
    reservations,
    publications,
    publications,
    fc.constant(wait),
    numbers.map(abandon),
    fc.tuple(names, fc.boolean()).map(([name, byGeneration]) => hold(name, byGeneration)),
    names.map(holdNothing),
    numbers.map((number) => release(number, tally)),
    registrations,
    registrations,
    fc.tuple(names, fc.boolean()).map(([name, kept]) => load(name, kept, tally)),
    names.map((name) => purgeAndLoad(name, tally)),
    numbers.map((number) => unregister(number, tally)),
    names.map(purge),
    names.map((name) => destroy(name, tally)),
    numbers.map(watch),
    numbers.map((number) => misuse(number, tally)),
  ];
  if (options.operations) all.push(numbers.map(beginOperation));
  return fc.commands(all, { maxCommands: 80, size: 'max' });
}
