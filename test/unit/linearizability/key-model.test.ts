// What the model of an id makes of calls whose outcome nobody was told, judged by the checker.
import { describe, expect, it } from 'vitest';
import { isLinearizable, type Operation, violation } from '../../../e2e/linearizability/checker.ts';
import { halves, type KeyState, keyModel } from '../../../e2e/linearizability/key-model.ts';
import type { KeyInput } from '../../../e2e/site/history.ts';

const K = '0123456789abcdef';
const L = 'fedcba9876543210';

type Told = readonly [input: KeyInput, output: string | undefined];

const id = 'a';
const generate = (output?: string): Told => [{ kind: 'generate', id, lifetime: 'persistent' }, output];
const ensure = (output?: string, lifetime: 'volatile' | 'persistent' = 'persistent'): Told => [
  { kind: 'ensure', id, lifetime },
  output,
];
const open = (output?: string): Told => [{ kind: 'open', id }, output];
const destroy = (output?: string): Told => [{ kind: 'destroy', id }, output];
const purge = (output?: string): Told => [{ kind: 'purge', id }, output];
const sign = (key: string, output?: string): Told => [{ kind: 'sign', id, key }, output];
const destroyHandle = (key: string, output?: string): Told => [{ kind: 'destroyHandle', id, key }, output];

/** The calls one after the other; one of unknown outcome never ends. */
function judged(...calls: readonly Told[]): boolean {
  return isLinearizable(
    keyModel,
    calls.map(
      ([input, output], index): Operation<KeyInput, string> => ({
        input,
        output,
        called: 2 * index,
        returned: output === undefined ? Infinity : 2 * index + 1,
      }),
    ),
  );
}

describe.each([
  ['generate', generate],
  ['ensure', ensure],
])('%s of unknown outcome', (_, creation) => {
  it('may have made a key, under whatever name', () => {
    expect(judged(creation(), open(K), open(K), sign(K, 'ok'))).toBe(true);
    expect(judged(creation(), ensure(K), open(K))).toBe(true);
    expect(judged(creation(), generate('ALREADY_EXISTS'), open(K))).toBe(true);
    expect(judged(creation(), ensure('ALREADY_EXISTS', 'volatile'), open(K))).toBe(true);
    expect(judged(creation(), purge('ok'), destroy('ok'), open('DOES_NOT_EXIST'))).toBe(true);
  });

  it('may take effect late, or never', () => {
    expect(judged(creation(), open('DOES_NOT_EXIST'), open(K))).toBe(true);
    expect(judged(creation(), open('DOES_NOT_EXIST'), generate(L), open(L))).toBe(true);
    expect(judged(creation(), generate(L), destroy('ok'), open('DOES_NOT_EXIST'), open(K))).toBe(true);
    expect(judged(creation(), generate(L), open(K))).toBe(false);
  });

  it('makes one key: it has one name, and is there until it is destroyed', () => {
    expect(judged(creation(), open(K), open(L))).toBe(false);
    expect(judged(creation(), open(K), ensure(L))).toBe(false);
    expect(judged(creation(), open(K), generate(L))).toBe(false);
    expect(judged(creation(), open(K), open('DOES_NOT_EXIST'))).toBe(false);
    expect(judged(creation(), generate('ALREADY_EXISTS'), generate(L))).toBe(false);
    expect(judged(creation(), open(K), destroy('ok'), open(L))).toBe(false);
  });

  it('makes one each', () => {
    expect(judged(creation(), creation(), open(K), destroy('ok'), open(L))).toBe(true);
    expect(judged(creation(), creation(), open(K), open(L))).toBe(false);
    expect(judged(creation(), destroy(), creation(), open(K), open(L))).toBe(true);
    expect(judged(creation(), destroy(), creation(), open(K), open(L), open(K))).toBe(false);
  });

  it('brings no destroyed key back, and is reached by no handle of one', () => {
    expect(judged(generate(K), destroy('ok'), creation(), open(K))).toBe(false);
    expect(judged(generate(K), destroy('ok'), creation(), ensure(K))).toBe(false);
    expect(judged(generate(K), destroy('ok'), creation(), sign(K, 'ok'))).toBe(false);
    expect(judged(generate(K), destroy('ok'), creation(), destroyHandle(K, 'ok'))).toBe(false);
    expect(judged(generate(K), destroy('ok'), creation(), sign(K, 'INVALID_HANDLE'), open(L))).toBe(true);
  });

  it('is the only way to a key that no answer made', () => {
    expect(judged(open(K))).toBe(false);
    expect(judged(open('DOES_NOT_EXIST'), open(K), creation())).toBe(false);
  });
});

describe('other calls of unknown outcome', () => {
  it('a destruction may take effect late, or never', () => {
    expect(judged(generate(K), destroy(), open('DOES_NOT_EXIST'))).toBe(true);
    expect(judged(generate(K), destroy(), open(K), open('DOES_NOT_EXIST'))).toBe(true);
    expect(judged(generate(K), destroy(), open(K), open(K))).toBe(true);
    expect(judged(generate(K), destroy(), open('DOES_NOT_EXIST'), open(K))).toBe(false);
    expect(judged(generate(), open(K), destroy(), generate(L))).toBe(true);
  });

  it('a destruction by handle reaches that key alone', () => {
    expect(judged(generate(K), destroyHandle(K), open('DOES_NOT_EXIST'))).toBe(true);
    expect(judged(generate(K), destroy('ok'), generate(L), destroyHandle(K), open('DOES_NOT_EXIST'))).toBe(
      false,
    );
  });

  it('others change nothing', () => {
    expect(judged(generate(K), open(), purge(), sign(K), open(K))).toBe(true);
    expect(judged(open(), purge(), open(K))).toBe(false);
  });
});

it('answers that are known: the name of a key is its own', () => {
  expect(judged(generate(K), open(K), destroy('ok'), generate(L), open(L))).toBe(true);
  expect(judged(generate(K), destroy('ok'), generate(K))).toBe(false);
  expect(judged(generate(K), destroy('ok'), ensure(K))).toBe(false);
});

it('what was told is the same wherever two orders of the same calls meet', () => {
  const orders = [
    [generate(), open(K), destroy('ok'), generate(L), destroy('ok')],
    [generate(L), destroy('ok'), generate(), open(K), destroy('ok')],
  ];
  const ends = orders.map((calls) =>
    calls.reduce<KeyState>((state, [input, output]) => {
      const next = keyModel.step(state, input, output);
      if (next === undefined) throw new Error(`${input.kind} cannot answer ${output}`);
      return next;
    }, keyModel.initial),
  );
  expect(new Set(ends.map(keyModel.fingerprint)).size).toBe(1);
  expect(ends.map(({ told }) => [...told].sort())).toEqual([
    [K, L],
    [K, L],
  ]);
});

describe('a copy', () => {
  const on = (from: string, to: string, output?: string): Told => [
    { kind: 'copy', id: to, from, lifetime: 'persistent' },
    output,
  ];
  const at = (its: string, [input, output]: Told): Told => [{ ...input, id: its }, output];

  /** As {@link judged}, of several ids. */
  const agrees = (...calls: readonly Told[]): boolean =>
    violation(
      keyModel,
      calls.flatMap(([input, output], index) =>
        halves({
          input,
          output,
          called: 2 * index,
          returned: output === undefined ? Infinity : 2 * index + 1,
        }),
      ),
    ) === undefined;

  it('makes a key where there was none, of one that is there', () => {
    expect(agrees(generate(K), on('a', 'b', L), at('b', open(L)), at('b', sign(L, 'ok')), open(K))).toBe(
      true,
    );
    expect(agrees(generate(K), on('a', 'b', L), destroy('ok'), at('b', open(L)))).toBe(true);
    expect(agrees(generate(K), at('b', generate(L)), on('a', 'b', 'ALREADY_EXISTS'))).toBe(true);
    expect(agrees(on('a', 'b', 'DOES_NOT_EXIST'), at('b', open('DOES_NOT_EXIST')))).toBe(true);
    expect(agrees(at('b', generate(L)), on('a', 'b', 'DOES_NOT_EXIST'))).toBe(true);
  });

  it('is refused where its source was not there', () => {
    expect(agrees(on('a', 'b', L))).toBe(false);
    expect(agrees(generate(K), destroy('ok'), on('a', 'b', L))).toBe(false);
    expect(agrees(at('b', generate(L)), on('a', 'b', 'ALREADY_EXISTS'))).toBe(false);
  });

  it('is refused where its source was there and it was told otherwise', () => {
    expect(agrees(generate(K), on('a', 'b', 'DOES_NOT_EXIST'))).toBe(false);
  });

  it('is refused where its target was taken, or free and it was told otherwise', () => {
    expect(agrees(generate(K), at('b', generate(L)), on('a', 'b', '00000000000000ff'))).toBe(false);
    expect(agrees(generate(K), on('a', 'b', 'ALREADY_EXISTS'))).toBe(false);
  });

  it('is refused where its key is not there afterwards, or is back', () => {
    expect(agrees(generate(K), on('a', 'b', L), at('b', open('DOES_NOT_EXIST')))).toBe(false);
    expect(agrees(generate(K), on('a', 'b', L), at('b', destroy('ok')), at('b', open(L)))).toBe(false);
  });

  it('of unknown outcome may have made one, and says nothing of its source', () => {
    expect(agrees(on('a', 'b'), at('b', open(L)))).toBe(true);
    expect(agrees(generate(K), on('a', 'b'), at('b', open('DOES_NOT_EXIST')))).toBe(true);
    expect(agrees(on('a', 'b'), at('b', open(L)), at('b', open(K)))).toBe(false);
  });
});
