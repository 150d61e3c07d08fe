// Bad input to what takes several calls: operations in steps, and events. A step that is refused harms nothing.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCalls } from './check.ts';
import { newStore, stateOf } from './store.ts';
import { almost, OWN, only, thing, withMember } from './values.ts';

const keys = await newStore();
const mac = await keys.generateKey({
  id: 'mac',
  lifetime: 'volatile',
  algorithm: { name: 'HMAC', hash: 'SHA-256' },
  usages: ['sign', 'verify'],
  multipart: true,
});
const before = await stateOf(keys);

const options = fc.oneof(thing, almost({ signal: undefined, timeout: 100 }));
const noBytes = thing.filter(({ make }) => !isBytes(make()));

function isBytes(value: unknown): boolean {
  try {
    return value === undefined || ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
  } catch {
    return false;
  }
}

test('bad input: startSign and startVerify', async () => {
  await checkCalls([options], (a) => mac.startSign(a).then((started) => started.abort()));
  await checkCalls([options], (a) => mac.startVerify(a).then((started) => started.abort()));
  expect(await stateOf(keys)).toEqual(before);
});

test('bad input: update, finish and abort of an operation, which goes on', async () => {
  const signing = await mac.startSign();
  const running = await stateOf(keys);
  await checkCalls([noBytes, options], (a, b) => signing.update(a, b));
  await checkCalls([noBytes, options], (a, b) => signing.finish(a, b));
  const bad = fc.oneof(...[null, 7, 'junk', { timeout: -1 }, { timeout: 'x' }, { signal: {} }].map(only));
  await checkCalls([bad], (a) => signing.abort(a), 30);
  expect(await stateOf(keys)).toEqual(running);
  const data = new Uint8Array(8);
  await signing.update(data);
  expect(await signing.finish()).toEqual(await mac.sign(data));
  expect(await stateOf(keys)).toEqual(before);
});

test('bad input: events', async () => {
  // With options that are good it would wait for something to happen.
  const bad = fc.oneof(
    ...[null, 7, 'junk', true, 1n, Symbol('junk')].map(only),
    withMember({ signal: AbortSignal.abort(OWN) }, 'timeout', thing),
    withMember(
      { timeout: 5 },
      'signal',
      thing.filter(({ make }) => make() !== undefined),
    ),
  );
  await checkCalls([bad], (a) => keys.events(a).next());
  expect(await stateOf(keys)).toEqual(before);
});
