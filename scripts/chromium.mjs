// @ts-check
// Finds the Chromium that tests, demo and benchmarks drive, and installs one where there is none.
// Order: KEYSLOT_CHROMIUM, the PATH, Playwright's own download, an installation.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The longest that one attempt to install may take, in milliseconds. */
const INSTALL_LIMIT = 10 * 60_000;

const isRoot = process.getuid?.() === 0;

/** For people who have no browser, and none could be installed. */
const ADVICE =
  'No Chromium found and none could be installed: install Chromium or Chrome, and set KEYSLOT_CHROMIUM to its executable if it is not on the PATH.';

/**
 * The path of a Chromium that starts. Throws, with a message that says what to do, when there is none.
 *
 * @returns {string}
 */
export function findChromium() {
  const named = process.env['KEYSLOT_CHROMIUM'];
  if (named) {
    if (!existsSync(named)) {
      throw new Error(`KEYSLOT_CHROMIUM is ${named}, which does not exist: correct it or unset it.`);
    }
    if (!starts(named)) {
      throw new Error(`KEYSLOT_CHROMIUM is ${named}, which does not start: correct it or unset it.`);
    }
    return named;
  }
  const found = onPath() ?? own() ?? installFromPlaywright() ?? installFromDebian();
  if (!found) throw new Error(ADVICE);
  return found;
}

/**
 * What Playwright needs to start the browser at `path`. The flags keep Chromium off the network; as root
 * its sandbox cannot start.
 *
 * @param {string | undefined} path
 */
export function launchOptions(path) {
  return {
    ...(path ? { executablePath: path } : {}),
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  };
}

function onPath() {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find((path) => isExecutable(path) && starts(path));
}

function own() {
  const path = chromium.executablePath();
  return path && existsSync(path) && starts(path) ? path : undefined;
}

function installFromPlaywright() {
  const cli = createRequire(import.meta.url)
    .resolve('playwright/package.json')
    .replace('package.json', 'cli.js');
  say('No Chromium found: trying `playwright install chromium` …');
  // The download comes first and the system's libraries after it, so that a machine which cannot reach
  // the download does not install libraries for nothing.
  if (!run(process.execPath, [cli, 'install', 'chromium'])) return undefined;
  if (!own() && isRoot) run(process.execPath, [cli, 'install-deps', 'chromium']);
  return own();
}

function installFromDebian() {
  if (!isRoot || !isDebian()) return undefined;
  say('Trying `apt-get install chromium` …');
  if (!run('apt-get', ['update'])) return undefined;
  if (!run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])) return undefined;
  return onPath();
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*\bdebian\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
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
 * Some distributions put a stub on the PATH that only says where to get the browser, and a download may
 * lack system libraries: what counts is that it runs.
 *
 * @param {string} path
 */
function starts(path) {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // Milliseconds; without it a filtered network costs minutes.
    PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: process.env['PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT'] ?? '20000',
  };
  // Everything goes to stderr: stdout belongs to the command that needs the browser.
  return spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: INSTALL_LIMIT, env }).status === 0;
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}
