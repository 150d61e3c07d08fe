import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Placed, Recency } from '../../../src/slots/recency.ts';

interface Member extends Placed<Member> {
  readonly name: number;
}

const steps = fc.array(fc.record({ add: fc.boolean(), index: fc.nat({ max: 6 }) }), { maxLength: 60 });

test('is an ordered set that starts with what was added the longest ago', () => {
  void fc.assert(
    fc.property(steps, (list) => {
      const members = Array.from({ length: 7 }, (_, name): Member => ({ name }));
      const recency = new Recency<Member>();
      let expected: Member[] = [];
      for (const { add, index } of list) {
        const member = members[index];
        if (member === undefined) continue;
        expected = expected.filter((other) => other !== member);
        if (add) {
          recency.add(member);
          expected.push(member);
        } else {
          recency.delete(member);
        }
        expect(recency.oldest?.name).toBe(expected[0]?.name);
      }
      // Emptied from the old end, it gives them all, in order.
      const order: number[] = [];
      for (let first = recency.oldest; first !== undefined; first = recency.oldest) {
        order.push(first.name);
        recency.delete(first);
      }
      expect(order).toEqual(expected.map(({ name }) => name));
    }),
    { numRuns: 500 },
  );
});
