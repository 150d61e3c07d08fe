// @ts-check
// WebKitGTK: its MiniBrowser on a display of its own, by WebKitWebDriver. Playwright needs a patched WebKit, which
// is not what anybody runs.

import { Tab } from '../e2e/engines/browser.mjs';
import { START_LIMIT, within } from '../e2e/engines/limits.mjs';
import { ended, start, stop } from './engines-processes.mjs';
import { driverReady, WebDriverSession } from './engines-webdriver.mjs';
import { freePort } from './free-port.mjs';

/** @typedef {{ driver: string, browser: string, display: string }} WebKitPaths */

/**
 * Each start is a private session: nothing of the one before is there. engines-webkit-profile.mjs has the other kind.
 *
 * @param {WebKitPaths} paths
 * @param {string} folder
 * @returns {Promise<import('../e2e/engines/browser.mjs').Browser>}
 */
export async function startWebKit(paths, folder) {
  const { display, screen } = await startDisplay(paths.display);
  const port = await freePort();
  const driver = start(paths.driver, [`--port=${port}`], {
    stdio: 'ignore',
    env: webKitEnvironment(folder, screen),
  });
  const end = async () => {
    await stop(driver);
    await stop(display);
  };
  try {
    const { session, version } = await startSession(driver, `http://127.0.0.1:${port}`, paths.browser);
    // It stays as it is: the session ends with its last window.
    const first = await session.firstWindow();
    return {
      version,
      open: async (url) => {
        const handle = await session.newWindow(first);
        await session.go(handle, url);
        return new Tab({
          evaluate: (expression) => session.evaluate(handle, expression),
          close: () => session.closeWindow(handle),
        });
      },
      close: async () => {
        try {
          await session.end();
        } finally {
          await end();
        }
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * Whatever WebKit keeps, it keeps in `folder`.
 *
 * @param {string} folder
 * @param {string} screen
 */
export function webKitEnvironment(folder, screen) {
  return {
    ...process.env,
    DISPLAY: `:${screen}`,
    GDK_BACKEND: 'x11',
    HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    // A desktop's bus would only be asked for settings, and may not be there.
    GSETTINGS_BACKEND: 'memory',
    NO_AT_BRIDGE: '1',
  };
}

/**
 * An X server on the first free screen, whose number it writes when it is ready.
 *
 * @param {string} path
 */
export async function startDisplay(path) {
  const display = start(path, ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  /** @type {Promise<string>} */
  const written = new Promise((done) => display.stdio[3]?.once('data', (text) => done(String(text).trim())));
  const ready = Promise.race([written, ended(display, 'Xvfb')]);
  try {
    return { display, screen: await within(ready, START_LIMIT, 'the start of Xvfb') };
  } catch (error) {
    await stop(display);
    throw error;
  }
}

/**
 * @param {import('node:child_process').ChildProcess} driver
 * @param {string} address
 * @param {string} binary
 */
async function startSession(driver, address, binary) {
  const giveUp = new AbortController();
  const failed = ended(driver, 'WebKitWebDriver');
  // It ends in any case, most often when nobody waits for it any more.
  failed.catch(() => {});
  try {
    const ready = Promise.race([driverReady(address, giveUp.signal), failed]);
    await within(ready, START_LIMIT, 'the start of WebKitWebDriver');
  } finally {
    giveUp.abort();
  }
  return WebDriverSession.start(address, {
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary, args: ['--automation'] },
  });
}
