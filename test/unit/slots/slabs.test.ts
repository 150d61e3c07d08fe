// Room for slots made on demand: slabs of 16, 32, 64, … to the ceiling, given back when they are empty.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slabs } from '../../../src/slots/slabs.ts';
import type { Slot } from '../../../src/slots/slot.ts';

const capacityOf = (slabs: Slabs<number>) => slabs.free + slabs.used;

/** An assertion that is cheap where it holds: these are made a million times. */
function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

/** Takes slots until there are no more, or `count` of them. */
function takeMany(slabs: Slabs<number>, count: number): Slot<number>[] {
  const taken: Slot<number>[] = [];
  while (taken.length < count) {
    const slot = slabs.take();
    if (slot === undefined) break;
    taken.push(slot);
  }
  return taken;
}

describe('slabs', () => {
  it.each([
    { ceiling: 0, sizes: [] },
    { ceiling: 1, sizes: [1] },
    { ceiling: 16, sizes: [16] },
    { ceiling: 17, sizes: [16, 17] },
    { ceiling: 300, sizes: [16, 48, 112, 240, 300] },
    {
      ceiling: 65_536,
      sizes: [16, 48, 112, 240, 496, 1008, 2032, 4080, 8176, 16_368, 32_752, 65_520, 65_536],
    },
  ])('grow by 16, 32, 64, … to a ceiling of $ceiling and no further', ({ ceiling, sizes }) => {
    const slabs = new Slabs<number>('slab', ceiling);
    const seen = new Set<number>();
    let taken = 0;
    let miscounted = false;
    while (taken <= ceiling && slabs.take() !== undefined) {
      taken += 1;
      seen.add(capacityOf(slabs));
      miscounted ||= slabs.used !== taken;
    }
    expect({ taken, miscounted }).toStrictEqual({ taken: ceiling, miscounted: false });
    expect([...seen]).toStrictEqual(sizes);
    expect(slabs.take()).toBeUndefined();
  });

  it('hand out each slot to one taker at a time, as many as there may be', { timeout: 30_000 }, () => {
    const moves = fc.array(fc.oneof(fc.constant(-1), fc.constant(-1), fc.nat({ max: 200 })), {
      maxLength: 400,
      size: 'max',
    });
    fc.assert(
      fc.property(fc.constantFrom(1, 16, 20, 48, 100, 1000), moves, (ceiling, numbers) => {
        const slabs = new Slabs<number>('slab', ceiling);
        const taken: Slot<number>[] = [];
        for (const number of numbers) {
          const before = capacityOf(slabs);
          if (number < 0) {
            const slot = slabs.take();
            if (slot === undefined) {
              expect(taken.length).toBe(ceiling);
            } else {
              check(slot.kind === 'slab' && slot.content.state === 'EMPTY', 'the slot is free');
              check(!taken.includes(slot), 'nobody has it');
              taken.push(slot);
            }
            check(capacityOf(slabs) <= 2 * before + 16, 'the room grows by one slab');
          } else if (taken.length > 0) {
            const [slot] = taken.splice(number % taken.length, 1);
            if (slot !== undefined) slabs.give(slot);
            check(capacityOf(slabs) <= before, 'the room does not grow by what is given back');
          }
          const all = new Set(slabs.slots());
          check(slabs.used === taken.length, 'what is in use is counted');
          check(all.size === capacityOf(slabs), 'what there is is counted');
          check(all.size <= ceiling, 'the ceiling holds');
          check(
            taken.every((slot) => all.has(slot)),
            'no slot in use is given back',
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('do not build and drop a slab with every key at its border', () => {
    const slabs = new Slabs<number>('slab', 1000);
    takeMany(slabs, 16);
    const seen = new Set<Slot<number>>();
    for (let round = 0; round < 100; round++) {
      for (const slot of takeMany(slabs, 1)) {
        seen.add(slot);
        slabs.give(slot);
      }
    }
    expect(seen.size).toBeLessThanOrEqual(32);
    expect(capacityOf(slabs)).toBe(48);
  });

  it('keep the room that is in use, and no slot of a slab that was given back', () => {
    const slabs = new Slabs<number>('slab', 1000);
    const [first, ...others] = takeMany(slabs, 240);
    for (const slot of others) slabs.give(slot);
    expect(capacityOf(slabs)).toBeLessThan(240);
    expect([...slabs.slots()]).toContain(first);
    expect(slabs.used).toBe(1);
    // A stray slot of another table, or of a slab that has gone, is nobody's.
    slabs.give({ kind: 'slab', content: { state: 'EMPTY' } });
    expect(slabs.used).toBe(1);
  });

  const orders = [
    { order: 'first in first out', arrange: (slots: Slot<number>[]) => slots },
    { order: 'last in first out', arrange: (slots: Slot<number>[]) => slots.toReversed() },
  ];

  it.each(orders)('are given back when all keys have gone, $order', ({ arrange }) => {
    const slabs = new Slabs<number>('slab', 65_536);
    for (const slot of arrange(takeMany(slabs, 65_536))) slabs.give(slot);
    expect(slabs.used).toBe(0);
    // The first slab, and one more for a table that breathes at its border.
    expect(capacityOf(slabs)).toBeLessThanOrEqual(16 + 32);
  });
});
