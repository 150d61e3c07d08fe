// How long it is remembered what became of a request, on the browser's own IndexedDB. Only `Date` is set: the database
// keeps its own time.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Done } from '../../../src/store/store.ts';
import { ownedStore, recordOf } from './owned.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const START = Date.UTC(2030, 0, 1);

const done = (request: string): Done => ({ request, effect: null });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

it('G9 exactly once: an outcome is remembered for ten minutes, and forgotten by the next write after them', async () => {
  const { store } = await ownedStore();
  expect(await store.add(recordOf('first'), done('creation'))).toBe('added');

  vi.setSystemTime(START + 10 * MINUTE - SECOND);
  expect(await store.add(recordOf('second'), done('second'))).toBe('added');
  expect(await store.outcome('creation')).toEqual({ effect: null });

  // Nobody looks again for a minute, and then whoever writes.
  vi.setSystemTime(START + 11 * MINUTE - SECOND);
  expect(await store.outcome('creation')).toEqual({ effect: null });
  expect(await store.delete('second', undefined, 'destruction')).toBe('deleted');
  expect(await store.outcome('creation')).toBeUndefined();
  // What that write did, and what is not ten minutes old, stays.
  expect(await store.outcome('destruction')).toEqual({ effect: null });
  expect(await store.outcome('second')).toEqual({ effect: null });
  expect((await store.page(undefined, 10)).ids).toEqual(['first']);
});

it('G9 exactly once: an outcome that is ten minutes old goes with the next write, which succeeds', async () => {
  const { store } = await ownedStore();
  await store.add(recordOf('first'), done('creation'));
  vi.setSystemTime(START + 10 * MINUTE);
  expect(await store.add(recordOf('second'), done('second'))).toBe('added');
  expect(await store.outcome('creation')).toBeUndefined();
  expect(await store.outcome('second')).toEqual({ effect: null });
  expect((await store.page(undefined, 10)).ids).toEqual(['first', 'second']);
});

it('G9 exactly once: a hundred old outcomes go with one write, the rest with later ones', async () => {
  const { store } = await ownedStore();
  const requests = Array.from({ length: 150 }, (_, number) => `request ${number}`);
  for (const request of requests) await store.add(recordOf(request), done(request));
  const left = async () =>
    (await Promise.all(requests.map((request) => store.outcome(request)))).filter(
      (outcome) => outcome !== undefined,
    ).length;
  for (const [minutes, count] of [
    [10, 50],
    [11, 0],
  ] as const) {
    vi.setSystemTime(START + minutes * MINUTE);
    await store.add(recordOf(`after ${minutes}`), done(`after ${minutes}`));
    expect(await left()).toBe(count);
  }
});
