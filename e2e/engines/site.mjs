// @ts-check
// One engine with the built test site in two tabs: what a list of checks works on.
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Overdue, WORK_LIMIT } from './limits.mjs';

/** @typedef {'auto' | 'shared' | 'elected'} Topology */

export class Site {
  #start;
  /** @type {import('./browser.mjs').Browser | undefined} */
  #browser;
  /** @type {Map<string, import('./browser.mjs').Tab>} */
  #tabs = new Map();
  url;
  topology;
  store = `engines-${randomUUID()}`;
  /** What one check leaves for a later one. @type {Map<string, any>} */
  kept = new Map();

  /**
   * @param {() => Promise<import('./browser.mjs').Browser>} start a second start finds what the first has stored
   * @param {string} url
   * @param {Topology} topology in which stores are opened
   */
  constructor(start, url, topology) {
    this.#start = start;
    this.url = url;
    this.topology = topology;
  }

  /** Starts the browser, and again after it was closed. */
  async start() {
    this.#browser = await this.#start();
    return this.#browser.version;
  }

  /**
   * The tab of a name, opened when it is first asked for. It collects errors that nobody has caught.
   *
   * @param {'A' | 'B'} name
   * @param {string} path of the page, where it is opened
   */
  async tab(name, path = '/') {
    const there = this.#tabs.get(name);
    if (there) return there;
    if (!this.#browser) throw new Error('the browser has not started');
    const tab = await this.#browser.open(new URL(path, this.url).href);
    this.#tabs.set(name, tab);
    await ready(tab);
    await tab.run(() => {
      /** @type {string[]} */
      const uncaught = [];
      window.kept['uncaught'] = uncaught;
      window.addEventListener('error', ({ message }) => uncaught.push(message));
      window.addEventListener('unhandledrejection', ({ reason }) => uncaught.push(String(reason)));
    });
    return tab;
  }

  /** @param {'A' | 'B'} name */
  async closeTab(name) {
    const tab = await this.tab(name);
    this.#tabs.delete(name);
    await tab.close();
  }

  async close() {
    const browser = this.#browser;
    this.#browser = undefined;
    this.#tabs.clear();
    await browser?.close();
  }

  /** Ends the browser amid whatever it does. Its start finds what was stored by then. */
  async kill() {
    const kill = this.#browser?.kill;
    if (!kill) throw new Error('no browser runs that can be killed');
    this.#browser = undefined;
    this.#tabs.clear();
    await kill();
  }
}

/**
 * Until the page's scripts have run: WebKitWebDriver has said that a page was loaded while its tab still had the blank one
 * before it, which knows nothing of the site's and takes away what is begun in it.
 *
 * @param {import('./browser.mjs').Tab} tab
 */
async function ready(tab) {
  /** @type {unknown} */
  let cause;
  for (const start = performance.now(); performance.now() - start < WORK_LIMIT; await setTimeout(20)) {
    try {
      if (await tab.run(() => 'kept' in window)) return;
    } catch (error) {
      if (error instanceof Overdue) throw error;
      cause = error;
    }
  }
  throw new Overdue('the start of a page’s scripts took longer than its limit', { cause });
}
