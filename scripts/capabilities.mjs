// @ts-check
// `npm run capabilities`: asks the built package in Chromium, Firefox and WebKitGTK what it can do there, and writes
// docs/capabilities.md. An engine that is not there is an error: half a table would replace a whole one.
// `-- --built` takes dist/ and the test site as they are.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSite } from './build-site.mjs';
import { page } from './capabilities-page.mjs';
import { findChromium } from './chromium.mjs';
import { startChromium } from './engines-chromium.mjs';
import { findFirefox, findWebKit } from './engines-find.mjs';
import { startFirefox } from './engines-firefox.mjs';
import { stopAll, stopOnSignals } from './engines-processes.mjs';
import { startWebKit } from './engines-webkit.mjs';
import { startServer } from './serve.mjs';

/** @typedef {import('../e2e/engines/browser.mjs').Browser} Browser */

const root = fileURLToPath(new URL('..', import.meta.url));
const siteFolder = join(root, 'e2e/site');

/** @type {Readonly<Record<string, (home: string) => Promise<Browser>>>} */
const ENGINES = {
  Chromium: () => startChromium(findChromium()),
  Firefox: (home) => startFirefox(there(findFirefox()), home),
  WebKitGTK: (home) => startWebKit(there(findWebKit()), home),
};

const { values } = parseArgs({ options: { built: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'keyslot-capabilities-'));
const clear = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
stopOnSignals(clear);
try {
  if (!values.built) await buildSite();
  const server = await startServer({ root: join(siteFolder, 'dist') });
  try {
    /** @type {import('./capabilities-page.mjs').Seen[]} */
    const seen = [];
    for (const [name, start] of Object.entries(ENGINES)) {
      const home = join(folder, name);
      mkdirSync(home);
      seen.push({ name, ...(await ask(await start(home), server.url)) });
      console.log(`${name}: asked`);
    }
    writeFileSync(join(root, 'docs/capabilities.md'), page(seen));
    console.log('written: docs/capabilities.md');
  } finally {
    await server.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stopAll();
  clear();
}

/**
 * @param {Browser} browser
 * @param {string} url
 */
async function ask(browser, url) {
  try {
    const tab = await browser.open(url);
    // As text: not every protocol carries objects of this depth.
    const text = await tab.run(async () => {
      const keys = await window.keyslot.openKeystore({ name: 'capabilities' });
      try {
        return JSON.stringify(await keys.capabilities());
      } finally {
        await keys.close();
      }
    });
    const { details, digests } = JSON.parse(text);
    return { version: browser.version, details, digests };
  } finally {
    await browser.close();
  }
}

/**
 * @template T
 * @param {{ paths?: T, missing?: string }} found
 * @returns {T}
 */
function there({ paths, missing }) {
  if (paths !== undefined) return paths;
  throw new Error(`The table needs all three engines: ${missing}.`);
}
