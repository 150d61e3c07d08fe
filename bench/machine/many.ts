// Stores of few and of many keys: what opening one costs, and using a key that the cache holds.
import { deleteDB, openDB } from 'idb';
import { type Keystore, openKeystore } from 'keyslot';
import { checksumOf } from '../../src/store/checksum-of.ts';
import { load, type Sample } from '../measure.ts';

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' } as const;
const MESSAGE = new Uint8Array(32);
/** Records a transaction. */
const BATCH = 5000;
const FIRST = 'key 0';

const idOf = (number: number): string => `key ${number}`;

/**
 * Makes a store of `count` keys anew: one by keyslot, the others as copies of its record with ids and generations of
 * their own, since a hundred thousand durable creations would take minutes. To be called in a page of its own.
 */
export async function fill(store: string, count: number): Promise<void> {
  await deleteDB(`keyslot:${store}`);
  const keys = await openKeystore({ name: store });
  await keys.generateKey({
    id: FIRST,
    lifetime: 'persistent',
    algorithm: ALGORITHM,
    usages: ['sign'],
    cache: true,
  });
  await keys.close();
  const database = await openDB(`keyslot:${store}`);
  const { checksum: _, ...record } = await database.get('keys', FIRST);
  for (let from = 1; from < count; from += BATCH) {
    const transaction = database.transaction('keys', 'readwrite');
    for (let number = from; number < Math.min(count, from + BATCH); number += 1) {
      const id = idOf(number);
      const generation = crypto.randomUUID().replaceAll('-', '');
      const attributes = { ...record.attributes, id };
      const said = { ...record, id, generation, attributes };
      void transaction.store.put({ ...said, checksum: checksumOf(said) });
    }
    await transaction.done;
  }
  const stored = await database.count('keys');
  database.close();
  if (stored !== count) throw new Error(`the store has ${stored} keys instead of ${count}`);
}

const opened = new Map<string, Keystore>();

/** Milliseconds until a keystore is open, and until a first key of it has signed. Starts the host. */
export async function open(store: string, cacheSize = 256): Promise<{ open: number; first: number }> {
  const begun = performance.now();
  const keys = await openKeystore({ name: store, host: { cacheSize } });
  const ready = performance.now();
  const key = await keys.openKey(FIRST);
  await key.sign(MESSAGE);
  opened.set(store, keys);
  return { open: ready - begun, first: performance.now() - ready };
}

/** Signatures with one key that the cache holds, for `duration` ms. The store was opened in this page. */
export async function cached(
  store: string,
  inFlight: number,
  duration: number,
): Promise<Pick<Sample, 'rate'>> {
  const key = await keystore(store).openKey(FIRST);
  const { rate } = await load(() => key.sign(MESSAGE), inFlight, duration);
  return { rate };
}

/** Uses the first `count` keys of a store, once each. */
export async function useAll(store: string, count: number): Promise<void> {
  const keys = keystore(store);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const id = idOf(next);
      next += 1;
      const key = await keys.openKey(id);
      await key.sign(MESSAGE);
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
}

function keystore(store: string): Keystore {
  const keys = opened.get(store);
  if (keys === undefined) throw new Error(`the store ${store} is not open in this page`);
  return keys;
}
