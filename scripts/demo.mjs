// @ts-check
// `npm run demo`: builds the library and the demo page on top of it, serves the page, and tells the story of
// demo-story.mjs in a real browser. Exit code 0 if all of it came out as told, else 1.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { findChromium } from './chromium.mjs';
import { DemoBrowser } from './demo-browser.mjs';
import { Mismatch, Report } from './demo-report.mjs';
import { nothingYet, story } from './demo-story.mjs';
import { startServer } from './serve.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'demo/out');

/** The longest that a step may take, in ms: a browser that hangs must not hang the demo. */
const LIMIT = 120_000;

process.exitCode = await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});

/** @returns {Promise<number>} the exit code */
async function main() {
  const path = findChromium();
  const begin = performance.now();
  await buildAll();
  console.log(`built the library and the demo in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });

  const server = await startServer({ root: join(root, 'demo/dist') });
  const browser = new DemoBrowser(path, server.url);
  const interrupted = () => void browser.end().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    console.log(`Chromium ${await browser.start()} on ${server.url}`);
    return (await tell(browser)) ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    await browser.end();
    await server.close();
  }
}

/** The page is built on dist/, which is what apps install. */
async function buildAll() {
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (built.status !== 0) throw new Error('The library could not be built.');
  await build({
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    resolve: { alias: { keyslot: join(root, 'dist/index.js') } },
  });
}

/** @param {DemoBrowser} browser */
async function tell(browser) {
  const report = new Report();
  const told = nothingYet();
  let well = true;
  for (const { title, run } of story) {
    report.step(title);
    const number = report.rows.length;
    let pictures = 0;
    /** @type {import('./demo-story.mjs').Stage['picture']} */
    const picture = async (tab, name, text) => {
      pictures += 1;
      const file = join(out, `${number}${'abc'[pictures - 1]}-${name}.png`);
      await tab.picture(`Step ${number} of ${story.length}`, text, file);
      report.say(`→ ${relative(root, file)}`);
    };
    try {
      await within(LIMIT, run({ browser, report, told, picture }));
      report.check('no tab reported an error of its own', browser.faults, []);
      report.passed();
    } catch (error) {
      if (!(error instanceof Mismatch)) console.log(`   ✕ ${error instanceof Error ? error.message : error}`);
      for (const fault of browser.faults) console.log(`     a tab reported: ${fault}`);
      await pictureAll(browser);
      well = false;
      break;
    }
  }
  report.table(story.map(({ title }) => title));
  console.log(
    well
      ? '\nall of it came out as told'
      : '\nnot as told: see the line marked ✕ above and demo/out/failed-*.png',
  );
  return well;
}

/** What the tabs showed when the story stopped. @param {DemoBrowser} browser */
async function pictureAll(browser) {
  for (const [name, page] of browser.tabs) {
    await page.screenshot({ path: join(out, `failed-${name}.png`), timeout: 5000 }).catch((error) => {
      console.log(`     no picture of tab ${name}: ${error instanceof Error ? error.message : error}`);
    });
  }
}

/**
 * @param {number} ms
 * @param {Promise<void>} work
 */
function within(ms, work) {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`the step took longer than ${ms / 1000} s`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(limit));
  });
}
