// Every state × every next state × counts of readers and holds × every state that a caller may have expected:
// `transition` against a table that was written without it.
import { describe, expect, it } from 'vitest';
import {
  type Content,
  CorruptionDetected,
  EMPTY,
  type Entry,
  FILLING,
  type Generation,
  hasEntry,
  readersOf,
  type Slot,
  type SlotKind,
  type SlotName,
  TRANSITIONS,
  transition,
} from '../../../src/slots/slot.ts';
import { isLegal, isNamed, type Picture, STATES } from './legal.ts';

type Text = Content<string>;

const entry = (key: string): Entry<string> =>
  Object.freeze({ name: key as SlotName, generation: key as Generation, keepCached: true, contents: key });

const ENTRIES = [entry('a'), entry('b')];
const KINDS: readonly SlotKind[] = ['cache', 'pinned', 'slab'];

/** Everything that a slot may be told to become, the impossible included. */
function contents(readers: readonly number[], holds: readonly number[], entries = ENTRIES): Text[] {
  const all: Text[] = [EMPTY, FILLING];
  for (const entry of entries) {
    for (const count of readers) {
      for (const held of holds) all.push({ state: 'FULL', entry, readers: count, holds: held });
      all.push({ state: 'PENDING_PURGE', entry, readers: count });
      all.push({ state: 'PENDING_DELETION', entry, readers: count });
    }
  }
  return all.map((content) => Object.freeze(content));
}

/** Everything that a slot can be: a pending one has readers. */
const possible = contents([0, 1, 2, 3], [0, 1, 2], ENTRIES.slice(0, 1)).filter(
  ({ state, ...rest }) => state === 'FULL' || !('readers' in rest) || rest.readers > 0,
);
const imaginable = contents([-1, 0, 1, 2, 3, 4], [-1, 0, 1, 2, 3]);

function picture(content: Text): Picture {
  return {
    state: content.state,
    readers: readersOf(content),
    holds: content.state === 'FULL' ? content.holds : 0,
    key: hasEntry(content) ? content.entry.contents : null,
  };
}

/** What `transition` throws, if anything. */
function attempt(slot: Slot<string>, ...[expected, next]: [Text['state'], Text]): unknown {
  try {
    transition(slot, expected, next);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('transition', () => {
  it('moves as SLOTS.md allows, refuses all else, and changes nothing then', () => {
    let moved = 0;
    let refused = 0;
    const faults: string[] = [];
    for (const kind of KINDS) {
      for (const now of possible) {
        for (const next of imaginable) {
          for (const expected of STATES) {
            const slot: Slot<string> = { kind, content: now };
            const error = attempt(slot, expected, next);
            const legal = expected === now.state && isLegal(picture(now), picture(next));
            const moves = error === undefined && slot.content === next;
            const refuses = error instanceof CorruptionDetected && slot.content === now;
            if (legal ? !moves : !refuses) {
              faults.push(`${show(now)} (expected ${expected}) to ${show(next)}`);
            }
            if (legal) moved += 1;
            else refused += 1;
          }
        }
      }
    }
    expect(faults).toStrictEqual([]);
    // The size of the space, so that it cannot shrink unseen.
    expect({ possible: possible.length, imaginable: imaginable.length }).toStrictEqual({
      possible: 20,
      imaginable: 86,
    });
    expect(moved + refused).toBe(3 * 20 * 86 * 5);
    expect(moved).toBeGreaterThan(100);
  });

  it('names the transitions that there are in TRANSITIONS', () => {
    for (const from of STATES) {
      for (const to of STATES)
        expect(TRANSITIONS[from].includes(to), `${from} to ${to}`).toBe(isNamed(from, to));
    }
  });

  it('says what was wrong, with the code that the host answers', () => {
    const slot: Slot<string> = { kind: 'slab', content: EMPTY };
    const [first = entry('')] = ENTRIES;
    expect(attempt(slot, 'FILLING', EMPTY)).toMatchObject({
      code: 'CORRUPTION_DETECTED',
      message: 'slot is EMPTY where FILLING was expected',
    });
    slot.content = { state: 'PENDING_DELETION', entry: first, readers: 1 };
    expect(
      attempt(slot, 'PENDING_DELETION', { state: 'PENDING_PURGE', entry: first, readers: 1 }),
    ).toMatchObject({ message: 'a slot cannot go from PENDING_DELETION to PENDING_PURGE' });
  });
});

function show(content: Text): string {
  const { state, readers, holds, key } = picture(content);
  return `${state} ${key ?? ''} ${readers}/${holds}`;
}
