// @ts-check
// Finds Firefox and WebKitGTK, and installs them where they are missing. A path that is named but wrong is an error;
// an engine that is nowhere is a reason to skip it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { install } from './engines-debian.mjs';

/**
 * @template T
 * @typedef {{ paths: T, missing?: never } | { paths?: never, missing: string }} Found
 */

/** @returns {Found<string>} */
export function findFirefox() {
  const find = () => named('KEYSLOT_FIREFOX', '--version') ?? onPath(['firefox-esr', 'firefox'], '--version');
  return found(find, ['firefox-esr']);
}

/** @returns {Found<import('./engines-webkit.mjs').WebKitPaths>} */
export function findWebKit() {
  const find = () => {
    const driver = named('KEYSLOT_WEBKIT_DRIVER', '--help') ?? onPath(['WebKitWebDriver'], '--help');
    const browser = miniBrowser();
    const display = onPath(['Xvfb'], '-help');
    return driver && browser && display ? { driver, browser, display } : undefined;
  };
  return found(find, ['webkit2gtk-driver', 'xvfb']);
}

/**
 * @template T
 * @param {() => T | undefined} find
 * @param {string[]} packages
 * @returns {Found<T>}
 */
function found(find, packages) {
  const there = find();
  if (there) return { paths: there };
  const obstacle = install(packages);
  if (obstacle) return { missing: obstacle };
  const installed = find();
  return installed ? { paths: installed } : { missing: `${packages.join(' and ')} lack what is needed` };
}

/**
 * @param {string} variable
 * @param {string} probe
 */
function named(variable, probe) {
  const path = process.env[variable];
  if (!path) return undefined;
  if (isExecutable(path) && starts(path, probe)) return path;
  throw new Error(`${variable} is ${path}, which does not start: correct it or unset it.`);
}

/**
 * @param {string[]} names
 * @param {string} probe
 */
function onPath(names, probe) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find((path) => isExecutable(path) && starts(path, probe));
}

/** The browser that WebKitGTK brings along for tests; distributions keep it beside the library. */
function miniBrowser() {
  const folders = ['/usr/libexec', '/usr/lib', ...subfolders('/usr/lib')];
  const versions = ['webkit2gtk-4.1', 'webkitgtk-6.0', 'webkit2gtk-4.0'];
  const candidates = versions.flatMap((version) =>
    folders.map((folder) => join(folder, version, 'MiniBrowser')),
  );
  return candidates.find(isExecutable);
}

/** @param {string} folder */
function subfolders(folder) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Some distributions put a stub on the PATH that only says where to get the browser.
 *
 * @param {string} path
 * @param {string} probe an option with which it says something and ends well
 */
function starts(path, probe) {
  return spawnSync(path, [probe], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}
