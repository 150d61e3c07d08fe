// `close()`: what completes, and what the report says of the rest.
import { openKeystore } from 'keyslot';
import { expect, test } from 'vitest';
import { bytes, failure, freshStore } from './open.ts';

const ED448 = { algorithm: 'Ed448', usages: ['sign'] } as const;
const HMAC = {
  algorithm: { name: 'HMAC', hash: 'SHA-256', length: 256 },
  usages: ['sign'],
  multipart: true,
} as const;
const NOTHING = { aborted: { calls: 0, operations: 0 } };

test('close: where everything is done there is nothing to report', async () => {
  const keys = await freshStore();
  const mac = await keys.generateKey({ lifetime: 'session', ...HMAC });
  const operation = await mac.startSign();
  await operation.update(bytes('part'));
  await operation.finish();
  await (await mac.startSign()).abort();
  expect(await keys.close()).toStrictEqual(NOTHING);
});

test.each(['shared', 'elected'] as const)(
  'close: the report counts what was aborted (%s)',
  async (topology) => {
    const keys = await freshStore({ topology });
    const key = await keys.generateKey({ lifetime: 'session', ...ED448 });
    const mac = await keys.generateKey({ lifetime: 'session', ...HMAC });
    const operations = [await mac.startSign(), await mac.startSign()];
    const signs = Array.from({ length: 40 }, () => key.sign(bytes('x')));
    const settled = Promise.allSettled(signs);
    const closing = keys.close();
    const report = await closing;
    const rejected = (await settled).filter(({ status }) => status === 'rejected').length;
    expect(rejected).toBeGreaterThan(0);
    expect(report).toStrictEqual({ aborted: { calls: rejected, operations: 2 } });
    expect(await keys.close()).toBe(report);
    expect(await keys[Symbol.asyncDispose]()).toBeUndefined();
    for (const operation of operations) expect((await failure(operation.finish())).code).toBe('BAD_STATE');
  },
);

test('close: a call that computes completes, and whoever made it learns so', async () => {
  const keys = await freshStore();
  const key = await keys.importKey('raw-secret', bytes('password'), {
    lifetime: 'session',
    algorithm: 'PBKDF2',
    usages: ['deriveBits'],
  });
  const options = { hash: 'SHA-256', salt: bytes('salt'), iterations: 100_000 } as const;
  await key.deriveBits(256, { ...options, iterations: 1 });
  // It computes for longer than a message takes.
  const derived = key.deriveBits(256, options);
  expect(await keys.close()).toStrictEqual(NOTHING);
  expect(await derived).toHaveLength(32);
});

test('close: of two keystores of one name, the first aborts nothing', async () => {
  const keys = await freshStore();
  const other = await openKeystore({ name: keys.name });
  const mac = await other.generateKey({ lifetime: 'session', ...HMAC });
  const operation = await mac.startSign();
  expect(await keys.close()).toStrictEqual(NOTHING);
  expect(await operation.finish()).toHaveLength(32);
  await mac.startSign();
  expect(await other.close()).toStrictEqual({ aborted: { calls: 0, operations: 1 } });
});

test.each([false, true])(
  'close: who waits for events has seen the last (another keystore stays: %s)',
  async (stays) => {
    const keys = await freshStore();
    const other = stays ? await openKeystore({ name: keys.name }) : undefined;
    const events = keys.events();
    // Asked for before anything happens.
    const first = events.next();
    const key = await keys.generateKey({ lifetime: 'session', ...ED448 });
    expect((await first).done).toBe(false);
    const rest = (async () => {
      for await (const _ of events);
      return 'ended';
    })();
    await key.destroy();
    await keys.close();
    expect(await rest).toBe('ended');
    await other?.close();
  },
);
