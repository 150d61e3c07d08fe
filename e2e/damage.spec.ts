// Records that something else wrote into the database, or damaged: each harms itself alone.
import type { Page } from '@playwright/test';
import type { Key } from 'keyslot';
import { title } from '../test/misuse/rows.ts';
import { expect, test } from './fixtures.ts';

/** Writes into the store's database from outside, past keyslot: `change` gets the record of `whole`. */
async function damage(tab: Page): Promise<string[]> {
  return tab.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open(`keyslot:${window.keys.name}`));
    const { checksum, ...whole } = await done(database.transaction('keys').objectStore('keys').get('whole'));
    const { material, attributes } = whole;
    const records: Record<string, object> = {
      'empty record': {},
      'no material': { ...whole, material: undefined },
      'null secret': { ...whole, material: { ...material, secret: null } },
      'secret of text': { ...whole, material: { ...material, secret: 'secret' } },
      'bytes for a native key': { ...whole, material: { ...material, secret: new Uint8Array(32) } },
      'noble driver for a CryptoKey': { ...whole, material: { ...material, driver: 'noble' } },
      'unknown driver': { ...whole, material: { ...material, driver: 'constructor' } },
      'other type': { ...whole, material: { ...material, type: 'secret' } },
      'newer version': { ...whole, version: 2 },
      'version of text': { ...whole, version: '1' },
      'generation of another form': { ...whole, generation: 'x' },
      'unknown algorithm': { ...whole, attributes: { ...attributes, algorithm: { name: 'ROT13' } } },
      'volatile in the store': { ...whole, attributes: { ...attributes, lifetime: 'volatile' } },
      'more usages': { ...whole, attributes: { ...attributes, usages: ['sign', 'encrypt'] } },
      'another’s attributes': { ...whole, attributes: { ...attributes, id: 'whole' } },
      'unknown member': { ...whole, more: true },
      'another time': { ...whole, created: whole.created + 1, checksum },
      'no checksum': { ...whole, checksum: undefined },
    };
    const store = database.transaction('keys', 'readwrite').objectStore('keys');
    for (const [id, record] of Object.entries(records)) {
      // Each names itself in its attributes and has a checksum that fits, unless that is what is wrong with it.
      const its = 'attributes' in record && id !== 'another’s attributes';
      const said = its
        ? { ...record, id, attributes: { ...(record.attributes as object), id } }
        : { ...record, id };
      store.put('checksum' in record ? said : window.kit.withChecksum(said));
    }
    await new Promise((complete) => {
      store.transaction.oncomplete = complete;
    });
    database.close();
    return Object.keys(records);
  });
}

const RECORD_WITH_A_BAD_CHECKSUM = title(
  'record with a bad checksum',
  'or damaged otherwise: listed without attributes, and can be destroyed',
);
test(RECORD_WITH_A_BAD_CHECKSUM, async ({ site }) => {
  const tab = await site.tab();
  await tab.evaluate(async () => {
    const init = { id: 'whole', lifetime: 'persistent', ...window.kit.P256 } as const;
    window.kept['whole'] = await window.keys.generateKey(init);
  });
  const damaged = await damage(tab);
  const seen = await tab.evaluate(async (damaged) => {
    const { P256, code, outcome } = window.kit;
    const { keys } = window;
    const listed: Record<string, boolean> = {};
    for await (const { id, attributes } of keys.listKeys({ pageSize: 3 })) listed[id] = attributes !== null;
    const results: Record<string, unknown[]> = {};
    for (const id of damaged) {
      const used = await outcome(
        (async () => {
          // Some damage shows only when the material is taken up.
          const key = await keys.openKey(id);
          await key.sign(new Uint8Array(8));
        })(),
      );
      const init = { id, lifetime: 'persistent', ...P256 } as const;
      results[id] = [
        used.code,
        await code(keys.generateKey(init)),
        await code(keys.generateKey({ ...init, lifetime: 'volatile' })),
        await code((window.kept['whole'] as Key).sign(new Uint8Array(8))),
        await code(keys.destroyKey(id)),
        await code(keys.openKey(id)),
      ];
    }
    const left: string[] = [];
    for await (const { id } of keys.listKeys()) left.push(id);
    const { readers, slots } = await keys.stats();
    return { listed, results, left, readers, slots };
  }, damaged);
  expect(Object.keys(seen.listed)).toHaveLength(damaged.length + 1);
  expect(seen.listed['whole']).toBe(true);
  expect(seen.listed['empty record']).toBe(false);
  const rest = ['ALREADY_EXISTS', 'ALREADY_EXISTS', 'ok', 'ok', 'DOES_NOT_EXIST'];
  const used = expect.stringMatching(/^DATA_(CORRUPT|INVALID)$/);
  expect(seen.results).toEqual(Object.fromEntries(damaged.map((id) => [id, [used, ...rest]])));
  expect(seen.results['newer version']?.[0]).toBe('DATA_INVALID');
  expect(seen.left).toEqual(['whole']);
  expect(seen.readers).toBe(0);
  expect(seen.slots).toMatchObject({ FULL: 0, FILLING: 0, PENDING_PURGE: 0, PENDING_DELETION: 0 });
});

const RECORD_WITH_A_FOREIGN_ID = title(
  'record with a foreign id',
  'copied to another id it is a key of its own, or none',
);
test(RECORD_WITH_A_FOREIGN_ID, async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { P256, code, utf8 } = window.kit;
    const { keys } = window;
    const init = { id: 'whole', lifetime: 'persistent', cache: true, ...P256 } as const;
    const whole = await keys.generateKey(init);
    const opening = indexedDB.open(`keyslot:${keys.name}`);
    await new Promise((success) => {
      opening.onsuccess = success;
    });
    const database = opening.result;
    const store = database.transaction('keys', 'readwrite').objectStore('keys');
    const reading = store.get('whole');
    reading.onsuccess = () => {
      const { result } = reading;
      const { checksum: _, ...said } = result;
      const attributes = { ...said.attributes, id: 'twin' };
      store.put(window.kit.withChecksum({ ...said, id: 'twin', attributes }));
    };
    await new Promise((complete) => {
      store.transaction.oncomplete = complete;
    });
    database.close();
    const data = utf8('data');
    // Both in the cache, one generation: each id must still find its own.
    const use = async (id: string) => (await keys.openKey(id)).sign(data);
    const codes = [await code(whole.sign(data)), await code(use('twin')), await code(use('twin'))];
    await keys.purgeKey('whole');
    codes.push(await code(use('twin')), await code(whole.sign(data)), await code(keys.destroyKey('twin')));
    codes.push(await code(whole.sign(data)), await code(use('whole')), await code(use('twin')));
    const { readers, slots } = await keys.stats();
    return { codes, readers, full: slots.FULL };
  });
  expect(seen.codes.filter((code) => !/^(ok|DATA_INVALID|DATA_CORRUPT|DOES_NOT_EXIST)$/.test(code))).toEqual(
    [],
  );
  expect(seen.codes.slice(5)).toEqual(['ok', 'ok', 'ok', 'DOES_NOT_EXIST']);
  expect(seen).toMatchObject({ readers: 0, full: 1 });
});

test('bytes that are cut short, or too many, are DATA_CORRUPT when the key is used', async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { AES192, ED448, HMAC, SECP256K1, code } = window.kit;
    const { keys } = window;
    const codes: Record<string, string[]> = {};
    for (const [id, kind] of Object.entries({ AES192, ED448, HMAC, SECP256K1 })) {
      const multipart = kind === HMAC;
      for (const damage of ['truncatedKey', 'keyTooBig'] as const) {
        const key = await keys.generateKey({ id, lifetime: 'persistent', multipart, ...kind });
        await window.kit.damageRecord(keys.name, id, damage);
        const use = kind === AES192 ? encrypt(key) : key.sign(new Uint8Array(8));
        codes[`${id} ${damage}`] = [await code(use), await code(keys.destroyKey(id))];
      }
    }
    return codes;

    function encrypt(key: Key): Promise<Uint8Array> {
      return key.encrypt(new Uint8Array(8), { iv: new Uint8Array(12) });
    }
  });
  expect(Object.keys(seen)).toHaveLength(8);
  for (const codes of Object.values(seen)) expect(codes).toEqual(['DATA_CORRUPT', 'ok']);
});
