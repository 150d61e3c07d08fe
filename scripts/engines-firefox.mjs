// @ts-check
// Firefox, by puppeteer over WebDriver BiDi: Playwright needs a patched Firefox, and its BiDi mode fails on ESR. And without
// any of that, as people have it: what listens to its workers' debuggers changes what its workers can do.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { Tab } from '../e2e/engines/browser.mjs';
import { START_LIMIT, WORK_LIMIT, within } from '../e2e/engines/limits.mjs';
import { adopt, kill, runEnds, start, stop } from './engines-processes.mjs';
import { undriven } from './engines-undriven.mjs';

/**
 * Starts Firefox on the profile in `folder`, which outlives it.
 *
 * @param {string} path
 * @param {string} folder
 * @returns {Promise<import('../e2e/engines/browser.mjs').Browser>}
 */
export async function startFirefox(path, folder) {
  const profile = join(folder, 'profile');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: path,
    headless: true,
    userDataDir: profile,
    env: homeIn(folder),
    timeout: START_LIMIT,
    // Later than the limit of the work itself, whose message says more.
    protocolTimeout: 2 * WORK_LIMIT,
    // The run has its own way to end everything.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    signal: runEnds,
  });
  const firefox = browser.process();
  if (!firefox) throw new Error('puppeteer has not started Firefox itself');
  adopt(firefox);
  return {
    version: await browser.version(),
    open: async (url) => {
      const page = await browser.newPage();
      await page.goto(url, { timeout: WORK_LIMIT });
      return new Tab({ evaluate: (expression) => page.evaluate(expression), close: () => page.close() });
    },
    kill: async () => {
      await kill(firefox);
      await preferencesRestored(profile);
    },
    close: async () => {
      try {
        await within(browser.close(), START_LIMIT, 'ending Firefox');
      } finally {
        await stop(firefox);
      }
    },
  };
}

/**
 * Starts at its first tab, on a profile in `folder`.
 *
 * @param {string} path
 * @param {string} folder
 * @returns {Promise<import('../e2e/engines/browser.mjs').Browser>}
 */
export function startFirefoxUndriven(path, folder) {
  const profile = join(folder, 'profile');
  mkdirSync(profile, { recursive: true });
  const env = homeIn(folder);
  return undriven({
    version: spawnSync(path, ['--version'], { encoding: 'utf8', env }).stdout.trim(),
    launch: (url) =>
      start(path, ['--headless', '--no-remote', '--profile', profile, url], { stdio: 'ignore', env }),
  });
}

/**
 * Caches and crash reports go here too. Firefox refuses to run as root in the home of somebody else.
 *
 * @param {string} folder
 */
function homeIn(folder) {
  return { ...process.env, HOME: folder, XDG_CACHE_HOME: folder, XDG_CONFIG_HOME: folder };
}

/**
 * Where a browser has ended, puppeteer puts back the preferences that it has kept beside its own, and tells nobody when it
 * has. A start meanwhile finds files missing.
 *
 * @param {string} profile
 */
async function preferencesRestored(profile) {
  const kept = ['prefs.js.puppeteer', 'user.js.puppeteer'].map((name) => join(profile, name));
  for (const begin = performance.now(); kept.some((file) => existsSync(file)); await setTimeout(20)) {
    if (performance.now() - begin > START_LIMIT) throw new Error('puppeteer has not put back preferences');
  }
}
