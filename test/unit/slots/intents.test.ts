// Every state × every intent × every kind of slot: a table brought to the state, one intent, and all that can be seen of
// it compared with intents.ts, which was written without the table's code.
import { describe, expect, it } from 'vitest';
import { CorruptionDetected, hasEntry, type Slot, type SlotKind } from '../../../src/slots/slot.ts';
import type { Hold } from '../../../src/slots/table.ts';
import { canBe, FROM, type From, INTENTS, type Intent, isAsked, KINDS, type Kind, ROWS } from './intents.ts';
import { tableFaults } from './invariants.ts';
import { generation, named, System } from './system.ts';

/** Room for the one slot that is looked at, and for one operation beside it. */
const SIZES = { cacheSize: 1, operationSize: 1, pinnedSize: 1, ceiling: 1 };

const NAME = named('a');
const SECOND = -1;

const KIND_OF: Readonly<Record<Kind, SlotKind>> = {
  kept: 'cache',
  passing: 'cache',
  pinned: 'pinned',
  slab: 'slab',
};

/** Intents that lead to a state. FULL slots are held by who published them. */
const FULL: readonly Intent[] = ['reserve', 'publish'];
const READ: readonly Intent[] = [...FULL, 'register'];
const READ_TWICE: readonly Intent[] = [...READ, 'hold', 'register'];
const GONE: readonly Intent[] = [...FULL, 'destroy'];

const PATHS: Readonly<Record<From, readonly Intent[]>> = {
  EMPTY: GONE,
  FILLING: [...GONE, 'reserve'],
  'FULL 0/0': [...FULL, 'release'],
  'FULL 0/1': FULL,
  'FULL 1/0': READ,
  'FULL 1/1': [...READ, 'hold'],
  'FULL 1/0, 1 op': [...READ, 'exempt'],
  'FULL 2/0, 1 op': [...READ_TWICE, 'exempt'],
  'FULL 2/0, 2 op': [...READ_TWICE, 'exempt', 'exempt'],
  'FULL anew': [...GONE, 'reserve', 'publish'],
  'PENDING_PURGE 1': [...READ, 'purge'],
  'PENDING_PURGE 2': [...READ_TWICE, 'purge'],
  'PENDING_DELETION 1': [...READ, 'destroy'],
  'PENDING_DELETION 2': [...READ_TWICE, 'destroy'],
  'PENDING_DELETION 1, 1 op': [...READ, 'exempt', 'destroy'],
};

class Stage extends System {
  readonly kind: Kind;
  slot: Slot<number> | undefined;
  /** The first that there was: what a caller with the oldest claim does. */
  claim: Hold<number> | undefined;
  serial = 0;
  freed = 0;

  constructor(kind: Kind) {
    super(SIZES);
    this.kind = kind;
  }

  override serve(): void {
    this.freed += 1;
  }

  entry(name: string, contents: number) {
    const keepCached = this.kind !== 'passing';
    return { name: named(name), generation: generation('g'), keepCached, contents };
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('no path leads here without one');
  return value;
}

const DO: Readonly<Record<Intent, (stage: Stage) => unknown>> = {
  reserve: (stage) => {
    const slot = stage.table.reserve(KIND_OF[stage.kind]);
    stage.slot = slot ?? stage.slot;
    return slot === undefined ? 'nothing' : 'a slot';
  },
  publish: (stage) => {
    // Under a name that is free: what is refused is refused for the slot's state.
    const name = stage.table.find(NAME) === undefined ? NAME : 'b';
    const held = stage.table.publish(required(stage.slot), stage.entry(name, stage.serial + 1));
    stage.serial += 1;
    stage.claim ??= held;
    return 'a hold';
  },
  'publish a second copy of its name': (stage) => {
    const slot = stage.table.reserve(stage.kind === 'pinned' ? 'slab' : 'pinned');
    stage.table.publish(required(slot), stage.entry(NAME, SECOND));
    return 'a hold';
  },
  abandon: (stage) => stage.table.abandon(required(stage.slot)),
  hold: ({ table }) => (table.hold(NAME) === undefined ? 'nothing' : 'a hold'),
  'hold of another generation': ({ table }) =>
    table.hold(NAME, generation('old')) === undefined ? 'nothing' : 'a hold',
  release: ({ table, claim }) => table.release(required(claim)),
  register: ({ table, claim }) => table.register(required(claim)),
  unregister: ({ table, claim }) => table.unregister(required(claim)),
  exempt: ({ table, claim }) => table.exempt(required(claim)),
  unexempt: ({ table, claim }) => table.unexempt(required(claim)),
  purge: ({ table }) => `pending ${table.purge(NAME).length}`,
  destroy: ({ table }) => `pending ${table.destroy(NAME).length}`,
};

function attempt(stage: Stage, intent: Intent): string {
  try {
    return String(DO[intent](stage) ?? 'done');
  } catch (error) {
    if (error instanceof CorruptionDetected) return 'refused';
    throw error;
  }
}

/** As intents.ts writes it, but for the operations, which only a reservation shows. */
function picture({ content }: Slot<number>): string {
  if (content.state === 'FULL') return `FULL ${content.readers}/${content.holds}`;
  return hasEntry(content) ? `${content.state} ${content.readers}` : content.state;
}

const visible = (state: string): string =>
  state === 'FULL anew' ? 'FULL 0/1' : state.replace(/, \d op$/, '');

const isFrom = (state: string): state is From => FROM.some((from) => from === state);

/** A table in which everything has happened that leads to a state, and nothing been noted yet. */
function stageAt(kind: Kind, from: From): Stage {
  const stage = new Stage(kind);
  for (const intent of PATHS[from]) attempt(stage, intent);
  const slot = required(stage.slot);
  expect(picture(slot)).toBe(visible(from));
  stage.wiped.length = 0;
  stage.freed = 0;
  if (hasEntry(slot.content)) stage.table.whenEmpty(slot, () => stage.told.push(stage.serial));
  return stage;
}

function rowsFor(kind: Kind, from: From, intent: Intent) {
  return ROWS.filter(
    (row) => row.intent === intent && row.from.includes(from) && (row.kinds?.includes(kind) ?? true),
  );
}

/** What there is to be seen after one intent. */
function seen(stage: Stage, intent: Intent) {
  const { table } = stage;
  const serial = stage.serial;
  const evictions = table.counts().evictions;
  const answer = attempt(stage, intent);
  const found = table.find(NAME)?.contents;
  expect(tableFaults(table, SIZES)).toStrictEqual([]);
  expect(table.isGood(required(stage.claim))).toBe(table.find(NAME) === stage.claim?.entry);
  return {
    answer,
    to: picture(required(stage.slot)),
    wiped: stage.wiped.map((number) => number === serial),
    told: stage.told.length,
    evictions: table.counts().evictions - evictions,
    free: stage.freed > 0,
    found: found === undefined ? 'none' : found === SECOND ? 'second' : 'this',
  };
}

function due(kind: Kind, from: From, intent: Intent) {
  const { answer, to = from, wiped = false, evicted, free, found } = required(rowsFor(kind, from, intent)[0]);
  return {
    answer,
    to: visible(to),
    wiped: wiped ? [true] : [],
    told: Number(wiped),
    evictions: evicted === true ? 1 : 0,
    // There is nobody to wait for a slot of another kind.
    free: free === true && KIND_OF[kind] === 'cache',
    found: found ?? (to.startsWith('FULL') ? 'this' : 'none'),
  };
}

const cells = KINDS.flatMap((kind) =>
  FROM.filter((from) => canBe(kind, from)).flatMap((from) =>
    INTENTS.map((intent) => ({ kind, from, intent })),
  ),
);
const asked = cells.filter(({ kind, from, intent }) => isAsked(kind, from, intent));

describe('what an intent does to a slot', () => {
  it('is said once for each state and kind', () => {
    const wrong = asked.filter(({ kind, from, intent }) => rowsFor(kind, from, intent).length !== 1);
    expect(wrong).toStrictEqual([]);
    const used = new Set(asked.flatMap(({ kind, from, intent }) => rowsFor(kind, from, intent)));
    expect(ROWS.filter((row) => !used.has(row))).toStrictEqual([]);
    // The size of the space, so that it cannot shrink unseen.
    expect([cells.length, asked.length]).toStrictEqual([637, 622]);
  });

  describe.each(INTENTS)('%s', (intent) => {
    it.each(asked.filter((cell) => cell.intent === intent))('$kind, $from', ({ kind, from }) => {
      const stage = stageAt(kind, from);
      const result = seen(stage, intent);
      expect(result).toStrictEqual(due(kind, from, intent));
      // Whether the cache counts the slot shows only when another is wanted.
      const { to = from } = required(rowsFor(kind, from, intent)[0]);
      if (intent === 'reserve' || !isFrom(to)) return;
      expect(attempt(stage, 'reserve')).toBe(due(kind, to, 'reserve').answer);
      expect(tableFaults(stage.table, SIZES)).toStrictEqual([]);
    });
  });
});
