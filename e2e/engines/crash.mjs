// @ts-check
// SIGKILL of a browser while tabs create and destroy keys, as a check for an engine whose profile outlives it (G3).
// The account is that of `npm run test:crash`, which does the same in Chromium, far more often.
import { deepEqual, ok } from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { Account } from '../../scripts/crash-account.mjs';
import { drawStep } from '../../scripts/crash-draw.mjs';
import { lookAtAll, openStore } from '../../scripts/crash-page.mjs';
import { judge } from '../../scripts/crash-verify.mjs';

const KILLS = 3;

/** Calls that each tab has under way, so that a kill lands among transactions. */
const WIDTH = 6;

/** How long tabs write before a kill, at least and at most, in milliseconds. */
const WRITING = { least: 300, most: 1500 };

/**
 * @param {readonly ('A' | 'B')[]} names of the tabs that write
 * @returns {readonly import('./report.mjs').Check[]}
 */
export const crash = (names) => [
  {
    name: `killed ${KILLS} times amid creations and destructions: nothing acknowledged is missing, nothing destroyed is back, nothing is half`,
    run: async (site) => {
      const account = new Account();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const tabs = [];
        for (const name of names) tabs.push(await openIn(site, name));
        const writers = new Writers(account);
        const ended = Promise.allSettled(
          tabs.flatMap((tab) => Array.from({ length: WIDTH }, () => writers.write(tab))),
        );
        await setTimeout(WRITING.least + Math.random() * (WRITING.most - WRITING.least));
        writers.killed = true;
        await site.kill();
        const failed = (await ended).find(({ status }) => status === 'rejected');
        if (failed?.status === 'rejected') throw failed.reason;
        await site.start();
        const looks = await (await openIn(site, 'A')).run(lookAtAll);
        account.audit(looks.map(judge));
      }
      deepEqual(account.violations, []);
      const { created, destroyed, kept, dropped, done, undone } = account.counts;
      ok(created > 0 && destroyed > 0, `${created} keys were created and ${destroyed} destroyed`);
      return `${created} created, ${destroyed} destroyed; cut off: ${kept + dropped} creations, ${done + undone} destructions`;
    },
  },
];

/** Those that write to one account, until the browser is killed under them. */
class Writers {
  killed = false;
  #account;

  /** @param {Account} account */
  constructor(account) {
    this.#account = account;
  }

  /** @param {import('./browser.mjs').Tab} tab */
  async write(tab) {
    try {
      while (!this.killed) await this.#step(tab);
    } catch (error) {
      // Whatever was under way then: how it ended is what the account finds out.
      if (!this.killed) throw error;
    }
  }

  /** @param {import('./browser.mjs').Tab} tab */
  async #step(tab) {
    const step = drawStep(this.#account, Math.random);
    const code = await tab.run(perform, step);
    if (code !== 'ok') {
      this.#account.refuse(step.act, step.id, code);
      return;
    }
    this.#account.acknowledge(step.act, step.id);
    if (step.act === 'destroy') return;
    const publicKey = await tab.run(publicKeyOf, step.id);
    if (publicKey !== null) this.#account.name(step.id, publicKey);
  }
}

/** @param {import('../../scripts/crash-page.mjs').Write} step */
function perform(step) {
  const { kit, keys } = window;
  if (step.act === 'destroy') return kit.code(keys.destroyKey(step.id));
  const { id, kind, cache } = step;
  return kit.code(keys.generateKey({ id, lifetime: 'persistent', cache, ...kit[kind] }));
}

/**
 * Null if another writer has destroyed the key meanwhile.
 *
 * @param {string} id
 */
async function publicKeyOf(id) {
  const { kit, keys } = window;
  const reading = keys.openKey(id).then((key) => key.exportPublicKey('spki'));
  return (await kit.code(reading)) === 'ok' ? kit.hex(await reading) : null;
}

/**
 * @param {import('./site.mjs').Site} site
 * @param {'A' | 'B'} name
 */
async function openIn(site, name) {
  const tab = await site.tab(name);
  await tab.run(openStore, { name: site.store, topology: site.topology });
  return tab;
}
