// @ts-check
// `npm run bench:subtle`: what `keys.subtle` costs beside the engine, beside a bare port and beside noble, and how much an
// app loads for it. A benchmark, not a test: it says whether the aims are met, and ends with 0 either way.
// node scripts/bench-subtle.mjs [--quick] [--seconds N] [--place isolated|plain] [--only TEXT]
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { PLACES, table, verdict } from './bench-report.mjs';
import { machineAtRest, machineLine, pageIn, run, servePages, stop, write } from './bench-run.mjs';
import { sizes } from './bench-sizes.mjs';
import { tasksDuring } from './bench-tasks.mjs';
import { launchOptions } from './chromium.mjs';

/** @typedef {import('../bench/subtle/groups.ts').Kind} Kind */
/** @typedef {import('../bench/measure.ts').Plan} Plan */
/** @typedef {import('./bench-tasks.mjs').Tasks} Tasks */
/** @typedef {import('./bench-report.mjs').Group & { kind: Kind, tasks?: { own: Tasks, bare: Tasks } }} Group */

const IN_FLIGHT = 64;
const SIZES = 'sizes';
const OWN = 'keyslot';
const BARE = 'bare port';

/** Of the tab, in ms, while the host computes with noble. */
const LONGEST_TASK = 5;
const BURDEN = 1000;
/** The middle of as many: one stall of a busy machine is not the tab's. */
const BURDENS = 5;

/**
 * What ratios are to, and in which slices: those of noble hold whole queues of operations of several milliseconds, and
 * an aim near 1 needs more rounds.
 *
 * @type {Readonly<Record<Kind, { reference: string, rate: number, p50?: number, slice: number, rounds: number }>>}
 */
const KINDS = {
  caller: { reference: 'in the tab', rate: 0.97, slice: 200, rounds: 2.5 },
  host: { reference: BARE, rate: 0.9, p50: 1.2, slice: 250, rounds: 1 },
  public: { reference: 'in the tab', rate: 0.97, slice: 200, rounds: 2.5 },
  fallback: { reference: 'noble in the tab', rate: 0.9, slice: 800, rounds: 1 },
};

/** Of so short operations, the trip is most. */
const SHORT = { names: /HMAC|AES/, rate: 0.75 };

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    place: { type: 'string' },
    // Only groups whose name has this in it, such as "host: sign HMAC", or "sizes".
    only: { type: 'string', default: '' },
  },
});
const seconds = Number(values.seconds ?? (values.quick ? 1 : 4));
if (!(seconds > 0)) stop('--seconds takes a number above 0: the time measured of each variant.');
const places = PLACES.filter(({ name }) => values.place === undefined || values.place === name);
if (places.length === 0) stop(`--place is one of: ${PLACES.map(({ name }) => name).join(', ')}.`);

await run(main);

/** @param {string} path */
async function main(path) {
  const server = await servePages();
  /** @type {Group[]} */
  const groups = [];
  const machine = { browser: '', ...machineAtRest() };
  try {
    for (const place of values.only === SIZES ? [] : places) {
      const browser = await chromium.launch(launchOptions(path));
      if (groups.length === 0) console.log(header(machineLine(browser), machine.load));
      machine.browser = `Chromium ${browser.version()}`;
      try {
        groups.push(...(await measure(browser, `${server.url}subtle.html`, place)));
      } finally {
        await browser.close();
      }
    }
  } finally {
    await server.close();
  }
  if (groups.length > 0) console.log(['', 'The aims of keyslot', ...groups.flatMap(verdicts)].join('\n'));
  const weighed = SIZES.includes(values.only) ? await sizes() : undefined;
  if (groups.length === 0 && weighed === undefined)
    throw new Error(`No group has '${values.only}' in its name.`);
  write('subtle.json', { date: new Date().toISOString(), machine, seconds, groups, sizes: weighed });
  console.log('\nwritten: bench/out/subtle.json');
}

/**
 * @param {import('playwright').Browser} browser
 * @param {string} url
 * @param {import('./bench-report.mjs').Place} place
 */
async function measure(browser, url, place) {
  const { page, broken } = await pageIn(browser, url, place);
  const all = await page.evaluate(() => window.subtleBench.groups);
  /** @type {Group[]} */
  const groups = [];
  for (const { name, kind } of all.filter((group) => group.name.includes(values.only))) {
    // What makes no trip is measured once, where the clock is fine; so are the tasks of the tab.
    if (kind !== 'host' && !place.isolated && places.length > 1) continue;
    const { reference } = KINDS[kind];
    const measured = page.evaluate(
      ([group, to, how]) => window.subtleBench.measure(group, to, how),
      /** @type {const} */ ([name, reference, planOf(kind)]),
    );
    const rows = await Promise.race([measured, broken]);
    /** @type {Group} */
    const group = { name, kind, place: place.name, reference, rows };
    if (kind === 'fallback') {
      /** @param {string} row */
      const tasksOf = (row) => tasksDuring(browser, page, BURDENS, () => burden(page, name, row));
      group.tasks = { own: await tasksOf(OWN), bare: await tasksOf(BARE) };
    }
    console.log(table(group));
    groups.push(group);
  }
  return groups;
}

/**
 * @param {import('playwright').Page} page
 * @param {string} group
 * @param {string} row
 */
function burden(page, group, row) {
  return page.evaluate(
    ([name, variant, inFlight, duration]) => window.subtleBench.burden(name, variant, inFlight, duration),
    /** @type {const} */ ([group, row, IN_FLIGHT, BURDEN]),
  );
}

/**
 * @param {Kind} kind
 * @returns {Plan}
 */
function planOf(kind) {
  const { slice, rounds } = KINDS[kind];
  return { slice, rounds: Math.max(3, Math.round((rounds * seconds * 1000) / slice)), inFlight: IN_FLIGHT };
}

/** @param {Group} group */
function verdicts({ name, kind, place, rows, tasks }) {
  const own = rows.find((row) => row.name === OWN);
  if (own === undefined) return [];
  const { rate, p50 } = KINDS[kind];
  const least = kind === 'host' && SHORT.names.test(name) ? SHORT.rate : rate;
  const where = kind === 'host' ? `${name}, ${place}` : name;
  return [
    ...(p50 === undefined ? [] : [verdict(`${where}: p50`, own.ratio.p50, '≤', p50)]),
    verdict(`${where}: rate`, own.ratio.rate, '≥', least),
    ...(tasks === undefined
      ? []
      : [
          `${verdict(`${where}: longest task, ms`, tasks.own.longest, '<', LONGEST_TASK)}; ${BARE} ${tasks.bare.longest.toFixed(2)}`,
        ]),
  ];
}

/**
 * @param {string} machine
 * @param {number} load
 */
function header(machine, load) {
  const { cores } = machineAtRest();
  return [
    `${machine}, ${IN_FLIGHT} calls in flight, 32-byte messages where nothing else is said,`,
    ...Object.keys(KINDS).map((kind) => {
      const { slice, rounds } = planOf(/** @type {Kind} */ (kind));
      return `  ${kind}: ${rounds} rounds of ${slice} ms a variant;`;
    }),
    'medians of the rounds. Latencies in ms. "alone": mean latency with one call in flight.',
    ...PLACES.map(({ name, meaning }) => `${name}: ${meaning}.`),
    ...(load > cores / 4
      ? [`The machine was busy before the run (load ${load.toFixed(1)}): run it again on one at rest.`]
      : []),
  ].join('\n');
}
