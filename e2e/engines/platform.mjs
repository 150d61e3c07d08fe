// @ts-check
// What the engine itself can do, tried in a SharedWorker without keyslot: where another check fails, this one's line
// tells whether the engine has changed or keyslot has.
import { equal } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

/** The folder to serve at {@link PROBE_PREFIX}. */
export const PROBE_FOLDER = fileURLToPath(new URL('probe', import.meta.url));

export const PROBE_PREFIX = '/probe/';

/** @type {import('./report.mjs').Check} */
export const platform = {
  name: 'a module SharedWorker loads, tried without keyslot',
  run: async (site) => {
    const { loads, ...others } = await facts(site);
    equal(loads, 'yes');
    // An engine's protocol may have changed their order.
    return Object.entries(others)
      .map(([name, fact]) => `${name}: ${fact}`)
      .sort()
      .join('; ');
  },
};

/**
 * Facts by name, in words for people.
 *
 * @param {import('./site.mjs').Site} site
 * @returns {Promise<Record<string, string>>}
 */
async function facts(site) {
  const a = await site.tab('A');
  return a.run(async (script) => {
    /** @type {IDBDatabase} */
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open('facts');
      request.onupgradeneeded = () => request.result.createObjectStore('values');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    const inPage = await new Promise((resolve) => {
      const transaction = database.transaction('values', 'readwrite');
      transaction.objectStore('values').put(key, 'page');
      transaction.oncomplete = () => resolve('yes');
      transaction.onabort = () => resolve(transaction.error?.name);
    });
    const worker = new SharedWorker(script, { type: 'module', name: 'facts' });
    const inWorker = await new Promise((resolve) => {
      worker.onerror = () => resolve({ loads: 'no' });
      worker.port.onmessage = ({ data }) => resolve({ loads: 'yes', ...data });
      worker.port.postMessage(key);
    });
    worker.port.close();
    database.close();
    return { 'CryptoKey stored in a page': inPage, ...inWorker };
  }, `${PROBE_PREFIX}worker.mjs`);
}
