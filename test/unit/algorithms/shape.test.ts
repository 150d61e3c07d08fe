// What the host receives and reads from the disk passes the tables only in the one form that they say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, integer, optional } from '../../../src/algorithms/params.ts';
import {
  anything,
  choice,
  flag,
  listOf,
  oneOf,
  orNull,
  quantity,
  readable,
  table,
  text,
} from '../../../src/algorithms/shape.ts';
import { KeystoreError } from '../../../src/errors.ts';

const shape = table({
  count: integer(0, 9),
  name: optional(text(1, 8)),
  inner: optional(table({ on: flag, data: orNull(bytes()) })),
  kinds: optional(listOf(oneOf(['a', 'b']), 3)),
  wait: optional(quantity(0, 1.5, 'ms')),
  rest: anything,
});

const refusal = (input: unknown): string => {
  try {
    shape(input, 'it');
  } catch (error) {
    if (error instanceof KeystoreError && error.code === 'INVALID_ARGUMENT') return error.message;
    throw error;
  }
  return 'passed';
};

describe('G11 closed: a table of members', () => {
  it('reads what is there, in an object of its own, and nothing that is absent', () => {
    const inner = { on: true, data: null };
    const input = Object.assign(Object.create(null), { count: 3, inner, name: undefined, rest: 'x' });
    const read = shape(input, 'it');
    expect(read).toStrictEqual({ count: 3, inner, rest: 'x' });
    expect(read.inner).not.toBe(inner);
    expect('name' in read).toBe(false);
  });

  it('refuses, and says which member, what it must be and never what it was', () => {
    const secret = 'secret-secret';
    const wrong = { on: secret, data: null };
    for (const [input, says] of [
      [secret, 'it must be an object'],
      [null, 'it must be an object'],
      [[], 'it must be an object'],
      [new Uint8Array(), 'it must be an object'],
      [{}, 'count of it must be a whole number from 0 to 9'],
      [{ count: -1 }, 'count of it must be'],
      [{ count: 0.5 }, 'count of it must be'],
      [{ count: 1, name: secret }, 'name of it must be a string of 1 to 8 characters'],
      [{ count: 1, name: '' }, 'name of it must be'],
      [{ count: 1, inner: wrong }, 'on of inner of it must be true or false'],
      [{ count: 1, inner: { on: true } }, 'data of inner of it must be a Uint8Array'],
      [{ count: 1, inner: null }, 'inner of it must be an object'],
      [{ count: 1, kinds: ['a', secret] }, 'a member of kinds of it must be one of a, b'],
      [{ count: 1, kinds: ['a', 'b', 'a', 'b'] }, 'kinds of it must be a list of at most 3'],
      [{ count: 1, kinds: { length: 0 } }, 'kinds of it must be a list'],
      [{ count: 1, wait: Number.NaN }, 'wait of it must be a number of ms from 0 to 1.5'],
      [{ count: 1, wait: 1.6 }, 'wait of it must be'],
      [{ count: 1, more: secret }, 'it has an unknown member "more"'],
      [{ count: 1, more: undefined }, 'it has an unknown member "more"'],
      [{ count: 1, constructor: 1 }, 'it has an unknown member "constructor"'],
      [JSON.parse('{"count":1,"__proto__":1}'), 'it has an unknown member "__proto__"'],
      [{ count: 1, [`${secret} ${secret}`]: 1 }, 'it has an unknown member with an unprintable name'],
    ] as const) {
      expect(refusal(input)).toContain(says);
      expect(refusal(input)).not.toContain(secret);
    }
  });

  it('reads every member once: what is checked is what is used', () => {
    let reads = 0;
    const input = {
      get count() {
        reads += 1;
        return reads;
      },
    };
    expect(shape(input, 'it')).toStrictEqual({ count: 1 });
    expect(reads).toBe(1);
  });

  it('passes nothing of any value but the members that it has, as they were', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.nat({ max: 12 }),
      fc.constantFrom<unknown>('a', ['a', 'b'], 1.5, undefined, { on: true, data: new Uint8Array(2) }),
    );
    const name = fc.constantFrom('count', 'name', 'inner', 'kinds', 'wait', 'rest', 'more');
    // Almost right is where a check could be too kind.
    const record = fc
      .array(fc.tuple(name, value), { maxLength: 3 })
      .map((members) => ({ count: 1, ...Object.fromEntries(members) }));
    let passed = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: record }, fc.anything()), (input) => {
        if (refusal(input) !== 'passed') return;
        passed += 1;
        expect(shape(input, 'it')).toEqual(input);
        expect(shape(input, 'it').count).toBeLessThan(10);
      }),
      { numRuns: 20_000 },
    );
    expect(passed).toBeGreaterThan(100);
  });

  it('leaves out what else there is only where it is told to', () => {
    const loose = table({ count: integer(0, 9) }, 'left out');
    expect(loose({ count: 1, more: 2 }, 'it')).toStrictEqual({ count: 1 });
    expect(readable(loose, { more: 2 })).toBeUndefined();
    expect(readable(shape, { count: 1, more: 2 })).toBeUndefined();
  });
});

describe('G11 closed: a choice of tables', () => {
  const either = choice({ a: table({ a: flag }), b: table({ b: flag, c: optional(flag) }) });

  it('is told by the member that only one of them has', () => {
    expect(either({ a: true }, 'it')).toStrictEqual({ a: true });
    expect(either({ b: true, c: false }, 'it')).toStrictEqual({ b: true, c: false });
  });

  it('is nothing without it, and not two at once', () => {
    for (const input of [
      {},
      { c: true },
      { a: true, b: true },
      { a: true, c: true },
      undefined,
      'a',
      ['a'],
    ]) {
      expect(readable(either, input)).toBeUndefined();
    }
  });
});
