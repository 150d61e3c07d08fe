// Stores that each version has written: their keys are listed, used and destroyed by this one.
import { type Keystore, KeystoreError, openKeystore } from 'keyslot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FrozenStore, freeze, putRecords, settled, thaw, writeStore } from '../../stores/frozen.ts';
import schema1 from '../../stores/schema-1.json';
import schema2 from '../../stores/schema-2.json';
import { failure } from '../keystore/open.ts';
import { repeat } from './repeat.ts';

/** In the order of their versions. */
const STORES: readonly FrozenStore[] = [schema1, schema2];
const NEWEST = STORES.length;

const nameOf = (): string => `test-${crypto.randomUUID()}`;

async function opened(name: string): Promise<Keystore> {
  const keys = await openKeystore({ name });
  onTestFinished(async () => void (await keys.close()));
  return keys;
}

async function listed(keys: Keystore): Promise<Record<string, boolean>> {
  const found: Record<string, boolean> = {};
  for await (const { id, attributes } of keys.listKeys({ pageSize: 4 })) found[id] = attributes !== null;
  return found;
}

/** What its database is and has, by means that change nothing; `records` without native keys. */
async function look(name: string, ids: readonly string[]) {
  const database = await settled(indexedDB.open(`keyslot:${name}`));
  const keys = database.transaction('keys').objectStore('keys');
  const records = await Promise.all(ids.map((id) => settled(keys.get(id))));
  const { version, objectStoreNames } = database;
  database.close();
  return { version, stores: [...objectStoreNames], records: records.map((it) => freeze(it, undefined)) };
}

it.each(STORES)('the fixture of schema $schema has the schema that it is said to have', (store) => {
  expect(STORES.indexOf(store) + 1).toBe(store.schema);
  expect(store.records.length).toBe(12);
});

describe.each(STORES)('a store of schema $schema', (store) => {
  it('has all its keys: listed, used, destroyed', async () => {
    const name = nameOf();
    await writeStore(name, store);
    const keys = await opened(name);
    const ids = store.deeds.map(({ id }) => id);
    expect(await listed(keys)).toEqual(Object.fromEntries(ids.map((id) => [id, true])));
    for (const { id, result } of store.deeds) await repeat(await keys.openKey(id), result);
    const { version, stores } = await look(name, []);
    expect({ version, stores }).toEqual({
      version: NEWEST,
      stores: STORES.at(-1)?.stores.map((newest) => newest.name),
    });
    for (const id of ids) await keys.destroyKey(id);
    expect(await listed(keys)).toEqual({});
  });

  it('keeps what it cannot read as it is, until it is destroyed by its id', async () => {
    const name = nameOf();
    const [whole] = store.records as { id: string; attributes: object; material: object }[];
    if (whole === undefined) throw new Error('the fixture is empty');
    const named = (id: string) => ({ ...whole, id, attributes: { ...whole.attributes, id } });
    const bad = {
      empty: { id: 'empty' },
      'no secret': { ...named('no secret'), material: { ...whole.material, secret: null } },
      'a member more': { ...named('a member more'), more: true },
      'a later version': { id: 'a later version', version: 2, sealed: { '#bytes': 'AAAA' } },
    };
    await writeStore(name, { ...store, records: [...store.records, ...Object.values(bad)] });
    const ids = Object.keys(bad);
    const keys = await opened(name);
    const found = await listed(keys);
    expect(ids.map((id) => found[id])).toEqual(ids.map(() => false));
    const codes = await Promise.all(ids.map(async (id) => (await failure(keys.openKey(id))).code));
    expect(codes).toEqual(['DATA_CORRUPT', 'DATA_CORRUPT', 'DATA_CORRUPT', 'DATA_INVALID']);
    const init = { lifetime: 'persistent', algorithm: { name: 'Ed25519' }, usages: ['sign'] } as const;
    for (const id of ids)
      expect((await failure(keys.generateKey({ ...init, id }))).code).toBe('ALREADY_EXISTS');
    expect((await look(name, ids)).records).toEqual(Object.values(bad));
    for (const id of ids) await keys.destroyKey(id);
    expect(Object.keys(await listed(keys)).sort()).toEqual(store.deeds.map(({ id }) => id).sort());
    for (const { id, result } of store.deeds) await repeat(await keys.openKey(id), result);
  });
});

it('a record without end stops no upgrade and no listing', async () => {
  const name = nameOf();
  const whole = (await thaw(schema1.records.find(({ id }) => id === 'AES-192'))) as { attributes: object };
  const loop: Record<string, unknown> = {};
  loop['loop'] = loop;
  // Of 60 shared lists, which would unfold to 2^60.
  let bomb: unknown = [];
  for (let level = 0; level < 60; level += 1) bomb = [bomb, bomb];
  const bad = Object.entries({ loop, bomb }).map(([id, metadata]) => {
    return { ...whole, id, attributes: { ...whole.attributes, id, metadata } };
  });
  await writeStore(name, schema1);
  await putRecords(name, [...bad, { id: 'loop itself', loop }]);
  const found = await listed(await opened(name));
  expect([found['bomb'], found['loop'], found['loop itself']]).toEqual([false, false, false]);
  expect(Object.values(found).filter(Boolean).length).toBe(schema1.records.length);
});

it('bytes that were damaged before there were checksums are found when the key is used', async () => {
  const name = nameOf();
  const noble = schema1.records.filter(({ material }) => material.driver === 'noble').map(({ id }) => id);
  const cut = schema1.records.map((record) => {
    if (!noble.includes(record.id)) return record;
    return { ...record, material: { ...record.material, secret: { '#bytes': 'AAAA' } } };
  });
  await writeStore(name, { ...schema1, records: cut });
  const keys = await opened(name);
  for (const { id, result } of schema1.deeds) {
    const key = await keys.openKey(id);
    if (noble.includes(id)) expect((await failure(repeat(key, result))).code, id).toBe('DATA_CORRUPT');
    else await repeat(key, result);
  }
});

it('a store of a newer schema is refused in words, and not touched', async () => {
  const name = nameOf();
  const kept = { id: 'kept', version: 2, sealed: { '#bytes': 'AAAA' } };
  const stores = [{ name: 'keys', keyPath: 'id', indexes: {} }];
  await writeStore(name, { schema: NEWEST + 1, stores, records: [kept], deeds: [] });
  const before = await look(name, ['kept']);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const error = await openKeystore({ name }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof KeystoreError)) throw new Error('the store was opened');
    expect(error.code).toBe('STORAGE_FAILURE');
    expect(error.message).toContain('written by a newer version of keyslot. Nothing was touched.');
  }
  expect(await look(name, ['kept'])).toEqual(before);
  expect(before).toEqual({ version: NEWEST + 1, stores: ['keys'], records: [kept] });
});
