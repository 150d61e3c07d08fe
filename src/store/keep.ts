// Can this engine keep a CryptoKey, here, in this kind of worker? Measured by doing it, for each kind of key: WebKit's
// SharedWorker throws DataCloneError on put, and reads `null` for a key that a page has stored (PLATFORM.md); others have
// lost keys of single algorithms. Touches throw-away keys only.
import type { IDBPDatabase } from 'idb';
import { type ProbeDatabase, unusable } from './probe.ts';

/**
 * Writes keys and reads them back in a transaction that is then aborted, so that nothing is left behind.
 *
 * @returns what was read; nothing for keys that could not be written.
 * @throws KeystoreError `STORAGE_FAILURE` if the database cannot be written.
 */
export async function keep(
  { database }: ProbeDatabase,
  keys: ReadonlyMap<string, CryptoKey>,
): Promise<ReadonlyMap<string, unknown>> {
  try {
    return await tryOut(database, keys);
  } catch (error) {
    throw unusable(error);
  }
}

async function tryOut(
  database: IDBPDatabase,
  keys: ReadonlyMap<string, CryptoKey>,
): Promise<ReadonlyMap<string, unknown>> {
  const transaction = database.transaction('keys', 'readwrite');
  const aborted = transaction.done.catch(() => undefined);
  const read = new Map<string, unknown>();
  const attempt = async ([name, key]: [string, CryptoKey]): Promise<void> => {
    try {
      await transaction.store.put(key, name);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'DataCloneError') return;
      throw error;
    }
    read.set(name, await transaction.store.get(name));
  };
  try {
    await Promise.all([...keys].map(attempt));
    return read;
  } finally {
    // Where nothing could be written it may have ended by itself.
    if (read.size > 0) transaction.abort();
    await aborted;
  }
}
