// @ts-check
// A browser that no driver reaches: its page asks for work over HTTP. One tab, since nothing but the command line opens one.
import { fileURLToPath } from 'node:url';
import { Tab } from '../e2e/engines/browser.mjs';
import { START_LIMIT, within } from '../e2e/engines/limits.mjs';
import { ended, kill, stop } from './engines-processes.mjs';
import { Remote } from './engines-remote.mjs';

/** The folder to serve at {@link AGENT_PREFIX}. */
export const AGENT_FOLDER = fileURLToPath(new URL('../e2e/engines/agent', import.meta.url));

export const AGENT_PREFIX = '/agent/';

/**
 * @param {object} options
 * @param {string} options.version
 * @param {(url: string) => import('node:child_process').ChildProcess} options.launch starts the browser, with its only tab
 * @param {() => Promise<void>} [options.after] what else is to be ended with it
 * @returns {Promise<import('../e2e/engines/browser.mjs').Browser>}
 */
export async function undriven({ version, launch, after }) {
  const remote = new Remote();
  const port = await remote.listen();
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let browser;
  /** @param {(browser: import('node:child_process').ChildProcess) => Promise<void>} how */
  const end = async (how) => {
    try {
      if (browser) await how(browser);
    } finally {
      remote.close();
      await after?.();
    }
  };
  return {
    version,
    open: async (url) => {
      if (browser) throw new Error('a browser without a driver has a single tab');
      browser = launch(new URL(`${AGENT_PREFIX}?${port}`, url).href);
      const there = Promise.race([remote.evaluate('true'), ended(browser, version)]);
      await within(there, START_LIMIT, `the start of ${version}`);
      return new Tab({
        evaluate: (expression) => remote.evaluate(expression),
        close: () => end(stop),
      });
    },
    kill: () => end(kill),
    close: () => end(stop),
  };
}
