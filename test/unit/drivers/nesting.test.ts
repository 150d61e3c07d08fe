import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllGlobals());

const nesting = () => import('../../../src/drivers/nesting.ts');

test.each([
  ['nobody has been asked yet', [], true],
  ['nothing stops a worker that makes workers', [false], true],
  ['a worker that makes workers may stop', [true], false],
  // Keys that are open wait in the lane that they have by the first answer.
  ['a later host of the same worker is told otherwise', [false, true], true],
  ['a later host of the same worker is not told', [true, false], false],
])('a host may have workers, where the engine has any: %s', async (_, told, may) => {
  vi.stubGlobal('Worker', class {});
  const { canNest, decideNesting } = await nesting();
  for (const alone of told) decideNesting(alone);
  expect(canNest()).toBe(may);
});

test('no host has workers where the engine has none', async () => {
  vi.stubGlobal('Worker', undefined);
  const { canNest, decideNesting } = await nesting();
  decideNesting(false);
  expect(canNest()).toBe(false);
});
