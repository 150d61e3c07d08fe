// @ts-check
// `npm run bench:machine`: the slot machine. What a transition costs, whether a hundred thousand keys cost more than a
// hundred, what finer locking brings, and whether one tab's flood slows another. A benchmark, not a test: it says whether
// the aims are met, and ends with 0 either way.
// node scripts/bench-machine.mjs [--only TEXT]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { heapOfWorker } from './bench-heap.mjs';
import { killHosts } from './bench-hosts.mjs';
import { aim, median, rows } from './bench-lines.mjs';
import { machineAtRest, machineLine, run, servePages, stop, write, writeGroups } from './bench-run.mjs';
import { strategiesChart } from './bench-strategies.mjs';
import { launchOptions } from './chromium.mjs';

const FEW = 100;
const MANY = 100_000;
const STORES = /** @type {const} */ ({ few: `bench-${FEW}`, many: `bench-${MANY}` });
const OPENINGS = 12;
const STRATEGIES = /** @type {const} */ (['one global lock', 'global lock, contents free', 'keyslot']);
const ROLES = /** @type {const} */ (['native signing', 'noble signing', 'loads', 'destroys']);
const ROUNDS = 5;
const TURN = 1500;

/** @typedef {{ browser: import('playwright').Browser, context: import('playwright').BrowserContext, url: string }} Place */

/** @type {Readonly<Record<string, (place: Place) => Promise<unknown>>>} */
const PARTS = { table: measureTable, keys: measureKeys, locking: measureLocking, flood: measureFlood };

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const parts = Object.entries(PARTS).filter(([name]) => name.includes(values.only));
if (parts.length === 0) stop(`--only is a part of one of: ${Object.keys(PARTS).join(', ')}.`);

await run(main);

/** @param {string} path */
async function main(path) {
  const server = await servePages();
  const browser = await chromium.launch(launchOptions(path));
  const machine = machineLine(browser);
  const { load } = machineAtRest();
  console.log(`${machine}, load before the run ${load.toFixed(1)}`);
  /** @type {Record<string, object>} */
  const results = {};
  try {
    const url = `${server.url}machine.html`;
    for (const [name, measure] of parts) {
      // A context each: nothing of one part is left for the next.
      const context = await browser.newContext();
      const date = new Date().toISOString();
      results[name] = { date, machine, load, found: await measure({ browser, context, url }) };
      await context.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
  writeGroups('machine.json', results);
  console.log('written: bench/out/machine.json');
}

/** @param {Place} place */
async function page({ context, url }) {
  const opened = await context.newPage();
  await opened.goto(url);
  await opened.waitForFunction(() => 'machine' in window);
  return opened;
}

/** @param {Place} place */
async function measureTable(place) {
  const tab = await page(place);
  const tables = await tab.evaluate((sizes) => window.machine.tables(sizes), [FEW, 10_000, MANY]);
  const head = ['the slot table alone, ns', 'transition', 'acquire+release', 'evict+publish'];
  rows(
    head,
    tables.map(({ slots, ...row }) => [
      `${slots.toLocaleString('en')} slots`,
      row.transition,
      row.acquire,
      row.evict,
    ]),
    0,
  );
  const [few, , many] = tables;
  aim('a transition, µs', Math.max(...tables.map(({ transition }) => transition)) / 1000, '<', 1);
  aim(`acquire+release among ${MANY} to ${FEW}`, (many?.acquire ?? NaN) / (few?.acquire ?? NaN), '≤', 1.2);
  aim(`evict+publish among ${MANY} to ${FEW}`, (many?.evict ?? NaN) / (few?.evict ?? NaN), '≤', 1.2);
  return tables;
}

/** @param {Place} place */
async function measureKeys(place) {
  for (const [store, count] of /** @type {const} */ ([
    [STORES.few, FEW],
    [STORES.many, MANY],
  ])) {
    const begun = performance.now();
    const tab = await page(place);
    await tab.evaluate(
      ([name, size]) => window.machine.fill(name, size),
      /** @type {const} */ ([store, count]),
    );
    await tab.close();
    console.log(
      `\nmade a store of ${count.toLocaleString('en')} keys in ${((performance.now() - begun) / 1000).toFixed(0)} s`,
    );
  }
  const openings = await compareOpenings(place);
  const use = await compareUse(place);
  const memory = await compareMemory(place);
  return { openings, use, memory };
}

/** @param {Place} place */
async function compareOpenings(place) {
  /** @type {{ few: number[], many: number[], firstFew: number[], firstMany: number[] }} */
  const found = { few: [], many: [], firstFew: [], firstMany: [] };
  for (let round = 0; round < OPENINGS; round += 1) {
    const order =
      round % 2 === 0 ? /** @type {const} */ (['few', 'many']) : /** @type {const} */ (['many', 'few']);
    for (const size of order) {
      const tab = await page(place);
      // Without the host of the page before, this opening starts one.
      await killHosts(place.browser, STORES[size]);
      const { open, first } = await tab.evaluate((store) => window.machine.open(store), STORES[size]);
      found[size].push(open);
      found[size === 'few' ? 'firstFew' : 'firstMany'].push(first);
      await tab.close();
    }
  }
  const [few, many] = [median(found.few), median(found.many)];
  rows(
    ['a new host, ms (median)', 'open', 'openKey + sign'],
    [
      [`${FEW} keys`, few, median(found.firstFew)],
      [`${MANY.toLocaleString('en')} keys`, many, median(found.firstMany)],
    ],
    1,
  );
  aim(`opening a store of ${MANY} keys to one of ${FEW}`, many / few, '≤', 1.2);
  return found;
}

/** @param {Place} place */
async function compareUse(place) {
  const tab = await page(place);
  /** @type {{ few: number[], many: number[] }} */
  const found = { few: [], many: [] };
  for (const store of Object.values(STORES)) await tab.evaluate((name) => window.machine.open(name), store);
  for (let round = 0; round <= 10; round += 1) {
    for (const size of /** @type {const} */ (['few', 'many'])) {
      const { rate } = await tab.evaluate((name) => window.machine.cached(name, 1, 500), STORES[size]);
      // The first round warms up.
      if (round > 0) found[size].push(1000 / rate);
    }
  }
  await tab.close();
  const [few, many] = [median(found.few), median(found.many)];
  rows(
    ['a cached key, ms a signature', 'one in flight'],
    [
      [`${FEW} keys stored`, few],
      [`${MANY.toLocaleString('en')} keys stored`, many],
    ],
    3,
  );
  aim(`use of a cached key among ${MANY} to ${FEW}`, many / few, '≤', 1.2);
  return found;
}

/** @param {Place} place */
async function compareMemory(place) {
  const cases = /** @type {const} */ ([
    { store: STORES.few, cacheSize: 256, used: 0 },
    { store: STORES.many, cacheSize: 256, used: 0 },
    { store: STORES.many, cacheSize: 256, used: 256 },
    { store: STORES.many, cacheSize: 256, used: 5000 },
    { store: STORES.many, cacheSize: 256, used: 20_000 },
    { store: STORES.many, cacheSize: 4096, used: 5000 },
  ]);
  const found = [];
  for (const { store, cacheSize, used } of cases) {
    const tab = await page(place);
    await killHosts(place.browser, store);
    await tab.evaluate(
      ([name, size]) => window.machine.open(name, size),
      /** @type {const} */ ([store, cacheSize]),
    );
    await tab.evaluate(
      ([name, count]) => window.machine.useAll(name, count),
      /** @type {const} */ ([store, used]),
    );
    found.push({ store, cacheSize, used, bytes: await heapOfWorker(place.browser, `keyslot:${store}`) });
    await tab.close();
  }
  rows(
    ['memory of the host, kB (heap snapshot)', 'cache', 'keys used', 'heap'],
    found.map(({ store, cacheSize, used, bytes }) => [store, cacheSize, used, bytes / 1000]),
    0,
  );
  const [few = NaN, many = NaN, filled = NaN, used = NaN, wornIn = NaN] = found.map(({ bytes }) => bytes);
  aim(`heap with ${MANY} keys stored to ${FEW}`, many / few, '≤', 1.05);
  // Not of the first keys only: code that has become hot is kept in another form.
  aim('heap after 5,000 keys to after 256', used / filled, '≤', 1.1);
  aim('heap after 20,000 keys to after 5,000', wornIn / used, '≤', 1.05);
  return found;
}

/** @param {Place} place */
async function measureLocking(place) {
  const tabs = await Promise.all(ROLES.map(() => page(place)));
  for (const strategy of STRATEGIES) {
    await Promise.all(
      tabs.map((tab, index) =>
        tab.evaluate(
          ([how, role]) => window.machine.prepare(how, role),
          /** @type {const} */ ([strategy, ROLES[index] ?? 'loads']),
        ),
      ),
    );
  }
  const found = STRATEGIES.map((strategy) => ({
    strategy,
    roles: ROLES.map((role) => ({
      role,
      rate: /** @type {number[]} */ ([]),
      p99: /** @type {number[]} */ ([]),
    })),
  }));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { strategy, roles } of found) {
      const played = await Promise.all(
        tabs.map((tab) =>
          tab.evaluate(([how, ms]) => window.machine.play(how, ms), /** @type {const} */ ([strategy, TURN])),
        ),
      );
      // The first round warms up.
      if (round < 0) continue;
      played.forEach(({ rate, p99 }, index) => {
        roles[index]?.rate.push(rate);
        roles[index]?.p99.push(p99);
      });
    }
  }
  const medians = found.map(({ strategy, roles }) => ({
    strategy,
    roles: roles.map(({ role, rate, p99 }) => ({ role, rate: median(rate), p99: median(p99) })),
  }));
  rows(
    ['4 tabs at once, calls a second | p99, ms', ...ROLES.flatMap((role) => [role, 'p99'])],
    medians.map(({ strategy, roles }) => [strategy, ...roles.flatMap(({ rate, p99 }) => [rate, p99])]),
    1,
  );
  write(
    'locking.svg',
    strategiesChart(medians, `Chromium ${place.browser.version()}, ${cpus().length} cores`),
  );
  console.log('written: bench/out/locking.svg');
  return found;
}

/** @param {Place} place */
async function measureFlood(place) {
  const [a, b] = await Promise.all([page(place), page(place)]);
  const noble = await b.evaluate(() => window.machine.watch('noble', 2000));
  const quiet = await b.evaluate(() => window.machine.watch('native', 2000));
  const flooding = a.evaluate(() => window.machine.flood());
  await a.waitForFunction(() => document.title === 'flooding');
  const flooded = await b.evaluate(() => window.machine.watch('native', 2000));
  const still = await a.title();
  const { calls, seconds } = await flooding;
  rows(
    ['tab B beside a flood of tab A, ms', 'calls', 'p50', 'p99'],
    [
      ['noble, alone: the longest operation', noble.calls, noble.p50, noble.p99],
      ['native, alone', quiet.calls, quiet.p50, quiet.p99],
      ['native, during the flood', flooded.calls, flooded.p50, flooded.p99],
    ],
    2,
  );
  console.log(
    `tab A: ${calls.toLocaleString('en')} noble signatures queued at once, done in ${seconds.toFixed(1)} s`,
  );
  if (still !== 'flooding')
    console.log('  the flood ended before the measurement did: its figures are too good');
  aim('native p99 of B to the longest operation', flooded.p99 / noble.p99, '≤', 3);
  return { noble, quiet, flooded, seconds };
}
