// @ts-check
// A SharedWorker without keyslot that tries out what keyslot builds on, and says what happened. The page has stored
// a CryptoKey before, and sends another.

const DATABASE = 'facts';

const scope = /** @type {EventTarget} */ (/** @type {unknown} */ (globalThis));

scope.addEventListener('connect', (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  if (!port) return;
  const received = new Promise((resolve) => {
    port.onmessage = ({ data }) => resolve(kindOf(data));
    port.addEventListener('messageerror', () => resolve('messageerror'));
  });
  void facts(received).then((found) => port.postMessage(found));
});

/** @param {Promise<unknown>} received */
async function facts(received) {
  const key = await generate({ name: 'AES-GCM', length: 256 });
  return {
    'Web Locks': await outcome(() => navigator.locks.request('facts', () => 'yes')),
    IndexedDB: await outcome(() => stored('text')),
    'import()': await outcome(async () => (await import('./lazy.mjs')).answer),
    'CryptoKey stored here': await outcome(() => stored(key)),
    'CryptoKey stored by a page': await outcome(async () => kindOf(await read('page'))),
    'CryptoKey by message': await outcome(() => received),
    'CryptoKey by structuredClone': await outcome(async () => kindOf(structuredClone(key))),
    'Worker constructor': typeof Worker === 'undefined' ? 'no' : 'yes',
    'native algorithms': await natives(),
  };
}

/**
 * @param {() => unknown} attempt
 * @returns {Promise<unknown>}
 */
async function outcome(attempt) {
  try {
    return await attempt();
  } catch (error) {
    return error instanceof Error || error instanceof DOMException ? error.name : String(error);
  }
}

/** @param {unknown} value */
function kindOf(value) {
  if (value === null || typeof value !== 'object') return String(value);
  return value.constructor.name;
}

/** @param {unknown} value */
async function stored(value) {
  const database = await open();
  const transaction = database.transaction('values', 'readwrite');
  // Throws at once if the value cannot be cloned.
  await result(transaction.objectStore('values').put(value, 'worker'));
  const back = kindOf(await read('worker'));
  return back === kindOf(value) ? 'yes' : `${back} read back`;
}

/** @param {string} name */
async function read(name) {
  const database = await open();
  return result(database.transaction('values').objectStore('values').get(name));
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return result(indexedDB.open(DATABASE));
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Those of keyslot's algorithms that this engine makes keys of. */
async function natives() {
  /** @type {Record<string, any>} */
  const candidates = {
    'P-256': { name: 'ECDSA', namedCurve: 'P-256' },
    'P-521': { name: 'ECDSA', namedCurve: 'P-521' },
    secp256k1: { name: 'ECDSA', namedCurve: 'K-256' },
    Ed25519: { name: 'Ed25519' },
    Ed448: { name: 'Ed448' },
    HMAC: { name: 'HMAC', hash: 'SHA-256' },
    'AES-128': { name: 'AES-GCM', length: 128 },
    'AES-192': { name: 'AES-GCM', length: 192 },
    'AES-256': { name: 'AES-GCM', length: 256 },
  };
  const found = await Promise.all(
    Object.entries(candidates).map(async ([label, algorithm]) => {
      const made = await outcome(() => generate(algorithm));
      return typeof made === 'string' ? [] : [label];
    }),
  );
  return found.flat().join(' ');
}

/** @param {any} algorithm */
function generate(algorithm) {
  const usages = /** @type {KeyUsage[]} */ (
    algorithm.name === 'AES-GCM' ? ['encrypt', 'decrypt'] : ['sign', 'verify']
  );
  return crypto.subtle.generateKey(algorithm, false, usages);
}
