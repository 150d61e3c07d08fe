// @ts-check
// Chromium, by Playwright, as the checks of engines see one.
import { chromium } from 'playwright';
import { Tab } from '../e2e/engines/browser.mjs';
import { START_LIMIT, WORK_LIMIT, within } from '../e2e/engines/limits.mjs';
import { launchOptions } from './chromium.mjs';

/**
 * @param {string} path
 * @returns {Promise<import('../e2e/engines/browser.mjs').Browser>}
 */
export async function startChromium(path) {
  const browser = await chromium.launch({ ...launchOptions(path), timeout: START_LIMIT });
  return {
    version: `Chromium ${browser.version()}`,
    open: async (url) => {
      const page = await browser.newPage();
      await page.goto(url, { timeout: WORK_LIMIT });
      return new Tab({ evaluate: (expression) => page.evaluate(expression), close: () => page.close() });
    },
    close: () => within(browser.close(), START_LIMIT, 'ending Chromium'),
  };
}
