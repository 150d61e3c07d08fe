// @ts-check
// WebKitGTK with a profile that outlives it, in one tab. WebKitWebDriver has none to offer: MiniBrowser takes a private
// data manager whenever it runs with `--automation`, whatever else it is told (`activate()` in
// https://github.com/WebKit/WebKit/blob/main/Tools/MiniBrowser/gtk/main.c; the newer API makes every automated session
// private, https://bugs.webkit.org/show_bug.cgi?id=276225). So it runs without, and its page asks for work.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Tab } from '../e2e/engines/browser.mjs';
import { kill, start, stop } from './engines-processes.mjs';
import { Remote } from './engines-remote.mjs';
import { startDisplay, webKitEnvironment } from './engines-webkit.mjs';

/** The folder to serve at {@link AGENT_PREFIX}. */
export const AGENT_FOLDER = fileURLToPath(new URL('../e2e/engines/agent', import.meta.url));

export const AGENT_PREFIX = '/agent/';

/**
 * Starts at its first tab, and has no second: nothing but the command line opens one.
 *
 * @param {import('./engines-webkit.mjs').WebKitPaths} paths
 * @param {string} folder has the profile
 * @returns {Promise<import('../e2e/engines/browser.mjs').Browser>}
 */
export async function startWebKitProfile(paths, folder) {
  const { display, screen } = await startDisplay(paths.display);
  const env = webKitEnvironment(folder, screen);
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
      await stop(display);
    }
  };
  return {
    version: spawnSync(paths.browser, ['--version'], { encoding: 'utf8', env }).stdout.trim(),
    open: async (url) => {
      if (browser) throw new Error('this WebKit has a single tab');
      const page = new URL(`${AGENT_PREFIX}?${port}`, url);
      browser = start(paths.browser, [page.href], { stdio: 'ignore', env });
      return new Tab({
        evaluate: (expression) => remote.evaluate(expression),
        close: () => end(stop),
      });
    },
    kill: () => end(kill),
    close: () => end(stop),
  };
}
