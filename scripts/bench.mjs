// @ts-check
// `npm run bench`: what keyslot costs beside the least that any design of its kind can cost, in one run. A
// benchmark, not a test: it says whether the aims are met, and ends with 0 either way.
// node scripts/bench.mjs [--quick] [--seconds N] [--place isolated|plain] [--only TEXT]
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { chart } from './bench-chart.mjs';
import { aimOf, header, PLACES, table, verdicts } from './bench-report.mjs';
import { machineAtRest, pageIn, run, servePages, stop, write } from './bench-run.mjs';
import { launchOptions } from './chromium.mjs';

const IN_FLIGHT = 64;
/** Milliseconds that one variant runs before the next has its turn. */
const SLICE = 250;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    // Measured of each variant with 64 calls in flight.
    seconds: { type: 'string' },
    place: { type: 'string' },
    // Only groups whose name has this in it, such as "HMAC".
    only: { type: 'string', default: '' },
  },
});

const seconds = Number(values.seconds ?? (values.quick ? 1 : 3));
if (!(seconds > 0)) stop('--seconds takes a number above 0: the time measured of each variant.');
const places = PLACES.filter(({ name }) => values.place === undefined || values.place === name);
if (places.length === 0) stop(`--place is one of: ${PLACES.map(({ name }) => name).join(', ')}.`);
const plan = { rounds: Math.max(3, Math.round((seconds * 1000) / SLICE)), slice: SLICE, inFlight: IN_FLIGHT };

await run(main);

/** @param {string} path */
async function main(path) {
  const server = await servePages();
  /** @type {import('./bench-report.mjs').Group[]} */
  const groups = [];
  let machine = { browser: '', ...machineAtRest() };
  try {
    for (const place of places) {
      // A browser each, so that nothing of one place is left for the other.
      const browser = await chromium.launch(launchOptions(path));
      machine = { ...machine, browser: `Chromium ${browser.version()}` };
      if (groups.length === 0) console.log(header(machine, plan));
      try {
        groups.push(...(await measure(browser, server.url, place)));
      } finally {
        await browser.close();
      }
    }
  } finally {
    await server.close();
  }
  if (groups.length === 0) throw new Error(`No group has '${values.only}' in its name.`);
  console.log(verdicts(groups));
  write('results.json', { date: new Date().toISOString(), machine, plan, groups });
  write('results.svg', chart(groups, `${machine.browser}, ${machine.cores} cores`));
  console.log('written: bench/out/results.json, bench/out/results.svg');
}

/**
 * @param {import('playwright').Browser} browser
 * @param {string} url
 * @param {import('./bench-report.mjs').Place} place
 */
async function measure(browser, url, place) {
  const { page, broken } = await pageIn(browser, url, place);
  const names = await page.evaluate(() => window.bench.groups);
  /** @type {import('./bench-report.mjs').Group[]} */
  const groups = [];
  for (const name of names.filter((candidate) => candidate.includes(values.only))) {
    // A verification makes no trip: it is measured once, where the clock is fine.
    if (name.startsWith('verify') && !place.isolated && places.length > 1) continue;
    const { reference } = aimOf(name);
    const measured = page.evaluate(
      ([group, to, how]) => window.bench.measure(group, to, how),
      /** @type {const} */ ([name, reference, plan]),
    );
    const rows = await Promise.race([measured, broken]);
    const group = { name, place: place.name, reference, rows };
    console.log(table(group));
    groups.push(group);
  }
  return groups;
}
