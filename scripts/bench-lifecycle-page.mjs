// @ts-check
// What `npm run bench:lifecycle` runs in its pages. Each function is sent there as text, so it stands alone.

/** A store with one key, and beside it a plain database with its equal. */
export async function prepare(/** @type {string} */ store) {
  window.keys = await window.keyslot.openKeystore({ name: store });
  await window.keys.ensureKey({ id: 'key', lifetime: 'persistent', ...window.kit.P256 });
  await window.keys.stats();
  const opening = indexedDB.open(`plain:${store}`, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys', { keyPath: 'id' });
  await new Promise((resolve, reject) => Object.assign(opening, { onsuccess: resolve, onerror: reject }));
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ]);
  const writing = opening.result.transaction('keys', 'readwrite');
  writing.objectStore('keys').put({ id: 'key', key: pair.privateKey });
  await new Promise((resolve, reject) => Object.assign(writing, { oncomplete: resolve, onabort: reject }));
  opening.result.close();
}

/** @returns {Promise<number>} ms */
export async function first(/** @type {string} */ store) {
  const began = performance.now();
  const keys = await window.keyslot.openKeystore({ name: store });
  const key = await keys.openKey('key');
  await key.sign(new Uint8Array(32));
  return performance.now() - began;
}

/** @returns {Promise<number>} ms */
export async function plainFirst(/** @type {string} */ store) {
  const began = performance.now();
  const opening = indexedDB.open(`plain:${store}`, 1);
  await new Promise((resolve, reject) => Object.assign(opening, { onsuccess: resolve, onerror: reject }));
  const reading = opening.result.transaction('keys').objectStore('keys').get('key');
  await new Promise((resolve, reject) => Object.assign(reading, { onsuccess: resolve, onerror: reject }));
  await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, reading.result.key, new Uint8Array(32));
  return performance.now() - began;
}

/**
 * Three trips to a SharedWorker, as many as `first` makes: hello, open, sign. And a lock, taken before the first. `echo` does
 * nothing with them, `least` what they are for.
 *
 * @returns {Promise<number>} ms
 */
export async function trips(
  /** @type {{ script: 'echo' | 'least', name: string, store: string }} */ { script, name, store },
) {
  const began = performance.now();
  const { port } = new SharedWorker(`/${script}.js`, { type: 'module', name });
  await new Promise((resolve) => {
    void navigator.locks.request(`empty-${Math.random()}`, () => {
      resolve(undefined);
      return new Promise(() => undefined);
    });
  });
  for (const message of [`plain:${store}`, 'key', new Uint8Array(32)]) {
    await new Promise((resolve) => {
      port.onmessage = resolve;
      port.postMessage(message);
    });
  }
  return performance.now() - began;
}

/** @returns {Promise<number[]>} ms each */
export async function make(/** @type {{ count: number, round: number }} */ { count, round }) {
  const samples = [];
  for (let i = 0; i < count; i += 1) {
    const began = performance.now();
    await window.keys.generateKey({ id: `${round}-${i}`, lifetime: 'persistent', ...window.kit.P256 });
    samples.push(performance.now() - began);
  }
  return samples;
}

/** Adds records like those of keyslot. @returns {Promise<number[]>} ms each */
export async function plainMake(
  /** @type {{ store: string, count: number, round: number }} */ { store, count, round },
) {
  const own = indexedDB.open(`keyslot:${store}`);
  await new Promise((resolve, reject) => Object.assign(own, { onsuccess: resolve, onerror: reject }));
  const reading = own.result.transaction('keys').objectStore('keys').get('key');
  await new Promise((resolve, reject) => Object.assign(reading, { onsuccess: resolve, onerror: reject }));
  own.result.close();
  const opening = indexedDB.open(`plain:${store}`, 1);
  await new Promise((resolve, reject) => Object.assign(opening, { onsuccess: resolve, onerror: reject }));
  const samples = [];
  for (let i = 0; i < count; i += 1) {
    const record = { ...reading.result, id: `${round}-${i}` };
    const began = performance.now();
    const writing = opening.result.transaction('keys', 'readwrite', { durability: 'strict' });
    writing.objectStore('keys').add(record);
    await new Promise((resolve, reject) => Object.assign(writing, { oncomplete: resolve, onabort: reject }));
    samples.push(performance.now() - began);
  }
  opening.result.close();
  return samples;
}

/**
 * What no design with these promises can leave out, by IndexedDB alone: the record is added, the owner's epoch read, an
 * outcome kept and the record read back in one strict transaction; and then a trip to a SharedWorker that does nothing.
 *
 * @returns {Promise<number[]>} ms each
 */
export async function leastMake(
  /** @type {{ store: string, count: number, round: number }} */ { store, count, round },
) {
  const own = indexedDB.open(`keyslot:${store}`);
  await new Promise((resolve, reject) => Object.assign(own, { onsuccess: resolve, onerror: reject }));
  const reading = own.result.transaction('keys').objectStore('keys').get('key');
  await new Promise((resolve, reject) => Object.assign(reading, { onsuccess: resolve, onerror: reject }));
  own.result.close();
  const opening = indexedDB.open(`least:${store}`, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('keys', { keyPath: 'id' });
    opening.result.createObjectStore('owner');
    opening.result.createObjectStore('outcomes', { keyPath: 'request' }).createIndex('at', 'at');
  };
  await new Promise((resolve, reject) => Object.assign(opening, { onsuccess: resolve, onerror: reject }));
  const { port } = new SharedWorker('/echo.js', { type: 'module', name: 'least' });
  const trip = () =>
    new Promise((resolve) => {
      port.onmessage = resolve;
      port.postMessage(0);
    });
  await trip();
  const samples = [];
  for (let i = 0; i < count; i += 1) {
    const record = { ...reading.result, id: `${round}-${i}` };
    const { generation, attributes } = record;
    const began = performance.now();
    const stores = ['keys', 'owner', 'outcomes'];
    const writing = opening.result.transaction(stores, 'readwrite', { durability: 'strict' });
    writing.objectStore('owner').get('epoch');
    writing.objectStore('keys').add(record);
    const outcome = { request: record.id, at: Date.now(), effect: { generation, attributes } };
    writing.objectStore('outcomes').put(outcome);
    writing.objectStore('keys').get(record.id);
    await new Promise((resolve, reject) => Object.assign(writing, { oncomplete: resolve, onabort: reject }));
    await trip();
    samples.push(performance.now() - began);
  }
  opening.result.close();
  return samples;
}

/** A tab of the elected topology, with a key that is in no cache but its owner's. */
export async function openElected(/** @type {string} */ store) {
  window.keys = await window.keyslot.openKeystore({ name: store, topology: 'elected' });
  await window.keys.ensureKey({ id: 'key', lifetime: 'persistent', cache: true, ...window.kit.P256 });
}

/** A load that goes on, and how long its calls took since the last question. */
export const handOver = {
  async start(/** @type {string} */ _store) {
    const { kept, keys, kit } = window;
    /** @type {number[]} */
    let taken = [];
    const timed = async (/** @type {() => Promise<unknown>} */ call) => {
      const began = performance.now();
      await call();
      taken.push(performance.now() - began);
    };
    const key = await keys.openKey('key');
    const own = crypto.randomUUID();
    const signs = async () => {
      for (;;) await timed(() => key.sign(new Uint8Array(32)));
    };
    const creates = async () => {
      for (let i = 0; ; i += 1) {
        const id = `${own}-${i}`;
        await timed(() => keys.generateKey({ id, lifetime: 'persistent', ...kit.P256 }));
        await timed(() => keys.destroyKey(id));
      }
    };
    kept['failed'] = Promise.race([signs(), signs(), signs(), creates()]);
    kept['take'] = () => {
      const those = taken;
      taken = [];
      return those;
    };
  },
  latencies: () => /** @type {() => number[]} */ (window.kept['take'])(),
  longest: () => [Math.max(.../** @type {() => number[]} */ (window.kept['take'])())],
};
