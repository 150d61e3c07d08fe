// @ts-check
// One profile and its account through all the browsers that are started on it and killed: tabs that write, and a look
// at the store afterwards.
import { within } from '../e2e/engines/limits.mjs';
import { BrowserProcess } from './browser-process.mjs';
import { Account } from './crash-account.mjs';
import { drawStep } from './crash-draw.mjs';
import { hostOf, lookAtAll, openStore, write } from './crash-page.mjs';
import { judge } from './crash-verify.mjs';

/** @typedef {import('playwright').Page} Page */

/** Calls that each tab has under way, so that a kill lands among transactions. */
const WIDTH = 6;

/** Milliseconds for what takes one or two. A call gives up by itself after 40 s. */
const LIMIT = 60_000;

/**
 * @typedef {object} Tab
 * @property {Page} page
 * @property {Promise<'crashed'>} crashed
 * @property {(count: number) => Promise<'alive'>} goesOn resolves when so many more steps were acknowledged
 * @property {() => void} acknowledged
 * @property {Promise<void>} writing
 */

export class Session {
  account = new Account();
  /** Of the tabs that are opened from here on. @type {import('./crash-kills.mjs').Setting} */
  setting = { topology: 'shared', isolated: true };
  #profile;
  #url;
  #launch;
  #random;
  #store;
  /** @type {BrowserProcess | undefined} */
  #browser;
  /** @type {Map<Page, Tab>} */
  #tabs = new Map();
  #stopping = false;
  /** Whether a browser that was ended since the last look had deleted the database. */
  #dropped = false;

  /**
   * @param {object} options
   * @param {string} options.profile a folder that outlives the browsers
   * @param {string} options.url of the test site
   * @param {{ executablePath?: string, args?: readonly string[] }} options.launch
   * @param {() => number} options.random
   * @param {string} [options.store]
   */
  constructor({ profile, url, launch, random, store = 'crash' }) {
    this.#profile = profile;
    this.#url = url;
    this.#launch = launch;
    this.#random = random;
    this.#store = store;
  }

  /** @returns {BrowserProcess} */
  get browser() {
    if (this.#browser === undefined) throw new Error('no browser runs');
    return this.#browser;
  }

  get tabs() {
    return [...this.#tabs.values()];
  }

  /** Starts a browser on the profile. */
  async start() {
    const starting = BrowserProcess.start(this.#profile, this.#launch);
    this.#browser = await within(starting, LIMIT, 'the start of a browser');
    const { context } = this.#browser;
    await context.exposeBinding('nextStep', () => this.#step());
    await context.exposeBinding('reportStep', ({ page }, report) => this.#enter(page, report));
  }

  /** Ends it, with SIGKILL as ever. @param {'kill' | 'killMain'} how */
  async end(how = 'kill') {
    const browser = this.#browser;
    this.#browser = undefined;
    this.#tabs.clear();
    await browser?.[how]();
    if (browser?.droppedDatabase) this.#dropped = true;
  }

  /** A tab that has the store open. @param {string} [worker] another script than the package's own */
  async open(worker) {
    const { browser } = this;
    const page = await within(browser.context.newPage(), LIMIT, 'a new tab');
    if (browser !== this.#browser) throw new Error('the browser was killed meanwhile');
    page.on('pageerror', (error) => this.account.violate('page', error.stack ?? error.message));
    const tab = tabOf(page);
    this.#tabs.set(page, tab);
    const { topology, isolated } = this.setting;
    if (!isolated) await page.route(this.#url, withoutOpenerPolicy);
    await page.goto(this.#url);
    await within(
      page.evaluate(openStore, { name: this.#store, topology, ...(worker && { worker }) }),
      LIMIT,
      'opening the store',
    );
    return tab;
  }

  /** @param {Tab} tab */
  async close({ page }) {
    this.#tabs.delete(page);
    await within(page.close(), LIMIT, 'the end of a tab');
  }

  /** Compares the store with the account, through a tab. @param {Tab} tab */
  async audit({ page }) {
    const looks = await within(page.evaluate(lookAtAll), LIMIT, 'looking at all keys');
    if (this.#dropped || this.browser.droppedDatabase) this.account.drop();
    this.#dropped = false;
    this.browser.droppedDatabase = false;
    this.account.audit(looks.map(judge));
  }

  /** The host that serves a tab. @param {Tab} tab */
  host({ page }) {
    return within(page.evaluate(hostOf), LIMIT, 'asking for the host');
  }

  /** All tabs write until `stopWriting()`, or until they die. */
  startWriting() {
    this.#stopping = false;
    for (const tab of this.tabs) tab.writing = tab.page.evaluate(write, WIDTH);
    // Whoever stops them looks at how they end; the dead are not asked.
    for (const { writing } of this.tabs) writing.catch(() => undefined);
  }

  /** Resolves when every call of the tabs has settled. @param {readonly Tab[]} tabs */
  async stopWriting(tabs) {
    this.#stopping = true;
    for (const { writing } of tabs) {
      await within(writing, LIMIT, 'settling of all calls').catch((error) => {
        this.account.violate('hung', error.message);
      });
    }
  }

  /**
   * Who lives after a kill: a tab either crashed, or goes on by itself, without a reload.
   *
   * @returns {Promise<{ alive: Tab[], crashed: Tab[] }>}
   */
  async survivors() {
    /** @type {Record<'alive' | 'crashed', Tab[]>} */
    const result = { alive: [], crashed: [] };
    for (const tab of this.tabs) {
      // More than it can have had under way before.
      const fate = Promise.race([tab.crashed, tab.goesOn(3 * WIDTH)]);
      const known = await within(fate, LIMIT, 'going on of a tab').catch((error) => {
        this.account.violate('hung', error.message);
        return /** @type {const} */ ('crashed');
      });
      result[known].push(tab);
    }
    return result;
  }

  /** @returns {import('./crash-page.mjs').Step} */
  #step() {
    return this.#stopping ? { act: 'stop' } : drawStep(this.account, this.#random);
  }

  /**
   * @param {Page} page
   * @param {import('./crash-page.mjs').Report} report
   */
  #enter(page, report) {
    if ('publicKey' in report) this.account.name(report.id, report.publicKey);
    else if (report.code !== 'ok') this.account.refuse(report.act, report.id, report.code);
    else {
      this.account.acknowledge(report.act, report.id);
      this.#tabs.get(page)?.acknowledged();
    }
  }
}

/** @param {import('playwright').Route} route */
async function withoutOpenerPolicy(route) {
  const response = await route.fetch();
  const { 'cross-origin-opener-policy': _policy, ...headers } = response.headers();
  await route.fulfill({ response, headers });
}

/** @param {Page} page @returns {Tab} */
function tabOf(page) {
  let left = 0;
  let reached = () => {};
  return {
    page,
    writing: Promise.resolve(),
    crashed: new Promise((resolve) => page.once('crash', () => resolve('crashed'))),
    goesOn: (count) =>
      new Promise((resolve) => {
        left = count;
        reached = () => resolve('alive');
      }),
    acknowledged: () => {
      left -= 1;
      if (left === 0) reached();
    },
  };
}
