// The linearizability checker itself, on foreign histories whose verdicts are known. Its word on keyslot counts only
// while it agrees with all of them.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isLinearizable, violation } from '../../../e2e/linearizability/checker.ts';
import { register, strings } from './models.ts';
import { parseJepsen, parseStrings } from './parse.ts';

const folder = new URL('../../../../shared/vectors/histories/', import.meta.url);
const isThere = existsSync(folder);

interface Verdicts {
  readonly jepsen: Readonly<Record<string, boolean>>;
  readonly kv: Readonly<Record<string, boolean>>;
}

const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const verdicts: Verdicts = isThere ? JSON.parse(read('verdicts.json')) : { jepsen: {}, kv: {} };

describe.skipIf(!isThere)('foreign histories (skipped where ../shared/vectors/histories is absent)', () => {
  it.each(Object.entries(verdicts.jepsen))('jepsen/%s is linearizable: %s', (file, expected) => {
    const history = parseJepsen(read(`jepsen/${file}`));
    expect(history.length).toBeGreaterThan(0);
    expect(violation(register, history) === undefined).toBe(expected);
  });

  it.each(Object.entries(verdicts.kv))('kv/%s is linearizable: %s', (file, expected) => {
    const history = parseStrings(read(`kv/${file}`));
    expect(history.length).toBeGreaterThan(0);
    expect(violation(strings, history) === undefined).toBe(expected);
  });
});

describe('small histories', () => {
  const write = (value: string, called: number, returned: number) =>
    ({ input: { kind: 'write', value }, output: {}, called, returned }) as const;
  const see = (value: string, called: number, returned: number) =>
    ({ input: { kind: 'read' }, output: { value }, called, returned }) as const;

  it('a read may see a write that overlaps it, or not', () => {
    expect(isLinearizable(register, [write('1', 0, 3), see('1', 1, 2)])).toBe(true);
    expect(isLinearizable(register, [write('1', 0, 3), see('nil', 1, 2)])).toBe(true);
  });

  it('a read may not miss a write that ended before it', () => {
    expect(isLinearizable(register, [write('1', 0, 1), see('nil', 2, 3)])).toBe(false);
  });

  it('two reads may not see the value go back', () => {
    expect(isLinearizable(register, [write('1', 0, 9), see('1', 1, 2), see('nil', 3, 4)])).toBe(false);
  });

  it('an operation without an end may take effect late, or never', () => {
    const pending = { ...write('1', 0, Infinity), output: undefined };
    expect(isLinearizable(register, [pending, see('nil', 1, 2), see('1', 3, 4)])).toBe(true);
    expect(isLinearizable(register, [pending, see('nil', 1, 2), see('nil', 3, 4)])).toBe(true);
    expect(isLinearizable(register, [pending, see('1', 1, 2), see('nil', 3, 4)])).toBe(false);
  });
});
