// A SharedWorker that keeps a database open, reads a key of it and signs, and sees to nothing else: the least that a host which
// keeps keys away from pages can cost (bench:lifecycle). Three messages: the database's name, the key's id, the data.
// @ts-check

/** @type {Map<string, Promise<IDBDatabase>>} */
const databases = new Map();

/** @type {SharedWorkerGlobalScope} */ (/** @type {unknown} */ (self)).onconnect = ({ ports: [port] }) => {
  if (!port) return;
  /** @type {IDBDatabase} */
  let database;
  /** @type {CryptoKey} */
  let key;
  /** @type {((data: any) => Promise<unknown>)[]} */
  const steps = [
    async (name) => {
      const opened = databases.get(name) ?? finished(indexedDB.open(name));
      databases.set(name, opened);
      database = await opened;
    },
    async (id) => {
      ({ key } = await finished(database.transaction('keys').objectStore('keys').get(id)));
    },
    (data) => crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, data),
  ];
  port.onmessage = async ({ data }) => port.postMessage(await steps.shift()?.(data));
};

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export {};
