// @ts-check
// What the benchmarks share: building, the machine that they ran on, where results go.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { findChromium } from './chromium.mjs';
import { startServer } from './serve.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'bench/out');

/**
 * Runs a benchmark with the path of a browser; what it throws is all that it says.
 *
 * @param {(path: string) => Promise<void>} main
 */
export async function run(main) {
  try {
    await main(findChromium());
  } catch (error) {
    stop(error instanceof Error ? error.message : String(error));
  }
}

/** Builds the package and the pages of bench/, and serves these. */
export async function servePages() {
  if (spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' }).status !== 0) {
    stop('The library does not build: see above.');
  }
  await build({ configFile: join(root, 'bench/vite.config.ts'), logLevel: 'warn' });
  return startServer({ root: join(root, 'bench/dist') });
}

/** Before a run adds its own load, which is that of the last minute: 0 is a machine at rest. */
export function machineAtRest() {
  return { cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', load: loadavg()[0] ?? 0 };
}

/** @param {import('playwright').Browser} browser */
export function machineLine(browser) {
  const { cores, cpu } = machineAtRest();
  return `Chromium ${browser.version()}, ${cores} cores (${cpu})`;
}

/**
 * Serves the page itself without the header that isolates it.
 *
 * @param {import('playwright').Route} route
 */
async function withoutOpenerPolicy(route) {
  const response = await route.fetch();
  const { 'cross-origin-opener-policy': _dropped, ...headers } = response.headers();
  await route.fulfill({ response, headers });
}

/**
 * A page, isolated or not, and a promise that rejects with what goes wrong in it.
 *
 * @param {import('playwright').Browser} browser
 * @param {string} url
 * @param {import('./bench-report.mjs').Place} place
 */
export async function pageIn(browser, url, place) {
  const page = await browser.newPage();
  /** @type {Promise<never>} */
  const broken = new Promise((_done, fail) => page.once('pageerror', fail));
  // Whoever has stopped waiting for it must not be bothered by it.
  broken.catch(() => undefined);
  if (!place.isolated) await page.route(url, withoutOpenerPolicy);
  await page.goto(url);
  if ((await page.evaluate(() => crossOriginIsolated)) !== place.isolated) {
    throw new Error(`The page for '${place.name}' is ${place.isolated ? 'not ' : ''}cross-origin isolated.`);
  }
  return { page, broken };
}

/**
 * @param {string} name of a file in bench/out/
 * @param {string | object} content an object is written as JSON
 */
export function write(name, content) {
  mkdirSync(out, { recursive: true });
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
  writeFileSync(join(out, name), text);
}

/**
 * Writes what was measured into a file of results, beside the groups there that were not measured now. Each has the
 * date and the machine of its own run.
 *
 * @param {string} name of a file in bench/out/
 * @param {Readonly<Record<string, object>>} groups
 */
export function writeGroups(name, groups) {
  write(name, { ...earlier(name), ...groups });
}

/**
 * The groups of a file of results. What has no date of its own is from before groups had one, and is not kept.
 *
 * @param {string} name
 */
function earlier(name) {
  /** @type {unknown} */
  let before;
  try {
    before = JSON.parse(readFileSync(join(out, name), 'utf8'));
  } catch {
    // There is none, or a run was cut short while it was written.
    return {};
  }
  const entries = Object.entries(before ?? {});
  return Object.fromEntries(entries.filter(([, group]) => typeof group?.date === 'string'));
}

/**
 * @param {string} message
 * @returns {never}
 */
export function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
