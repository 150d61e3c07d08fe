// G11 closed: of everything that can be cloned into a message, only calls of the one allowed form pass. Each
// message is put together from parts whose worth is known, so that the verdict is known before it is asked.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, type Verdict } from '../../../src/rpc/gate.ts';
import { METHOD_NAMES } from './methods.ts';

/** Names by which property paths are known to lead astray. */
const ASTRAY = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'then',
  'apply',
  'bind',
  'Sign',
  'sign ',
];

interface Part {
  readonly good: boolean;
  readonly value: unknown;
}

const clone = <T>(value: T): T => structuredClone(value);

const junk = fc
  .anything({
    maxDepth: 3,
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  })
  .map(clone);

function part(good: fc.Arbitrary<unknown>, bad: fc.Arbitrary<unknown>): fc.Arbitrary<Part> {
  return fc.oneof(
    { weight: 6, arbitrary: good.map((value) => ({ good: true, value })) },
    { weight: 1, arbitrary: bad.map((value) => ({ good: false, value })) },
  );
}

/** Absent, or anything that `isGood` does not call good. */
const otherThan = (isGood: (value: unknown) => boolean, ...near: unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(fc.constantFrom(undefined, ...near), junk).filter((value) => !isGood(value));

const ids = part(
  fc.string({ minLength: 1, maxLength: 64, unit: 'binary' }).filter((id) => id.length <= 64),
  otherThan(
    (id) => typeof id === 'string' && id.length > 0 && id.length <= 64,
    '',
    'x'.repeat(65),
    'x'.repeat(100_000),
    1,
    Object('boxed'),
    ['id'],
  ),
);

const types = part(
  fc.constant('APPLY'),
  otherThan(
    (type) => type === 'APPLY',
    ...['GET', 'SET', 'CONSTRUCT', 'ENDPOINT', 'RELEASE', 'RAW', 'HANDLER', 'apply', 'APPLY '],
    Object('APPLY'),
    ['APPLY'],
  ),
);

const isMethodName = (name: unknown) => typeof name === 'string' && METHOD_NAMES.includes(name);

const paths = part(
  fc.constantFrom(...METHOD_NAMES.map((name) => [name])),
  otherThan(
    (path) => Array.isArray(path) && path.length === 1 && isMethodName(path[0]),
    [],
    'sign',
    ['sign', 'constructor'],
    ['sign', 'sign'],
    [['sign']],
    [Object('sign')],
    { 0: 'sign', length: 1 },
    new Array(1),
    ...ASTRAY.map((name) => [name]),
  ),
);

const isRaw = (argument: unknown) =>
  typeof argument === 'object' && argument !== null && 'type' in argument && argument.type === 'RAW';

const argumentLists = part(
  junk.map((value) => [{ type: 'RAW', value }]),
  otherThan(
    (list) => Array.isArray(list) && list.length === 1 && isRaw(list[0]),
    [],
    {},
    [{}],
    [{ type: 'HANDLER', name: 'proxy', value: null }],
    [{ type: 'HANDLER', name: 'throw', value: null }],
    [{ type: Object('RAW'), value: 1 }],
    [{ type: 'RAW', value: 1 }, { type: 'RAW' }],
    [[{ type: 'RAW', value: 1 }]],
    { 0: { type: 'RAW', value: 1 }, length: 1 },
    new Array(1),
  ),
);

const messages = fc.record({ id: ids, type: types, path: paths, argumentList: argumentLists });

/** Members that no call has. */
const extras = fc.oneof(
  fc.constant({}),
  fc.constant({ value: 1, origin: '*' }),
  fc.dictionary(fc.string(), junk),
);

const isReply = (type: unknown) => type === 'RAW' || type === 'HANDLER';

function passes(verdict: Verdict): boolean {
  if (!verdict.pass) expect(verdict.reason).toMatch(/^[a-zA-Z ]{10,60}$/);
  return verdict.pass;
}

describe('G11 closed: the gate', () => {
  it('passes calls of the allowed form, and nothing else', { timeout: 30_000 }, () => {
    const seen = { passed: 0, refused: 0, nameless: 0 };
    fc.assert(
      fc.property(messages, extras, ({ id, type, path, argumentList }, extra) => {
        const parts = { id, type, path, argumentList };
        const call = Object.fromEntries(Object.entries(parts).map(([name, { value }]) => [name, value]));
        const verdict = judge(clone({ ...extra, ...call }));
        const good = Object.values(parts).every((part) => part.good);
        expect(passes(verdict)).toBe(good);
        // comlink gets what was checked and nothing that came with it.
        if (verdict.pass) expect(verdict.message).toStrictEqual(clone(call));
        // A refusal is answered where there is an id to answer to, with that id; a reply is never answered.
        else expect(verdict.id).toBe(id.good && !isReply(type.value) ? id.value : undefined);
        if (good) seen.passed += 1;
        else if (id.good) seen.refused += 1;
        else seen.nameless += 1;
      }),
      { numRuns: 5000 },
    );
    expect(Math.min(seen.passed, seen.refused, seen.nameless)).toBeGreaterThan(200);
  });

  it('refuses whatever is no message at all, without an id', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(junk, (message) => {
        const verdict = judge(message);
        expect(passes(verdict)).toBe(false);
        if (Array.isArray(message) || typeof message !== 'object' || message === null) {
          expect('id' in verdict).toBe(false);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses a call in which one part is missing', () => {
    const call = { id: 'a', type: 'APPLY', path: ['stats'], argumentList: [{ type: 'RAW', value: {} }] };
    expect(judge(clone(call))).toStrictEqual({ pass: true, message: call });
    for (const name of Object.keys(call)) {
      const rest = Object.fromEntries(Object.entries(call).filter(([other]) => other !== name));
      expect(passes(judge(rest)), name).toBe(false);
    }
    expect(passes(judge([call]))).toBe(false);
  });

  it("hands on no member of its sender's making: a clone keeps those of arrays", () => {
    const path = Object.assign(['stats'], { map: 'not a function', slice: 1 });
    const argument = { type: 'RAW', value: 1, name: 'proxy', transfer: true };
    const argumentList = Object.assign([argument], { map: 'not a function' });
    const message = clone({ id: 'a', type: 'APPLY', path, argumentList });
    expect(Object.keys(message.path)).toContain('map');
    const verdict = judge(message);
    if (!verdict.pass) throw new Error('a call was refused');
    expect(Object.keys(verdict.message.path)).toStrictEqual(['0']);
    expect(Object.keys(verdict.message.argumentList)).toStrictEqual(['0']);
    expect(verdict.message.argumentList[0]).toStrictEqual({ type: 'RAW', value: 1 });
  });

  it.each([...METHOD_NAMES])('lets %s be called', (name) => {
    expect(judge({ id: 'a', type: 'APPLY', path: [name], argumentList: [{ type: 'RAW' }] }).pass).toBe(true);
  });
});
