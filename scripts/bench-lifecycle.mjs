// @ts-check
// `npm run bench:lifecycle`: what a user waits for when a tab opens, a key is made, or a deploy arrives, beside the same
// by IndexedDB and WebCrypto alone. A benchmark, not a test: it says whether the aims are met, and ends with 0 either way.
// node scripts/bench-lifecycle.mjs [--only TEXT] [--rounds N]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { killHosts } from './bench-hosts.mjs';
import {
  first,
  handOver,
  leastMake,
  make,
  openElected,
  plainFirst,
  plainMake,
  prepare,
  trips,
} from './bench-lifecycle-page.mjs';
import { aim, median, rows } from './bench-lines.mjs';
import { machineAtRest, machineLine, root, run, stop, write } from './bench-run.mjs';
import { launchOptions } from './chromium.mjs';
import { startServer } from './serve.mjs';

/** @typedef {{ browser: import('playwright').Browser, context: import('playwright').BrowserContext, url: string }} Place */

/** @type {Readonly<Record<string, (place: Place) => Promise<unknown>>>} */
const PARTS = {
  first: measureFirst,
  create: measureCreate,
  'hand-over': measureHandOver,
  'fail-over': measureFailOver,
};

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, rounds: { type: 'string', default: '15' } },
});
const rounds = Number(values.rounds);
const parts = Object.entries(PARTS).filter(([name]) => name.includes(values.only));
if (parts.length === 0) stop(`--only is a part of one of: ${Object.keys(PARTS).join(', ')}.`);
if (!(rounds >= 1)) stop('--rounds takes a number from 1 on.');

await run(main);

/** @param {string} path */
async function main(path) {
  for (const script of ['build', 'build:site']) {
    const { status } = spawnSync('npm', ['run', '--silent', script], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) stop(`npm run ${script} fails: see above.`);
  }
  const folder = join(root, 'e2e/site');
  const server = await startServer({
    root: join(folder, 'dist'),
    mounts: { '/next/': join(folder, 'dist-next') },
  });
  const browser = await chromium.launch(launchOptions(path));
  const machine = machineLine(browser);
  const { load } = machineAtRest();
  console.log(`${machine}, load before the run ${load.toFixed(1)}, ${rounds} rounds`);
  /** @type {Record<string, unknown>} */
  const results = { date: new Date().toISOString(), machine, load, rounds };
  try {
    for (const [name, part] of parts) {
      const context = await browser.newContext();
      results[name] = await part({ browser, context, url: server.url });
      await context.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
  write('lifecycle.json', results);
  console.log('\nwritten: bench/out/lifecycle.json');
}

/** From the call that opens the store to the first signature, in a new tab; the same key, beside its plain equal. */
async function measureFirst(/** @type {Place} */ { browser, context, url }) {
  const store = 'first';
  const keeper = await tab(context, url);
  await keeper.evaluate(prepare, store);
  /** @type {(script: 'echo' | 'least', name: string) => (page: import('playwright').Page) => Promise<number>} */
  const trip = (script, name) => (page) => page.evaluate(trips, { script, name, store });
  await trip('echo', 'running')(keeper);
  await trip('least', 'running')(keeper);
  /** @type {Record<'plain' | 'empty' | 'least' | 'emptyCold' | 'running' | 'cold', number[]>} */
  const samples = { plain: [], empty: [], least: [], emptyCold: [], running: [], cold: [] };
  for (let round = 0; round < rounds; round += 1) {
    samples.plain.push(await inNewTab(context, url, (page) => page.evaluate(plainFirst, store)));
    samples.empty.push(await inNewTab(context, url, trip('echo', 'running')));
    samples.least.push(await inNewTab(context, url, trip('least', 'running')));
    samples.emptyCold.push(await inNewTab(context, url, trip('echo', `cold-${round}`)));
    samples.running.push(await inNewTab(context, url, (page) => page.evaluate(first, store)));
    await killHosts(browser, store);
    samples.cold.push(await inNewTab(context, url, (page) => page.evaluate(first, store)));
  }
  const plain = median(samples.plain);
  rows(
    ['first signature in a new tab', 'ms', 'ratio'],
    [
      ['IndexedDB and WebCrypto in that tab', plain, 1],
      ['an empty SharedWorker, running', median(samples.empty), median(samples.empty) / plain],
      ['one that reads the key and signs, running', median(samples.least), median(samples.least) / plain],
      ['an empty SharedWorker, not running', median(samples.emptyCold), median(samples.emptyCold) / plain],
      ['keyslot, host running', median(samples.running), median(samples.running) / plain],
      ['keyslot, no host yet', median(samples.cold), median(samples.cold) / plain],
    ],
    2,
  );
  aim('host running', median(samples.running) / plain, '≤', 1.5);
  aim('no host yet', median(samples.cold) / plain, '≤', 2.5);
  return samples;
}

/** A key that is on disk when the promise resolves, beside a strict transaction that adds the same record. */
async function measureCreate(/** @type {Place} */ { context, url }) {
  const store = 'create';
  const page = await tab(context, url);
  await page.evaluate(prepare, store);
  /** @type {Record<'plain' | 'least' | 'keyslot', number[]>} */
  const samples = { plain: [], least: [], keyslot: [] };
  for (let round = 0; round < rounds; round += 1) {
    samples.plain.push(...(await page.evaluate(plainMake, { store, count: 20, round })));
    samples.least.push(...(await page.evaluate(leastMake, { store, count: 20, round })));
    samples.keyslot.push(...(await page.evaluate(make, { count: 20, round })));
  }
  const plain = median(samples.plain);
  rows(
    ['durable creation', 'ms', 'ratio'],
    [
      ['strict add of the record', plain, 1],
      ['with epoch, outcome and read-back, and a trip', median(samples.least), median(samples.least) / plain],
      ['keyslot, a P-256 key', median(samples.keyslot), median(samples.keyslot) / plain],
    ],
    2,
  );
  aim('create', median(samples.keyslot) / plain, '≤', 1.3);
  return samples;
}

/** Two tabs sign and create without pause while a newer build arrives: how long any call waited for it. */
async function measureHandOver(/** @type {Place} */ { browser, context, url }) {
  const store = 'hand-over';
  const pages = await Promise.all([tab(context, url), tab(context, url)]);
  for (const page of pages) await page.evaluate(prepare, store);
  for (const page of pages) await page.evaluate(handOver.start, store);
  /** @type {number[]} */
  const longest = [];
  /** @type {number[]} */
  const usual = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const page of pages) usual.push(...(await page.evaluate(handOver.latencies)));
    const arrived = await tab(context, `${url}next/`);
    const began = await bootOf(pages[0]);
    await arrived.evaluate(async (name) => {
      window.keys = await window.keyslot.openKeystore({ name });
      await window.keys.stats();
    }, store);
    if ((await bootOf(pages[0])) === began)
      throw new Error(`the newer build has not taken the store over in round ${round}`);
    for (const page of pages) longest.push(...(await page.evaluate(handOver.longest)));
    await arrived.close();
    // The older build has it again, for the next round.
    await killHosts(browser, store, '/next/');
    await bootOf(pages[0]);
    for (const page of pages) await page.evaluate(handOver.latencies);
  }
  const sorted = longest.toSorted((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
  rows(
    ['calls while a newer build takes the store over', 'ms'],
    [
      ['a call before it, median', median(usual)],
      ['the longest call of a tab during it, median', median(longest)],
      ['the same, p99', p99],
    ],
    1,
  );
  aim('p99 in ms', p99, '<', 300);
  return { longest, usual: median(usual) };
}

/** Three tabs of the elected topology: that of the owner is closed while the others sign. */
async function measureFailOver(/** @type {Place} */ { context, url }) {
  const store = 'fail-over';
  const open = async () => {
    const page = await tab(context, url);
    await page.evaluate(openElected, store);
    await page.evaluate(handOver.start, store);
    return page;
  };
  // The first is the owner; after it, whoever came next.
  const pages = [await open(), await open(), await open()];
  /** @type {number[]} */
  const longest = [];
  for (let round = 0; round < rounds; round += 1) {
    const [owner, ...others] = pages.splice(0);
    if (owner === undefined) throw new Error('there is no owner to close');
    const boot = await bootOf(others[0]);
    for (const page of others) await page.evaluate(handOver.latencies);
    await owner.close();
    if ((await bootOf(others[0])) === boot) throw new Error('the tab that was closed was not the owner');
    for (const page of others) longest.push(...(await page.evaluate(handOver.longest)));
    pages.push(...others, await open());
  }
  const sorted = longest.toSorted((a, b) => a - b);
  rows(
    ['calls while another tab takes over', 'ms'],
    [
      ['the longest call of a tab, median', median(longest)],
      ['the longest of all', sorted.at(-1) ?? Number.NaN],
    ],
    1,
  );
  aim('longest in ms', sorted.at(-1) ?? Number.NaN, '<', 500);
  return longest;
}

/**
 * @param {import('playwright').BrowserContext} context
 * @param {string} url
 */
async function tab(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** @param {import('playwright').Page | undefined} page */
function bootOf(page) {
  return page?.evaluate(async () => (await window.keys.stats()).boot);
}

/**
 * @param {import('playwright').BrowserContext} context
 * @param {string} url
 * @param {(page: import('playwright').Page) => Promise<number>} work
 */
async function inNewTab(context, url, work) {
  const page = await tab(context, url);
  const ms = await work(page);
  await page.close();
  return ms;
}
