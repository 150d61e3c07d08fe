// @ts-check
// `npm run test:crash`: kills browsers amid the creation and destruction of keys, and accounts for every key afterwards.
// Exit code 1 if a key was lost, came back or is half there, or if anything was answered before it was durable.
// npm run test:crash -- [--kills N] [--elected N] [--hosts N] [--shared N] [--owners N]
//   [--short] [--seed N] [--built]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { findChromium, launchOptions } from './chromium.mjs';
import { randomFrom } from './crash-random.mjs';
import { account, progress, table } from './crash-report.mjs';
import { killAll } from './crash-rounds.mjs';
import { watch } from './crash-watch.mjs';
import { startServer } from './serve.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const siteFolder = join(root, 'e2e/site');

const { values } = parseArgs({
  options: {
    /** Of browsers. */
    kills: { type: 'string' },
    /** Of browsers, with the store in the elected topology. */
    elected: { type: 'string' },
    /** Of the host's renderer. */
    hosts: { type: 'string' },
    /** Of the host's renderer where a tab is in it, too. */
    shared: { type: 'string' },
    /** Of the renderer of the tab that has the store, in the elected topology. */
    owners: { type: 'string' },
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** Takes dist/ and the test site as they are. */
    built: { type: 'boolean', default: false },
  },
});

const plan = {
  browser: Number(values.kills ?? (values.short ? 5 : 100)),
  elected: Number(values.elected ?? (values.short ? 4 : 30)),
  host: Number(values.hosts ?? (values.short ? 3 : 60)),
  shared: Number(values.shared ?? (values.short ? 2 : 10)),
  owner: Number(values.owners ?? (values.short ? 3 : 30)),
};
const seed = Number(values.seed);
if (![...Object.values(plan), seed].every((value) => Number.isInteger(value) && value >= 0)) {
  console.error('--kills, --elected, --hosts, --shared, --owners and --seed take a whole number.');
  process.exit(1);
}

if (process.platform !== 'linux' && plan.host + plan.shared + plan.owner > 0) {
  console.log('skipped: kills of the host’s renderer. Only Linux tells in which process a host runs.');
  Object.assign(plan, { host: 0, shared: 0, owner: 0 });
}

const profile = mkdtempSync(join(tmpdir(), 'keyslot-crash-'));
process.once('exit', () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => process.exit(130));
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @returns {Promise<number>} the exit code */
async function main() {
  const launch = launchOptions(findChromium());
  if (!values.built) await buildSite();
  const begin = performance.now();
  const server = await startServer({ root: join(siteFolder, 'dist') });
  try {
    const options = { profile, url: server.url, launch, random: randomFrom(seed) };
    const all = Object.values(plan).reduce((sum, kills) => sum + kills, 0);
    console.log(
      `seed ${seed}: it draws the instants; what is going on at an instant is another matter each time`,
    );
    const killed = await killAll(options, plan, progress(all));
    const watched = await watch(options);
    console.log(`\n${table(killed.rows)}\n`);
    for (const [code, count] of killed.account.refusals) console.log(`refused with ${code}: ${count}`);
    const violations = [...killed.account.violations, ...watched.account.violations];
    console.log(account(violations, [...killed.account.losses, ...watched.account.losses]));
    const { answers, early } = watched;
    console.log(
      `${early.length === 0 ? '✓' : '✗'} answered before a strict complete${String(early.length).padStart(11)}  of ${answers} watched`,
    );
    console.log(`${((performance.now() - begin) / 1000).toFixed(0)} s`);
    return violations.length + early.length > 0 || answers === 0 ? 1 : 0;
  } finally {
    await server.close();
  }
}

async function buildSite() {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The library does not build: see above.');
  await build({ configFile: join(siteFolder, 'vite.config.ts'), logLevel: 'warn' });
}
