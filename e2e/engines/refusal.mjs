// @ts-check
// The safe end, as checks for an engine whose SharedWorker cannot keep a CryptoKey: asked for the shared topology,
// openKeystore says so at once, in words that help, and leaves nothing behind. It neither hangs nor loses a key.
import { deepEqual, equal, match, ok } from 'node:assert/strict';

/** A refusal later than this is one that nobody waits for, in milliseconds. */
const PROMPT = 5_000;

/** @type {readonly import('./report.mjs').Check[]} */
export const refusal = [
  {
    name: `openKeystore rejects with NOT_SUPPORTED within ${PROMPT} ms`,
    run: async (site) => {
      const { took, code } = await refused(site, 'A');
      equal(code, 'NOT_SUPPORTED');
      ok(took < PROMPT, `it took ${took} ms`);
      return `refused after ${took} ms`;
    },
  },
  {
    name: 'the refusal is a KeystoreError that says what cannot be done and what to do',
    run: async (site) => {
      const { isKeystoreError, message } = await refused(site, 'A');
      ok(isKeystoreError, 'it is not an instance of KeystoreError');
      match(message, /SharedWorker .* cannot store a CryptoKey/);
      match(message, /Leave `topology` out/);
    },
  },
  {
    name: 'another tab is refused as well, and both can ask again',
    run: async (site) => {
      const asked = [refused(site, 'A'), refused(site, 'B'), refused(site, 'B')];
      const codes = (await Promise.all(asked)).map(({ code }) => code);
      deepEqual(codes, ['NOT_SUPPORTED', 'NOT_SUPPORTED', 'NOT_SUPPORTED']);
      const took = Math.max(...(await Promise.all(asked)).map(({ took }) => took));
      ok(took < PROMPT, `it took ${took} ms`);
      return `refused after ${took} ms at most`;
    },
  },
  {
    name: 'no record is left in IndexedDB',
    run: async (site) => {
      const a = await site.tab('A');
      const records = await a.run(async (name) => {
        /** @type {(request: IDBRequest) => Promise<any>} */
        const result = (request) =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        const names = (await indexedDB.databases()).map((database) => database.name);
        // Opening would create it.
        if (!names.includes(name)) return [];
        /** @type {IDBDatabase} */
        const database = await result(indexedDB.open(name));
        const found = [];
        for (const store of database.objectStoreNames) {
          const keys = await result(database.transaction(store).objectStore(store).getAllKeys());
          found.push(...keys.map((/** @type {IDBValidKey} */ key) => `${store}: ${key}`));
        }
        database.close();
        return found;
      }, `keyslot:${site.store}`);
      deepEqual(records, []);
    },
  },
  {
    name: 'no Web Lock is left, held or asked for',
    run: async (site) => {
      const a = await site.tab('A');
      const locks = await a.run(async () => {
        const { held = [], pending = [] } = await navigator.locks.query();
        return [...held, ...pending].map(({ name }) => name).filter((name) => name?.startsWith('keyslot:'));
      });
      deepEqual(locks, []);
    },
  },
  {
    name: 'the app can delete the database, and nothing is left uncaught',
    run: async (site) => {
      const a = await site.tab('A');
      await a.run(
        (name) =>
          new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase(name);
            request.onsuccess = () => resolve(undefined);
            request.onerror = () => reject(request.error);
          }),
        `keyslot:${site.store}`,
      );
      for (const name of /** @type {const} */ (['A', 'B'])) {
        const tab = await site.tab(name);
        deepEqual(await tab.run(() => window.kept['uncaught']), []);
      }
    },
  },
];

/**
 * How opening the store ends in a tab. An opened store is the failure.
 *
 * @param {import('./site.mjs').Site} site
 * @param {'A' | 'B'} name
 */
async function refused(site, name) {
  const tab = await site.tab(name);
  return tab.run(async (store) => {
    const start = performance.now();
    const { openKeystore, KeystoreError } = window.keyslot;
    const error = await openKeystore({ name: store, topology: 'shared' }).then(
      async (keys) => {
        await keys.close();
        return new Error('openKeystore has opened the store');
      },
      (/** @type {unknown} */ reason) => reason,
    );
    const isKeystoreError = error instanceof KeystoreError;
    return {
      took: Math.round(performance.now() - start),
      isKeystoreError,
      code: isKeystoreError ? error.code : 'none',
      message: error instanceof Error ? error.message : String(error),
    };
  }, site.store);
}
