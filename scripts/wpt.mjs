// @ts-check
// `npm run test:wpt -- TREE`: the tests of WebCrypto of a web-platform-tests tree (a checkout, or the copy that Node's sources
// have in test/fixtures/wpt) against the browser's own `crypto.subtle` and against `keys.subtle` in both places of keys.
// Fails where keyslot fails what the browser itself passes, unless docs/subtle.md excepts it.
// `--engine firefox`, `--only import_export`, `--place host` (or `fallback`: by noble what the browser has itself), `--built`;
// `--out FILE` takes every verdict that is not a pass.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isExcepted } from '../e2e/wpt/excepted.mjs';
import { FOLDERS, testsOf, writePage } from '../e2e/wpt/pages.mjs';
import { runPage } from '../e2e/wpt/run.mjs';
import { buildSite } from './build-site.mjs';
import { findChromium } from './chromium.mjs';
import { startChromium } from './engines-chromium.mjs';
import { findFirefox } from './engines-find.mjs';
import { startFirefox } from './engines-firefox.mjs';
import { stopAll, stopOnSignals } from './engines-processes.mjs';
import { startServer } from './serve.mjs';

/** @typedef {import('../e2e/wpt/pages.mjs').Place} Place */
/** @typedef {{ test: string, name: string, passed: boolean, message: string }} Line */

const root = fileURLToPath(new URL('..', import.meta.url));
const siteFolder = join(root, 'e2e/site');

/** @type {Readonly<Record<string, (home: string) => Promise<import('../e2e/engines/browser.mjs').Browser>>>} */
const ENGINES = {
  chromium: () => startChromium(findChromium()),
  firefox: (home) => {
    const { paths, missing } = findFirefox();
    if (paths === undefined) throw new Error(missing);
    return startFirefox(paths, home);
  },
};

/** Those of `--place`; without it, the first two. @type {readonly Place[]} */
const PLACES = ['caller', 'host', 'fallback'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string', default: 'chromium' },
    only: { type: 'string', default: '' },
    place: { type: 'string', default: '' },
    out: { type: 'string' },
    built: { type: 'boolean', default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'keyslot-wpt-'));
const clear = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
stopOnSignals(clear);
try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stopAll();
  clear();
}

async function main() {
  const tree = treeOf(positionals);
  const start = ENGINES[values.engine];
  if (!start) throw new Error(`Choose an engine from ${Object.keys(ENGINES).join(', ')}.`);
  const places = values.place === '' ? PLACES.slice(0, 2) : PLACES.filter((place) => values.place === place);
  const tests = testsOf(tree).filter(({ name }) => name.includes(values.only));
  if (tests.length === 0 || places.length === 0) throw new Error('No test or no place has that in its name.');
  if (!values.built) await buildSite();

  const pages = join(folder, 'pages');
  mkdirSync(pages);
  const mounts = Object.fromEntries(FOLDERS.map((name) => [`/${name}/`, join(tree, name)]));
  const server = await startServer({
    root: join(siteFolder, 'dist'),
    mounts: { ...mounts, '/pages/': pages },
  });
  /** @type {import('../e2e/engines/browser.mjs').Browser | undefined} */
  let browser;
  try {
    const started = await start(folder);
    browser = started;
    console.log(`${browser.version}: ${tests.length} files`);
    /** @param {Place} place */
    const run = (place) => runPlace(started, server.url, pages, tests, place);
    const native = await run('native');
    /** @type {Record<string, Line[]>} */
    const failures = { native: native.filter(({ passed }) => !passed) };
    let good = true;
    for (const place of places) {
      const lines = await run(place);
      failures[place] = lines.filter(({ passed }) => !passed);
      good = compare(place, native, lines) && good;
    }
    if (values.out) writeFileSync(values.out, JSON.stringify(failures, undefined, 1));
    return good;
  } finally {
    await browser?.close();
    await server.close();
  }
}

/** @param {string[]} names */
function treeOf([name = process.env['KEYSLOT_WPT'] ?? '']) {
  const tree = resolve(name);
  const there = name !== '' && FOLDERS.every((each) => existsSync(join(tree, each)));
  if (there) return tree;
  throw new Error(
    `Say where web-platform-tests are: npm run test:wpt -- TREE, a folder with ${FOLDERS.join(', ')} in it.`,
  );
}

/**
 * @param {import('../e2e/engines/browser.mjs').Browser} browser
 * @param {string} url
 * @param {string} pages
 * @param {import('../e2e/wpt/pages.mjs').Test[]} tests
 * @param {Place} place
 */
async function runPlace(browser, url, pages, tests, place) {
  /** @type {Line[]} */
  const lines = [];
  for (const [index, test] of tests.entries()) {
    const path = writePage(pages, test, place);
    const { verdicts, trouble } = await runPage(browser, url + path);
    lines.push(...verdicts.map((verdict) => ({ test: test.name, ...verdict })));
    if (trouble) console.log(`  ${place}: ${test.name}: ${trouble}`);
    if (process.stdout.isTTY) process.stdout.write(`\r${place}: ${index + 1} of ${tests.length} files `);
  }
  const passed = lines.filter((line) => line.passed).length;
  console.log(`${place}: ${passed} of ${lines.length} subtests pass`);
  return lines;
}

/**
 * Says what keyslot fails of what the browser passes, and whether all of it is excepted.
 *
 * @param {Place} place
 * @param {Line[]} native
 * @param {Line[]} lines
 */
function compare(place, native, lines) {
  /** @param {Line} line */
  const key = ({ test, name }) => `${test}\n${name}`;
  const passed = new Set(lines.filter((line) => line.passed).map(key));
  const lost = native.filter((line) => line.passed && !passed.has(key(line)));
  const excepted = lost.filter(({ test, name }) => isExcepted(place, test, name));
  const unexpected = lost.filter((line) => !excepted.includes(line));
  console.log(`  of what the browser passes, ${lost.length} fail; ${excepted.length} of them are excepted`);
  const messages = new Map(lines.map((line) => [key(line), line.message]));
  for (const line of unexpected.slice(0, 50)) {
    console.log(`  ✗ ${line.test}: ${line.name}: ${messages.get(key(line)) ?? 'it gave no verdict'}`);
  }
  if (unexpected.length > 50) console.log(`  and ${unexpected.length - 50} more`);
  return unexpected.length === 0;
}
