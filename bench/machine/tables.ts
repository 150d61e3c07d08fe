// The slot table alone, in this page's thread: what a step costs, and whether that depends on how much it holds.
import { type Generation, type Slot, type SlotName, transition } from '../../src/slots/slot.ts';
import { SlotTable } from '../../src/slots/table.ts';
import { median } from '../summary.ts';

/** One table. Times in nanoseconds, medians of the rounds. */
export interface TableRow {
  readonly slots: number;
  /** One reader in or out: a transition. */
  readonly transition: number;
  /** Find a key, register as its reader and leave: one of 64 keys in turn, so that the processor's caches hold them. */
  readonly acquire: number;
  /** The least recently used key goes and another is published. */
  readonly evict: number;
}

const ROUNDS = 15;
const STEPS = 40_000;
/** Keys in use at a time. */
const BUSY = 64;

const name = (number: number): SlotName => `key ${number}` as SlotName;
const generation = (number: number): Generation => `generation ${number}` as Generation;

/** Tables of each size, filled, and measured in turns. */
export function tables(sizes: readonly number[]): TableRow[] {
  const filled = sizes.map((size) => ({ size, table: tableOf(size), next: size }));
  const samples = sizes.map(() => ({
    transition: [] as number[],
    acquire: [] as number[],
    evict: [] as number[],
  }));
  for (let round = -1; round < ROUNDS; round += 1) {
    filled.forEach((one, index) => {
      const sample = samples[index];
      const figures = {
        transition: transitions(),
        acquire: readers(one.table, one.next),
        evict: evictions(one),
      };
      // The first round is for the compiler.
      if (round < 0 || sample === undefined) return;
      sample.transition.push(figures.transition);
      sample.acquire.push(figures.acquire);
      sample.evict.push(figures.evict);
    });
  }
  return samples.map((sample, index) => ({
    slots: sizes[index] ?? 0,
    transition: median(sample.transition),
    acquire: median(sample.acquire),
    evict: median(sample.evict),
  }));
}

function tableOf(size: number): SlotTable<null> {
  const nothing = (): void => {};
  const table = new SlotTable<null>({
    cacheSize: size,
    pinnedSize: 0,
    operationSize: 0,
    ceiling: 16,
    wipe: nothing,
    onCacheFree: nothing,
  });
  for (let number = 0; number < size; number += 1) publish(table, number);
  return table;
}

function publish(table: SlotTable<null>, number: number): void {
  const slot: Slot<null> | undefined = table.reserve('cache');
  if (slot === undefined) throw new Error('there was no slot to take');
  const entry = { name: name(number), generation: generation(number), contents: null, keepCached: true };
  table.release(table.publish(slot, entry));
}

function readers(table: SlotTable<null>, next: number): number {
  const keys = Array.from({ length: BUSY }, (_, index) => next - 1 - index);
  const names = keys.map((key) => ({ name: name(key), generation: generation(key) }));
  const acquire = timed(() => {
    for (let step = 0; step < STEPS; step += 1) {
      const key = names[step % BUSY];
      const hold = key && table.hold(key.name, key.generation);
      if (hold === undefined || !table.register(hold)) throw new Error('a cached key was not found');
      table.unregister(hold);
    }
  });
  return acquire;
}

/** One slot, a reader in and out, by the one function that changes slots. */
function transitions(): number {
  const entry = { name: name(0), generation: generation(0), contents: null, keepCached: true };
  const slot: Slot<null> = { kind: 'cache', content: { state: 'FULL', entry, readers: 0, holds: 0 } };
  const inAndOut = timed(() => {
    for (let step = 0; step < STEPS; step += 1) {
      transition(slot, 'FULL', { state: 'FULL', entry, readers: 1, holds: 0 });
      transition(slot, 'FULL', { state: 'FULL', entry, readers: 0, holds: 0 });
    }
  });
  return inAndOut / 2;
}

function evictions(one: { table: SlotTable<null>; next: number }): number {
  return timed(() => {
    for (let step = 0; step < STEPS; step += 1) {
      publish(one.table, one.next);
      one.next += 1;
    }
  });
}

/** Nanoseconds a step. */
function timed(steps: () => void): number {
  const begun = performance.now();
  steps();
  return ((performance.now() - begun) * 1e6) / STEPS;
}
