// What holds of a slot table after every step, whoever drives it: all that it counts and indexes, counted and searched
// again from its slots.
import { type Entry, hasEntry, type Slot, type SlotName } from '../../../src/slots/slot.ts';
import type { SlotTable, TableCounts, TableOptions } from '../../../src/slots/table.ts';

export type Bounds = Pick<TableOptions<never>, 'cacheSize' | 'pinnedSize' | 'operationSize' | 'ceiling'>;

/** What is wrong with a table, in words; nothing where all is well. */
export function tableFaults<C>(table: SlotTable<C>, bounds: Bounds): string[] {
  const occupied = [...table.occupied()];
  const counts = table.counts();
  return [
    ...occupied.flatMap(slotFaults),
    ...countFaults(occupied, counts),
    ...roomFaults(counts, bounds),
    ...indexFaults(table, occupied),
  ];
}

/** The column "readers" of SLOTS.md, and that nobody can be counted less than not at all. */
function slotFaults<C>({ content }: Slot<C>): string[] {
  if (!hasEntry(content)) return [`a slot that is ${content.state} was called occupied`];
  const { state, readers, entry } = content;
  if (state !== 'FULL') return readers > 0 ? [] : [`a ${state} slot of ${entry.name} has no reader`];
  return readers >= 0 && content.holds >= 0 ? [] : [`a slot of ${entry.name} counts less than nobody`];
}

function countFaults<C>(occupied: readonly Slot<C>[], { states, kinds, readers }: TableCounts): string[] {
  const faults: string[] = [];
  for (const state of ['FULL', 'PENDING_PURGE', 'PENDING_DELETION'] as const) {
    const there = occupied.filter(({ content }) => content.state === state).length;
    if (there !== states[state]) faults.push(`${there} slots are ${state}, and ${states[state]} are counted`);
  }
  const inUse = kinds.cache + kinds.pinned + kinds.slab;
  // Slots in use that hold no key are being filled.
  if (inUse - occupied.length !== states.FILLING)
    faults.push(`${states.FILLING} slots are counted as FILLING`);
  const registered = occupied.reduce(
    (sum, { content }) => sum + (hasEntry(content) ? content.readers : 0),
    0,
  );
  if (registered !== readers) faults.push(`${registered} readers are registered, and ${readers} are counted`);
  return faults;
}

function roomFaults({ states, kinds }: TableCounts, bounds: Bounds): string[] {
  const { cacheSize, operationSize, pinnedSize, ceiling } = bounds;
  const most = { cache: cacheSize + operationSize, pinned: pinnedSize, slab: ceiling };
  const faults = (['cache', 'pinned', 'slab'] as const)
    .filter((kind) => kinds[kind] < 0 || kinds[kind] > most[kind])
    .map((kind) => `${kinds[kind]} ${kind} slots are in use, of ${most[kind]} at most`);
  const room = Object.values(states).reduce((sum, count) => sum + count);
  if (states.EMPTY < 0 || room > most.cache + most.pinned + most.slab) {
    faults.push(`${room} slots, of which ${states.EMPTY} are free, are more than were allowed`);
  }
  return faults;
}

/** A name finds the one FULL slot that has it, and a listing the same ones. */
function indexFaults<C>(table: SlotTable<C>, occupied: readonly Slot<C>[]): string[] {
  const faults: string[] = [];
  const full = new Map<SlotName, Entry<C>>();
  for (const { content } of occupied) {
    if (content.state !== 'FULL') continue;
    const { name } = content.entry;
    if (full.has(name)) faults.push(`two FULL slots of ${name}`);
    full.set(name, content.entry);
    if (table.find(name) !== content.entry) faults.push(`the FULL slot of ${name} is not found by its name`);
  }
  let listed = 0;
  for (const entry of table.entries()) {
    listed += 1;
    if (full.get(entry.name) !== entry) faults.push(`${entry.name} is listed, and in no FULL slot`);
  }
  if (listed !== full.size) faults.push(`${listed} keys are listed, of ${full.size}`);
  return faults;
}
