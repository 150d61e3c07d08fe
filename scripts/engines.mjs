// @ts-check
// `npm run test:engines`: the built package in Firefox and WebKitGTK as people have them. Firefox goes the quick path in
// both topologies; WebKit, whose SharedWorker cannot keep a CryptoKey, goes it in the one that `auto` chooses, and must be
// refused the other safely. Chromium has the e2e tests. Both are killed while they write.
// Both go through deploys of a second build, in the topologies that they have, and do what `subtle` promises, in a part of
// conformance's scenarios.
// Ends with the line `N passed, N failed, N skipped`. `npm run test:engines -- firefox` runs one engine; `--built`
// takes dist/ and the test site as they are; `--conformance` runs conformance alone, all of it, and prints its tables;
// `--only deploys` runs the lives that have the word in their name.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { conformance } from '../e2e/engines/conformance.mjs';
import { crash } from '../e2e/engines/crash.mjs';
import { deploy, NEXT_PREFIX } from '../e2e/engines/deploy.mjs';
import { PROBE_FOLDER, PROBE_PREFIX, platform } from '../e2e/engines/platform.mjs';
import { quickPath, slowWork } from '../e2e/engines/quick-path.mjs';
import { refusal } from '../e2e/engines/refusal.mjs';
import { runChecks, skipChecks } from '../e2e/engines/report.mjs';
import { Site } from '../e2e/engines/site.mjs';
import { findFirefox, findWebKit } from './engines-find.mjs';
import { startFirefox, startFirefoxUndriven } from './engines-firefox.mjs';
import { stopAll, stopOnSignals } from './engines-processes.mjs';
import { AGENT_FOLDER, AGENT_PREFIX } from './engines-undriven.mjs';
import { startWebKit } from './engines-webkit.mjs';
import { startWebKitProfile } from './engines-webkit-profile.mjs';
import { startServer } from './serve.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const siteFolder = join(root, 'e2e/site');

/**
 * @typedef {object} Engine
 * @property {string} name
 * @property {readonly Run[]} runs
 * @property {{ topology: Run['topology'], every: number, groups?: readonly string[] }} subtle a run of its own, after the others
 * @property {() => Start | string} find how to start it, or why it cannot be
 */

/**
 * @typedef {object} Run one life of the engine
 * @property {import('../e2e/engines/site.mjs').Topology} topology
 * @property {string} [of] what it is about, where the topology has more than one
 * @property {readonly import('../e2e/engines/report.mjs').Check[]} checks
 * @property {true} [undriven] in a browser that no driver reaches: WebKit keeps a profile only there, and hosts in Firefox make
 * workers only there
 */

/** @typedef {(home: string, undriven?: true) => Promise<import('../e2e/engines/browser.mjs').Browser>} Start */

/** Driven, it is one whose workers may stop when they make workers: keyslot makes none. */
const FIREFOX = { keeps: true, nests: false };

/** @type {readonly Engine[]} */
const engines = [
  {
    name: 'Firefox',
    runs: [
      { topology: 'shared', checks: [platform, ...quickPath({ ...FIREFOX, topology: 'shared' })] },
      { topology: 'elected', checks: quickPath({ ...FIREFOX, topology: 'elected' }) },
      { topology: 'shared', of: 'no driver', checks: slowWork, undriven: true },
      { topology: 'elected', of: 'no driver', checks: slowWork, undriven: true },
      { topology: 'shared', of: 'deploys', checks: deploy },
      { topology: 'elected', of: 'deploys', checks: deploy },
      { topology: 'shared', of: 'kills', checks: crash(['A', 'B']) },
      { topology: 'elected', of: 'kills', checks: crash(['A', 'B']) },
    ],
    subtle: { topology: 'shared', every: 3 },
    find: () => {
      const { paths, missing } = findFirefox();
      if (paths === undefined) return missing;
      return (home, alone) => (alone ? startFirefoxUndriven(paths, home) : startFirefox(paths, home));
    },
  },
  {
    name: 'WebKit',
    runs: [
      { topology: 'shared', checks: [platform, ...refusal] },
      // Each of its starts is a private session.
      { topology: 'auto', checks: quickPath({ topology: 'auto', keeps: false, nests: true }) },
      { topology: 'auto', of: 'deploys', checks: deploy },
      { topology: 'auto', of: 'kills', checks: crash(['A']), undriven: true },
    ],
    subtle: {
      topology: 'auto',
      every: 10,
      // Not yet the others: some of their scenarios end the process of WebKitGTK's page, or find what it gets wrong itself.
      groups: ['exportKey', 'sign', 'digest', 'getPublicKey', 'supports', 'shape'],
    },
    find: () => {
      const { paths, missing } = findWebKit();
      if (paths === undefined) return missing;
      return (home, alone) => (alone ? startWebKitProfile(paths, home) : startWebKit(paths, home));
    },
  },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    built: { type: 'boolean', default: false },
    conformance: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const known = engines.map(({ name }) => name.toLowerCase());
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No engine is called ${unknown.join(', ')}: choose from ${known.join(', ')}.`);
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'keyslot-engines-'));
stopOnSignals(clear);

const total = { passed: 0, failed: 0, skipped: 0 };
try {
  if (!values.built) await buildSite();
  const server = await startServer({
    root: join(siteFolder, 'dist'),
    mounts: {
      [PROBE_PREFIX]: PROBE_FOLDER,
      [NEXT_PREFIX]: join(siteFolder, 'dist-next'),
      [AGENT_PREFIX]: AGENT_FOLDER,
    },
  });
  try {
    for (const engine of engines) {
      if (positionals.length > 0 && !positionals.includes(engine.name.toLowerCase())) continue;
      const counts = await runEngine(engine, server.url);
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.skipped += counts.skipped;
    }
  } finally {
    await server.close();
  }
} catch (error) {
  total.failed += 1;
  console.log(`✗ ${error instanceof Error ? error.message : error}`);
} finally {
  await stopAll();
  clear();
}
if (total.passed + total.failed + total.skipped === 0) {
  total.failed = 1;
  console.log(`✗ no life of an engine has '${values.only}' in its name`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

/**
 * @param {Engine} engine
 * @param {string} url
 */
async function runEngine({ name, runs, subtle, find }, url) {
  const start = findOrFail(find);
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const all = values.conformance;
  const checks = conformance({ ...subtle, ...(all ? { every: 1, report: true } : {}) });
  const lives = [
    ...(all ? [] : runs.map((run) => ({ ...run, label: labelOf(name, run) }))),
    { topology: subtle.topology, checks, label: `${name} (subtle)` },
  ];
  for (const { label, ...run } of lives) {
    if (!label.includes(values.only)) continue;
    const counts = await runOnce(label, run, start, url);
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
  }
  return sum;
}

/**
 * @param {string} engine
 * @param {Run} run
 */
function labelOf(engine, { topology, of }) {
  return `${engine} (${of === undefined ? topology : `${topology}, ${of}`})`;
}

/**
 * @param {string} label
 * @param {Run} run
 * @param {Start | string} start
 * @param {string} url
 */
async function runOnce(label, { checks, topology, undriven }, start, url) {
  if (typeof start === 'string') return skipChecks(label, checks, start);
  const home = join(folder, label);
  mkdirSync(home);
  const site = new Site(() => start(home, undriven), url, topology);
  const counts = await runChecks(label, checks, site);
  // What is left then is ended by force.
  await site.close().catch((error) => console.log(`  ${label} did not end by itself: ${error.message}`));
  return counts;
}

/**
 * A path that was set wrongly fails the start, so that the other engine still runs.
 *
 * @param {Engine['find']} find
 * @returns {Start | string}
 */
function findOrFail(find) {
  try {
    return find();
  } catch (error) {
    return () => Promise.reject(error);
  }
}

async function buildSite() {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the package cannot be built');
  for (const mode of ['production', 'next']) {
    await build({ configFile: join(siteFolder, 'vite.config.ts'), mode, logLevel: 'warn' });
  }
}

function clear() {
  try {
    // A browser that was ended by force may still be writing its last file.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    console.error(`${folder} is left behind: ${error instanceof Error ? error.message : error}`);
  }
}
