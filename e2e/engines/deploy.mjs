// @ts-check
// Deploys (G9), as checks for an engine and a topology that it has: two real builds of the package on one store, the one
// at NEXT_PREFIX newer than the other, in both orders. No key of anybody is destroyed, and no call is lost or done twice.
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';

/** Where the site of the next release is served. */
export const NEXT_PREFIX = '/next/';

/** The releases by their numbers, as the epoch of a store has them. */
const OLDER = '0.1.0';
const NEWER = '0.2.0';

/** How many keys a tab has to make before something counts as done under load. */
const LOAD = 10;

const NAMES = /** @type {const} */ (['persistent', 'noble', 'volatile', 'session']);

/** What each of {@link NAMES} answers where all of them are there. */
const ALL = NAMES.map(() => 'ok');

/** @type {readonly import('./report.mjs').Check[]} */
export const deploy = [
  {
    name: 'a newer build takes the store; persistent keys go with it, volatile and session keys go on at the older host',
    run: async (site) => {
      const old = await openIn(site, 'A', 'deploy', OLDER);
      await settle(old);
      const before = await bootOf(old);
      deepEqual(await signAll(old), ALL);

      const next = await openIn(site, 'B', 'deploy', NEWER);
      const seen = await next.run(async () => {
        const { code } = window.kit;
        const { keys } = window;
        const ids = [];
        for await (const { id } of keys.listKeys()) ids.push(id);
        return { ids, volatile: await code(keys.openKey('volatile')) };
      });
      deepEqual(seen, { ids: ['noble', 'persistent'], volatile: 'DOES_NOT_EXIST' });
      equal(await ownerOf(site, 'deploy'), NEWER);

      deepEqual(await signAll(old), ALL);
      const boot = await bootOf(next);
      equal(await bootOf(old), boot);
      notEqual(before, boot);
    },
  },
  {
    name: 'one store for both builds: what one creates or destroys, the other sees',
    run: async (site) => {
      const old = await site.tab('A');
      const next = await site.tab('B', NEXT_PREFIX);
      const made = await old.run(async () => {
        const { P256, code } = window.kit;
        return code(window.keys.generateKey({ ...P256, id: 'made', lifetime: 'persistent' }));
      });
      equal(made, 'ok');
      const inNext = await next.run(async () => {
        const { code, utf8 } = window.kit;
        const signed = await code(window.keys.openKey('made').then((key) => key.sign(utf8('data'))));
        return [signed, await code(window.keys.destroyKey('persistent'))];
      });
      deepEqual(inNext, ['ok', 'ok']);
      const inOld = await old.run(async () => {
        const { code, utf8 } = window.kit;
        const { keys, kept } = window;
        return [
          await code(/** @type {import('keyslot').Key} */ (kept['persistent']).sign(utf8('data'))),
          await code(keys.openKey('persistent')),
          await code(keys.destroyKey('volatile')),
          await code(keys.openKey('volatile')),
        ];
      });
      deepEqual(inOld, ['INVALID_HANDLE', 'DOES_NOT_EXIST', 'ok', 'DOES_NOT_EXIST']);
    },
  },
  {
    name: 'the deploy is rolled back: the older build owns the store again',
    run: async (site) => {
      await leave(site, 'B');
      // The clients of a SharedWorker keep it alive, whichever build they came with.
      if (site.topology === 'shared') {
        await leave(site, 'A');
        await openIn(site, 'A', 'deploy', OLDER);
      }
      const old = await site.tab('A');
      const codes = await old.run(async () => {
        const { code, utf8 } = window.kit;
        const codes = [];
        for (const id of ['noble', 'made']) {
          codes.push(await code(window.keys.openKey(id).then((key) => key.sign(utf8('data')))));
        }
        return codes;
      });
      deepEqual(codes, ['ok', 'ok']);
      equal(await ownerOf(site, 'deploy'), OLDER);
      await leave(site, 'A');
    },
  },
  {
    name: 'an older build comes while a newer one owns the store: it follows, and nothing goes to and fro',
    run: async (site) => {
      const next = await openIn(site, 'B', 'behind', NEWER);
      await settle(next);
      const boot = await bootOf(next);
      const old = await openIn(site, 'A', 'behind', OLDER);
      const inOld = await old.run(async () => {
        const { P256, code, utf8 } = window.kit;
        const { keys } = window;
        const codes = [];
        for (const id of ['persistent', 'noble', 'volatile', 'session']) {
          codes.push(await code(keys.openKey(id).then((key) => key.sign(utf8('data')))));
        }
        codes.push(await code(keys.generateKey({ ...P256, id: 'made', lifetime: 'volatile' })));
        return codes;
      });
      deepEqual(inOld, ['ok', 'ok', 'ok', 'DOES_NOT_EXIST', 'ok']);
      deepEqual(await signAll(next), ALL);
      equal(await next.run(() => window.kit.code(window.keys.openKey('made'))), 'ok');
      for (const tab of [old, next]) equal(await bootOf(tab), boot);
      equal(await ownerOf(site, 'behind'), NEWER);
      await leave(site, 'B');
      await leave(site, 'A');
    },
  },
  {
    name: 'under load no call is lost or done twice in a hand-over',
    run: async (site) => {
      const old = await openIn(site, 'A', 'load', OLDER);
      await load(old);
      await busy(old);
      const next = await openIn(site, 'B', 'load', NEWER);
      await load(next);
      await busy(old);
      await busy(next);
      equal(await ownerOf(site, 'load'), NEWER);
      const details = [];
      for (const tab of [old, next]) {
        const { codes, kept, listed, longest } = await settleAccount(tab);
        deepEqual(codes, ['ok']);
        deepEqual(listed, kept);
        ok(kept.length > 0, 'no key was kept');
        details.push(`${kept.length} keys, ${longest} ms at most for one step`);
      }
      await leave(site, 'B');
      await leave(site, 'A');
      return details.join('; ');
    },
  },
];

/**
 * A tab of a release that has a store open.
 *
 * @param {import('./site.mjs').Site} site
 * @param {'A' | 'B'} name
 * @param {string} store
 * @param {typeof OLDER | typeof NEWER} build
 */
async function openIn(site, name, store, build) {
  const tab = await site.tab(name, build === NEWER ? NEXT_PREFIX : '/');
  await tab.run(
    async (name, topology) => {
      window.keys = await window.keyslot.openKeystore({ name, topology });
    },
    `${site.store}-${store}`,
    site.topology,
  );
  return tab;
}

/**
 * Ends a tab, in which nothing is left uncaught.
 *
 * @param {import('./site.mjs').Site} site
 * @param {'A' | 'B'} name
 */
async function leave(site, name) {
  const tab = await site.tab(name);
  deepEqual(await tab.run(() => window.kept['uncaught']), []);
  await site.closeTab(name);
}

/**
 * A key of each lifetime, left in the page by its name.
 *
 * @param {import('./browser.mjs').Tab} tab
 */
async function settle(tab) {
  await tab.run(async () => {
    const { ED448, P256 } = window.kit;
    const { keys, kept } = window;
    kept['persistent'] = await keys.generateKey({ ...P256, id: 'persistent', lifetime: 'persistent' });
    kept['noble'] = await keys.generateKey({ ...ED448, id: 'noble', lifetime: 'persistent' });
    kept['volatile'] = await keys.generateKey({ ...P256, id: 'volatile', lifetime: 'volatile' });
    kept['session'] = await keys.generateKey({ ...P256, id: 'session', lifetime: 'session' });
  });
}

/**
 * How use of each of them ends: `ok` if it is the key that it was the first time.
 *
 * @param {import('./browser.mjs').Tab} tab
 */
function signAll(tab) {
  return tab.run(async (names) => {
    const { code, utf8 } = window.kit;
    const { kept } = window;
    kept['signatures'] ??= {};
    const first = /** @type {Record<string, Uint8Array<ArrayBuffer>>} */ (kept['signatures']);
    const codes = [];
    for (const name of names) {
      const key = /** @type {import('keyslot').Key} */ (kept[name]);
      const check = async () => {
        const signature = await key.sign(utf8(name));
        first[name] ??= signature;
        for (const each of [first[name], signature]) {
          if (!(await key.verify(each, utf8(name)))) throw new TypeError('another key');
        }
      };
      codes.push(await code(check()));
    }
    return codes;
  }, NAMES);
}

/** @param {import('./browser.mjs').Tab} tab */
function bootOf(tab) {
  return tab.run(async () => (await window.keys.stats()).boot);
}

/**
 * The release whose host owns a store, by the store's own word.
 *
 * @param {import('./site.mjs').Site} site
 * @param {string} store
 */
async function ownerOf(site, store) {
  const tab = await site.tab('A');
  const { build } = await tab.run((name) => window.kit.readEpoch(name), `${site.store}-${store}`);
  return build;
}

/**
 * Begins to create, use and destroy stored keys without a pause. Every other key stays.
 *
 * @param {import('./browser.mjs').Tab} tab
 */
async function load(tab) {
  await tab.run(() => {
    const { ED448, P256, code, times, utf8 } = window.kit;
    const { keys, kept } = window;
    const prefix = `${crypto.randomUUID()}-`;
    /** @type {Set<string>} */
    const codes = new Set();
    /** @type {string[]} */
    const there = [];
    let made = 0;
    let longest = 0;
    let stop = false;
    /** @param {Promise<unknown>} step */
    const timed = async (step) => {
      const start = performance.now();
      codes.add(await code(step));
      longest = Math.max(longest, performance.now() - start);
    };
    /** @param {number} index */
    const writer = async (index) => {
      for (let number = index; !stop; number += 3) {
        const id = `${prefix}${number}`;
        const kind = index === 0 ? ED448 : P256;
        await timed(keys.generateKey({ ...kind, id, lifetime: 'persistent' }));
        await timed(keys.openKey(id).then((key) => key.sign(utf8('data'))));
        if (number % 2 === 0) await timed(keys.destroyKey(id));
        else there.push(id);
        made += 1;
      }
    };
    const ended = Promise.all(times(3, writer));
    kept['made'] = () => made;
    kept['end'] = async () => {
      stop = true;
      await ended;
      const listed = [];
      for await (const { id } of keys.listKeys({ prefix })) listed.push(id);
      return {
        codes: [...codes],
        kept: there.sort(),
        listed: listed.sort(),
        longest: Math.round(longest),
      };
    };
  });
}

/**
 * Waits until its load has gone on.
 *
 * @param {import('./browser.mjs').Tab} tab
 */
async function busy(tab) {
  await tab.run(async (count) => {
    const made = /** @type {() => number} */ (window.kept['made']);
    const enough = made() + count;
    while (made() < enough) await new Promise((turn) => setTimeout(turn, 10));
  }, LOAD);
}

/**
 * Ends the load: what was acknowledged, and what is listed.
 *
 * @param {import('./browser.mjs').Tab} tab
 * @returns {Promise<{ codes: string[], kept: string[], listed: string[], longest: number }>}
 */
function settleAccount(tab) {
  return tab.run(() => /** @type {() => Promise<any>} */ (window.kept['end'])());
}
