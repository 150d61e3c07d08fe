// Multi-part operations: one step at a time, bounded by pruning, ended by the destruction of their key.
import { describe, expect, it } from 'vitest';
import { bytes, failure, freshStore } from './open.ts';

const HMAC = { lifetime: 'volatile', algorithm: { name: 'HMAC', hash: 'SHA-256' }, multipart: true } as const;
const USAGES = ['sign', 'verify'] as const;

describe('multi-part HMAC', () => {
  it('gives the tag of the whole, native and noble alike', async () => {
    const keys = await freshStore();
    const raw = crypto.getRandomValues(new Uint8Array(64));
    const key = await keys.importKey('raw', raw, { id: 'mac', ...HMAC, usages: USAGES });
    const native = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ]);
    const expected = new Uint8Array(await crypto.subtle.sign('HMAC', native, bytes('one two three')));
    const signing = await key.startSign();
    for (const part of ['one ', 'two ', 'three']) await signing.update(bytes(part));
    expect(await signing.finish()).toEqual(expected);
    expect(await key.sign(bytes('one two three'))).toEqual(expected);
    const verifying = await key.startVerify();
    await verifying.update(bytes('one two three'));
    expect(await verifying.finish(expected)).toBe(true);
    const wrong = await key.startVerify();
    await wrong.update(bytes('one two four'));
    expect(await wrong.finish(expected)).toBe(false);
    expect((await keys.stats()).operations).toBe(0);
    expect((await keys.stats()).readers).toBe(0);
  });

  it('answers steps out of order with BAD_STATE, and a second step while one runs harms nothing', async () => {
    const keys = await freshStore();
    const key = await keys.generateKey({ id: 'mac', ...HMAC, usages: USAGES });
    const slow = await keys.generateKey({ lifetime: 'session', algorithm: 'Ed448', usages: ['sign'] });
    const operation = await key.startSign();
    // The step waits for its lane behind these, while the second one arrives.
    const queue = Array.from({ length: 8 }, () => slow.sign(bytes('x')));
    const first = operation.update(bytes('a'));
    expect(await failure(operation.update(bytes('b')))).toEqual({ code: 'BAD_STATE', cause: 'BUSY' });
    await Promise.all([first, ...queue]);
    expect(await operation.finish()).toEqual(await key.sign(bytes('a')));
    expect(await failure(operation.update(bytes('c')))).toEqual({ code: 'BAD_STATE', cause: 'FINISHED' });
    await operation.abort();
    const aborted = await key.startSign();
    await aborted.abort();
    expect(await failure(aborted.finish())).toEqual({ code: 'BAD_STATE', cause: 'ABORTED' });
  });

  it('G4: a destruction ends the operations of its key and waits for none', async () => {
    const keys = await freshStore();
    const key = await keys.generateKey({ id: 'mac', ...HMAC, lifetime: 'persistent', usages: USAGES });
    const operation = await key.startSign();
    expect((await keys.stats()).readers).toBe(1);
    await keys.destroyKey('mac');
    expect((await keys.stats()).readers).toBe(0);
    expect(await failure(operation.update(bytes('x')))).toEqual({ code: 'BAD_STATE', cause: 'DESTROYED' });
    expect(await failure(key.startSign())).toMatchObject({ code: 'INVALID_HANDLE' });
  });

  it('prunes the eldest of the session with most operations at the bound', async () => {
    const keys = await freshStore({ host: { operations: 3 } });
    const key = await keys.generateKey({ id: 'mac', ...HMAC, usages: USAGES });
    const operations = [await key.startSign(), await key.startSign(), await key.startSign()];
    operations.push(await key.startSign());
    expect((await keys.stats()).operations).toBe(3);
    const [eldest, ...others] = operations;
    if (eldest === undefined) throw new Error('no operation');
    expect(await failure(eldest.update(bytes('x')))).toEqual({ code: 'BAD_STATE', cause: 'PRUNED' });
    for (const operation of others) expect((await operation.finish()).length).toBe(32);
  });

  it('does not shrink the cache: one cache slot, kept by an operation, still serves other keys', async () => {
    const keys = await freshStore({ host: { cacheSize: 1 } });
    const mac = await keys.generateKey({ id: 'mac', ...HMAC, lifetime: 'persistent', usages: USAGES });
    const operation = await mac.startSign();
    const other = await keys.generateKey({
      id: 'other',
      lifetime: 'persistent',
      algorithm: { name: 'HMAC', hash: 'SHA-256' },
      usages: ['sign'],
    });
    expect((await other.sign(bytes('x'))).length).toBe(32);
    await operation.update(bytes('x'));
    expect(await operation.finish()).toEqual(await mac.sign(bytes('x')));
  });

  it('outlives the deadline of a purge, which says that the copy goes with it', async () => {
    const keys = await freshStore();
    const key = await keys.generateKey({
      id: 'mac',
      ...HMAC,
      lifetime: 'persistent',
      cache: true,
      usages: USAGES,
    });
    const operation = await key.startSign();
    const late: unknown = await keys.purgeKey('mac', { timeout: 20 }).catch((error: unknown) => error);
    expect(late).toMatchObject({ code: 'INSUFFICIENT_MEMORY', cause: 'DEADLINE' });
    expect(String(late)).toContain('goes with the last of them');
    expect((await keys.stats()).slots.PENDING_PURGE).toBe(1);
    await operation.finish();
    expect((await keys.stats()).slots.PENDING_PURGE).toBe(0);
    expect((await key.sign(bytes('x'))).length).toBe(32);
  });

  it('is refused for keys that were not made for it, and for algorithms that cannot', async () => {
    const keys = await freshStore();
    const init = { lifetime: 'volatile', usages: ['sign'] } as const;
    const plain = await keys.generateKey({
      id: 'plain',
      ...init,
      algorithm: { name: 'HMAC', hash: 'SHA-256' },
    });
    expect(await failure(plain.startSign())).toMatchObject({ code: 'NOT_PERMITTED' });
    const ec = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
    const impossible = keys.generateKey({ id: 'ec', ...init, algorithm: ec, multipart: true });
    expect(await failure(impossible)).toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});
