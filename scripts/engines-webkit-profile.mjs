// @ts-check
// WebKitGTK with a profile that outlives it, in one tab. WebKitWebDriver has none to offer: MiniBrowser takes a private
// data manager whenever it runs with `--automation`, whatever else it is told (`activate()` in
// https://github.com/WebKit/WebKit/blob/main/Tools/MiniBrowser/gtk/main.c; the newer API makes every automated session
// private, https://bugs.webkit.org/show_bug.cgi?id=276225). So it runs without.
import { spawnSync } from 'node:child_process';
import { start, stop } from './engines-processes.mjs';
import { undriven } from './engines-undriven.mjs';
import { startDisplay, webKitEnvironment } from './engines-webkit.mjs';

/**
 * Starts at its first tab.
 *
 * @param {import('./engines-webkit.mjs').WebKitPaths} paths
 * @param {string} folder has the profile
 * @returns {Promise<import('../e2e/engines/browser.mjs').Browser>}
 */
export async function startWebKitProfile(paths, folder) {
  const { display, screen } = await startDisplay(paths.display);
  const env = webKitEnvironment(folder, screen);
  return undriven({
    version: spawnSync(paths.browser, ['--version'], { encoding: 'utf8', env }).stdout.trim(),
    launch: (url) => start(paths.browser, [url], { stdio: 'ignore', env }),
    after: () => stop(display),
  });
}
