// Writing into a store's database past keyslot, as a disk, another program or script of the origin may.
import { checksumOf } from '../../src/store/checksum-of.ts';
import type { Epoch } from '../../src/store/owner.ts';

type Item = Record<string, unknown>;

export function withChecksum<R extends object>(record: R): R & { readonly checksum: Uint8Array } {
  return { ...record, checksum: checksumOf(record) };
}

/** What can be wrong with a record, by the words of PSA's own format: magic, header, version, key. */
const DAMAGES = {
  version: (record) => ({ ...record, version: 2 ** 32 - 1 }),
  keyTooBig: (record) => withSecret(record, (secret) => new Uint8Array([...secret, ...secret])),
  badMagic: (record) => ({ ...record, generation: 'dSA KEY' }),
  truncatedMagic: ({ id }) => ({ id }),
  truncatedHeader: ({ attributes: _, ...record }) => record,
  truncatedKey: (record) => withSecret(record, (secret) => secret.slice(0, -1)),
} satisfies Record<string, (record: Item) => Item>;

export type Damage = keyof typeof DAMAGES;

/** Changes a record whose key is kept as bytes. */
export async function damageRecord(store: string, id: string, damage: Damage): Promise<void> {
  await change(store, (keys) => {
    const reading = keys.get(id);
    reading.onsuccess = () => keys.put(DAMAGES[damage](reading.result as Item));
  });
}

/** The epoch of a store: who owns it, by its own word. */
export async function readEpoch(store: string): Promise<Epoch> {
  const opening = indexedDB.open(`keyslot:${store}`);
  await new Promise((resolve, reject) => {
    opening.onsuccess = resolve;
    opening.onerror = reject;
  });
  const reading = opening.result.transaction('owner').objectStore('owner').get('epoch');
  await new Promise((resolve, reject) => {
    reading.onsuccess = resolve;
    reading.onerror = reject;
  });
  opening.result.close();
  return reading.result as Epoch;
}

export async function removeRecord(store: string, id: string): Promise<void> {
  await change(store, (keys) => keys.delete(id));
}

function withSecret(record: Item, edit: (secret: Uint8Array) => Uint8Array): Item {
  const material = record['material'] as Item;
  const secret = material['secret'];
  if (!(secret instanceof Uint8Array)) throw new Error('the key is not kept as bytes');
  const { checksum: _, ...said } = record;
  // Its checksum fits, so that the material itself has to be found wrong.
  return withChecksum({ ...said, material: { ...material, secret: edit(secret) } });
}

async function change(store: string, edit: (keys: IDBObjectStore) => void): Promise<void> {
  const opening = indexedDB.open(`keyslot:${store}`);
  await new Promise((resolve, reject) => {
    opening.onsuccess = resolve;
    opening.onerror = reject;
  });
  const database = opening.result;
  const transaction = database.transaction('keys', 'readwrite');
  edit(transaction.objectStore('keys'));
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = reject;
  });
  database.close();
}
