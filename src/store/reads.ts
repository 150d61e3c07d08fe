// Single reads, each a transaction of its own, by the browser's own requests. idb wraps each transaction and request and
// remembers the wrappers in WeakMaps, whose tables grow with every key that is used and do not shrink when their entries die
// (Chromium 156; npm run bench:machine -- --only keys): what the host keeps in memory is to follow its cache.
import { type IDBPDatabase, unwrap } from 'idb';

export interface SingleReads {
  get(store: string, key: string): Promise<unknown>;
  getKey(store: string, key: string): Promise<IDBValidKey | undefined>;
}

export function readsOf<S>(database: IDBPDatabase<S>): SingleReads {
  const raw: IDBDatabase = unwrap(database);
  return {
    get: (store, key) => once(() => raw.transaction(store).objectStore(store).get(key)),
    getKey: (store, key) => once(() => raw.transaction(store).objectStore(store).getKey(key)),
  };
}

/** What it throws, where the connection is closed, is a rejection like any other failure. */
function once<T>(ask: () => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = ask();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
