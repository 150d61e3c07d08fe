// The table under test with what a host keeps around it, and the invariants that hold after every step.
import { expect } from 'vitest';
import {
  type Content,
  type Generation,
  hasEntry,
  readersOf,
  type Slot,
  type SlotName,
  type SlotState,
} from '../../../src/slots/slot.ts';
import { type Hold, SlotTable } from '../../../src/slots/table.ts';
import { tableFaults } from './invariants.ts';
import { isLegal, type Picture } from './legal.ts';
import type { Copy, Model, Sizes } from './model.ts';

/** Few, so that they meet. */
export const NAMES = ['a', 'b', 'c'] as const;

export const named = (name: string): SlotName => name as SlotName;
export const generation = (text: string): Generation => text as Generation;

/** The number of a publication stands for the material. */
export class System {
  readonly table: SlotTable<number>;
  readonly filling: Slot<number>[] = [];
  readonly holds: Hold<number>[] = [];
  readonly readers: Hold<number>[] = [];
  readonly wiped: number[] = [];
  /** One serial for each callback of `whenEmpty` that came. */
  readonly told: number[] = [];
  waiting = 0;
  readonly #seen = new Map<Slot<number>, Content<number>>();

  constructor(sizes: Sizes) {
    this.table = new SlotTable({
      ...sizes,
      wipe: (serial) => this.wiped.push(serial),
      onCacheFree: () => this.serve(),
      onTransition: (slot, from, to) => this.#follow(slot, from, to),
    });
  }

  /** As the host does: whoever waits is given what can be had. */
  serve(): void {
    while (this.waiting > 0) {
      const slot = this.table.reserve('cache');
      if (slot === undefined) return;
      this.waiting -= 1;
      this.filling.push(slot);
    }
  }

  slotOf({ serial }: Copy): Slot<number> {
    for (const slot of this.table.occupied()) {
      if (hasEntry(slot.content) && slot.content.entry.contents === serial) return slot;
    }
    throw new Error(`no slot holds copy ${serial}`);
  }

  /** Every change of state is one that SLOTS.md knows, and begins where the last one ended. */
  #follow(slot: Slot<number>, from: Content<number>, to: Content<number>): void {
    same(from.state, this.#seen.get(slot)?.state ?? 'EMPTY');
    if (slot.content !== to) throw new Error('a transition was told that was not made');
    if (!isLegal(picture(from), picture(to))) throw new Error(`illegal: ${from.state} to ${to.state}`);
    this.#seen.set(slot, to);
  }
}

function picture(content: Content<number>): Picture {
  return {
    state: content.state,
    readers: readersOf(content),
    holds: content.state === 'FULL' ? content.holds : 0,
    key: hasEntry(content) ? String(content.entry.contents) : null,
  };
}

const byNumber = (a: number, b: number) => a - b;

/** As toStrictEqual, for plain data, and quick where all is well: this runs millions of times. */
function same(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toStrictEqual(expected);
}

/** The invariants of every table, and all that can be seen of this one compared with its model. */
export function checkInvariants(model: Model, system: System): void {
  const { table } = system;
  same(tableFaults(table, model.sizes), []);
  const counts = table.counts();
  const states: Record<SlotState, number> = {
    ...{ EMPTY: counts.states.EMPTY, FILLING: system.filling.length },
    ...{ FULL: 0, PENDING_PURGE: 0, PENDING_DELETION: 0 },
  };
  let readers = 0;
  const rows: string[] = [];
  for (const { kind, content } of table.occupied()) {
    if (!hasEntry(content)) continue;
    const { entry, state } = content;
    states[state] += 1;
    readers += content.readers;
    const holds = content.state === 'FULL' ? content.holds : 0;
    rows.push(row(entry.contents, entry.name, entry.generation, kind, state, content.readers, holds));
  }
  same(rows.sort(), model.copies.map(rowOf).sort());
  const kinds = { cache: model.used('cache'), pinned: model.used('pinned'), slab: model.used('slab') };
  same(counts, { states, kinds, readers, evictions: model.evictions });
  same([system.waiting, ...system.filling.map(({ kind }) => kind)], [model.waiting, ...model.filling]);
  // Exactly when it leaves, and exactly once.
  same(system.wiped.toSorted(byNumber), model.wiped.map(({ serial }) => serial).sort(byNumber));
  const due = model.wiped.flatMap(({ serial, watchers }) => Array<number>(watchers).fill(serial));
  same(system.told.toSorted(byNumber), due.sort(byNumber));
  checkLookups(model, system);
}

function checkLookups(model: Model, { table, holds }: System): void {
  const find = (found: { name: string; contents: number } | undefined) => [found?.name, found?.contents];
  for (const name of NAMES) {
    const full = model.full(name);
    same(find(table.find(named(name))), [full?.name, full?.serial]);
    // A stale generation, or one of another name, finds nothing, whatever the name was reused for.
    for (let number = 0; number <= model.published; number += 1) {
      const other = `g${number}`;
      if (other !== full?.generation) same(table.hold(named(name), generation(other)), undefined);
    }
  }
  same(
    holds.map((hold) => table.isGood(hold)),
    model.holds.map(({ state }) => state === 'FULL'),
  );
}

function rowOf(copy: Copy): string {
  const { serial, name, generation, kind, state, readers, holds } = copy;
  return row(serial, name, generation, kind, state, readers, state === 'FULL' ? holds : 0);
}

function row(...cells: (string | number)[]): string {
  return cells.join(' ');
}
