// @ts-check
// The ways in which a crash test kills, amid the writing of two tabs, and how it goes on afterwards. All kills are
// SIGKILL, at instants drawn from a seeded generator; what a browser is doing at such an instant no seed repeats.
import { setTimeout } from 'node:timers/promises';

/** @typedef {import('./crash-session.mjs').Session} Session */
/** @typedef {() => number} Random */

/** The longest that tabs write before a kill, in milliseconds. */
const WRITING = 1000;

/** The longest that a browser has for its start before it is killed again, in milliseconds. */
const STARTING = 1000;

/**
 * @typedef {object} Way of killing
 * @property {string} name
 * @property {(session: Session, random: Random) => Promise<Toll>} run the store can be audited afterwards
 *
 * @typedef {{ kills: number, tabs: number }} Toll tabs: those that died with a process that is not the whole browser
 *
 * @typedef {object} Setting of the tabs
 * @property {'shared' | 'elected'} topology
 * @property {boolean} isolated whether the pages are cross-origin isolated. A SharedWorker never is: Chromium then gives
 * it a renderer of its own, and else that of the tab which started it.
 *
 * @typedef {object} Target
 * @property {Setting} setting
 * @property {readonly Way[]} ways
 */

/** What is killed. Chromium runs IndexedDB in the browser's own process. */
export const TARGETS = Object.freeze({
  /** @type {Target} */
  browser: { setting: { topology: 'shared', isolated: true }, ways: browserWays('') },
  /** @type {Target} */
  elected: { setting: { topology: 'elected', isolated: true }, ways: browserWays('elected: ') },
  /** @type {Target} */
  host: {
    setting: { topology: 'shared', isolated: true },
    ways: [{ name: 'the host’s renderer', run: killHost }],
  },
  /** @type {Target} */
  shared: {
    setting: { topology: 'shared', isolated: false },
    ways: [{ name: 'the host’s renderer, a tab in it', run: killHost }],
  },
  /** @type {Target} */
  owner: {
    setting: { topology: 'elected', isolated: true },
    ways: [{ name: 'elected: the tab that has the store', run: killHost }],
  },
});

/**
 * @param {string} prefix of the names
 * @returns {readonly Way[]}
 */
function browserWays(prefix) {
  return [
    {
      name: `${prefix}all processes at once`,
      run: (session, random) => killBrowser(session, random, 'kill'),
    },
    {
      name: `${prefix}the browser’s own process`,
      run: (session, random) => killBrowser(session, random, 'killMain'),
    },
    { name: `${prefix}all, and again at the start`, run: killTwice },
  ];
}

/**
 * @param {Session} session
 * @param {Random} random
 * @param {'kill' | 'killMain'} how
 * @returns {Promise<Toll>}
 */
async function killBrowser(session, random, how) {
  await writing(session, random);
  await session.end(how);
  await session.start();
  return { kills: 1, tabs: 0 };
}

/**
 * The second kill comes before, in or after the repair of what the first has left.
 *
 * @param {Session} session
 * @param {Random} random
 * @returns {Promise<Toll>}
 */
async function killTwice(session, random) {
  await writing(session, random);
  await session.end();
  await session.start();
  // What fails of this was killed. What of it never ends, as Playwright at times does not then, is not waited for.
  session.open().catch(() => undefined);
  await setTimeout(random() * STARTING);
  await session.end();
  await session.start();
  return { kills: 2, tabs: 0 };
}

/**
 * @param {Session} session
 * @param {Random} random
 * @returns {Promise<Toll>}
 */
async function killHost(session, random) {
  // While the tab that has the store is alone, in the elected topology: the others have workers too.
  if (session.tabs.length === 0) await session.open();
  const { pid } = await session.browser.hostRenderer(session.setting.topology);
  const before = await twoTabs(session);
  await writing(session, random);
  await session.browser.killOne(pid);
  const { alive, crashed } = await session.survivors();
  await session.stopWriting(alive);
  for (const tab of crashed) await session.close(tab);
  const [survivor] = alive;
  if (survivor !== undefined && (await session.host(survivor)) === before) {
    throw new Error('another process was killed than the host’s');
  }
  return { kills: 1, tabs: crashed.length };
}

/**
 * Two tabs that write, up to an instant.
 *
 * @param {Session} session
 * @param {Random} random
 */
async function writing(session, random) {
  await twoTabs(session);
  session.startWriting();
  await setTimeout(random() * WRITING);
}

/** Answers which host they have. @param {Session} session */
async function twoTabs(session) {
  while (session.tabs.length < 2) await session.open();
  const [tab] = session.tabs;
  return tab === undefined ? '' : session.host(tab);
}
