// Handles reach one key and no other, whatever its id is used for afterwards; ids of a session and shared ones that
// are spelled alike stay apart.
import type { Key, Keystore } from 'keyslot';
import { describe, expect, it } from 'vitest';
import { bytes, failure, freshStore } from './open.ts';

const MAC = { algorithm: { name: 'HMAC', hash: 'SHA-256' }, usages: ['sign'] } as const;

async function nothingLeaks(keys: Keystore): Promise<void> {
  const { slots, readers, waiters } = await keys.stats();
  expect({ filling: slots.FILLING, readers, waiters }).toEqual({ filling: 0, readers: 0, waiters: 0 });
}

describe('G4 a stale handle', () => {
  it.each([
    { kept: 'in no slot', init: {} },
    { kept: 'in the cache', init: { cache: true } },
    { kept: 'in a pinned slot', init: { pinned: true } },
  ])('never reaches the key that has its id now ($kept)', async ({ init }) => {
    const keys = await freshStore({ host: { pinnedSize: 4 } });
    const make = (): Promise<Key> => keys.generateKey({ id: 'x', lifetime: 'persistent', ...MAC, ...init });
    const stale = await make();
    await stale.destroy();
    const current = await make();
    await current.sign(bytes('warm'));
    for (let i = 0; i < 6; i += 1) {
      expect(await failure(stale.sign(bytes('x')))).toMatchObject({ code: 'INVALID_HANDLE' });
    }
    expect(await failure(stale.destroy())).toMatchObject({ code: 'INVALID_HANDLE' });
    expect(await failure(stale.purge())).toMatchObject({ code: 'INVALID_HANDLE' });
    expect((await current.sign(bytes('x'))).length).toBe(32);
    await nothingLeaks(keys);
  });
});

describe('a session key and a shared key of one id', () => {
  it('are destroyed one after the other, also while a copy holds the turn', async () => {
    const keys = await freshStore();
    const shared = await keys.generateKey({ id: 'x', lifetime: 'persistent', ...MAC, cache: true });
    const own = await keys.generateKey({ id: 'x', lifetime: 'session', ...MAC, copyable: true });
    // Copies load with the annex: from here on calls begin in the order in which they are made.
    await keys.stats();
    const copying = keys.copyKey('x', { id: 'copy', lifetime: 'persistent' });
    const first = keys.destroyKey('x');
    const second = keys.destroyKey('x');
    await Promise.all([copying, first, second]);
    expect(await failure(own.sign(bytes('x')))).toMatchObject({ code: 'INVALID_HANDLE' });
    expect(await failure(shared.sign(bytes('x')))).toMatchObject({ code: 'INVALID_HANDLE' });
    expect(await failure(keys.openKey('x'))).toMatchObject({ code: 'DOES_NOT_EXIST' });
    await keys.generateKey({ id: 'x', lifetime: 'persistent', ...MAC });
    await nothingLeaks(keys);
  });
});

describe('bad input', () => {
  it('app data that unfolds to gigabytes is refused while it unfolds', async () => {
    const keys = await freshStore();
    let metadata: unknown[] = [];
    for (let i = 0; i < 27; i += 1) metadata = [metadata, metadata];
    const made = keys.generateKey({ id: 'x', lifetime: 'volatile', ...MAC, metadata });
    expect(await failure(made)).toMatchObject({ code: 'INVALID_ARGUMENT' });
    await nothingLeaks(keys);
  });

  it('more data than one noble operation may block the host with is refused', async () => {
    const keys = await freshStore();
    const key = await keys.generateKey({ lifetime: 'session', algorithm: 'Ed448', usages: ['sign'] });
    const large = new Uint8Array(4 * 1024 * 1024 + 1);
    expect(await failure(key.sign(large))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('a key of 64 KiB is stored, whoever computes with it', async () => {
    const keys = await freshStore();
    const secret = new Uint8Array(65_536).fill(7);
    const algorithms = [{ name: 'KMAC128' }, { name: 'HMAC', hash: 'SHA3-256' }] as const;
    for (const algorithm of algorithms) {
      const init = { lifetime: 'persistent', algorithm, usages: ['sign'], extractable: true } as const;
      const key = await keys.importKey('raw-secret', secret, { id: algorithm.name, ...init });
      expect(await key.exportKey('raw-secret')).toStrictEqual(secret);
      expect(await key.exportKey('jwk')).toMatchObject({ kty: 'oct' });
    }
  });

  it('an extractable key is copied as one that is not, if the copy may not be exported', async () => {
    const keys = await freshStore();
    const init = { lifetime: 'volatile', ...MAC, extractable: true, copyable: true } as const;
    await keys.generateKey({ id: 'open', ...init });
    await keys.copyKey('open', { id: 'locked', lifetime: 'persistent' });
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(`keyslot:${keys.name}`);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const record = await new Promise<{ material: { secret: CryptoKey } }>((resolve, reject) => {
      const request = database.transaction('keys').objectStore('keys').get('locked');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    database.close();
    expect(record.material.secret.extractable).toBe(false);
  });
});
