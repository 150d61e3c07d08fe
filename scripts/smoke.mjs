// @ts-check
// What a newcomer does: packs the package, makes a new Vite app with it, pastes the README's quick start
// in, and looks at the page. Run for `vite dev` and for `vite build`. Needs no network. After the quick start the app has
// something computed for which a host starts a worker of its own, whose script the bundler must have found too.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build, createServer } from 'vite';
import { findChromium, launchOptions } from './chromium.mjs';
import { quickStart } from './quick-start.mjs';
import { startServer } from './serve.mjs';
import { makeApp } from './smoke-app.mjs';

/** What the app prints when it worked: the quick start, and what comes after it. */
const SUCCESSES = ['verified: true', 'own worker: true'];

/** A host's own worker holds a lock of such a name. */
const OWN_WORKER = `
const elected = await openKeystore({ name: 'elected', topology: 'elected' });
let done = false;
const making = elected
  .generateKey({ lifetime: 'session', algorithm: 'SLH-DSA-SHA2-128s', usages: ['sign'], slow: true })
  .finally(() => { done = true; });
let seen = false;
while (!seen && !done) {
  const { held } = await navigator.locks.query();
  seen = held.some(({ name }) => name.startsWith('keyslot:slow:'));
}
await making;
console.log('own worker:', seen);
`;

/** How long a page may take to print it, in milliseconds. */
const LIMIT = 30_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const app = mkdtempSync(join(tmpdir(), 'keyslot-smoke-'));

try {
  const options = launchOptions(findChromium());
  const { main, config } = quickStart(join(root, 'README.md'));
  makeApp(app, root, { main: main + OWN_WORKER, config });
  await inDev(options);
  await inProduction(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(app, { recursive: true, force: true });
}

/** @param {ReturnType<typeof launchOptions>} options */
async function inDev(options) {
  const server = await createServer({ root: app, logLevel: 'warn', server: { port: 0, host: '127.0.0.1' } });
  try {
    await server.listen();
    const address = server.httpServer?.address();
    if (typeof address !== 'object' || !address) throw new Error('vite dev has no address');
    await look(options, 'vite dev', `http://127.0.0.1:${address.port}/`);
  } finally {
    await server.close();
  }
}

/** @param {ReturnType<typeof launchOptions>} options */
async function inProduction(options) {
  await build({ root: app, logLevel: 'warn' });
  const server = await startServer({ root: join(app, 'dist') });
  try {
    await look(options, 'vite build', server.url);
  } finally {
    await server.close();
  }
}

/**
 * @param {ReturnType<typeof launchOptions>} options
 * @param {string} kind
 * @param {string} url
 */
async function look(options, kind, url) {
  const browser = await chromium.launch(options);
  /** @type {string[]} */
  const seen = [];
  try {
    const page = await browser.newPage();
    const printed = new Promise((done) => {
      page.on('console', (message) => {
        seen.push(`${message.type()}: ${message.text()}`);
        if (SUCCESSES.every((success) => seen.some((line) => line.includes(success)))) done(true);
      });
    });
    page.on('pageerror', (error) => seen.push(`error: ${error.stack ?? error.message}`));
    page.on('requestfailed', (request) => seen.push(`request failed: ${request.url()}`));
    await page.goto(url);
    const late = setTimeout(LIMIT, false, { ref: false });
    if (!(await Promise.race([printed, late]))) {
      throw new Error(
        `${kind}: the README's quick start and what comes after it did not print '${SUCCESSES.join("', '")}' in ${LIMIT / 1000} s. The page said:\n${seen.join('\n') || '(nothing)'}`,
      );
    }
    console.log(`${kind}: ${SUCCESSES.join(', ')}`);
  } finally {
    await browser.close();
  }
}
