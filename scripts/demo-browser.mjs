// @ts-check
// The browser of the demo: one profile on disk that outlives restarts, tabs by name, and all that goes wrong
// in a page without being asked for.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { launchOptions } from './chromium.mjs';

/** @typedef {import('playwright').Page} Page */

export class DemoBrowser {
  /** Errors that nobody caught, as the pages reported them. @type {string[]} */
  faults = [];
  /** Open tabs by their name. @type {Map<string, Page>} */
  tabs = new Map();
  #path;
  #url;
  #profile = '';
  /** @type {import('playwright').BrowserContext | undefined} */
  #context;

  /**
   * @param {string} path of the browser
   * @param {string} url of the demo page
   */
  constructor(path, url) {
    this.#path = path;
    this.#url = url;
  }

  /** Starts it, on the profile of the last time if there was one. Answers its version. */
  async start() {
    this.#profile ||= await mkdtemp(join(tmpdir(), 'keyslot-demo-'));
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      ...launchOptions(this.#path),
      headless: true,
      viewport: { width: 1280, height: 800 },
      colorScheme: 'light',
      // Ends of this process are handled by demo.mjs, which removes the profile too.
      handleSIGINT: false,
      handleSIGTERM: false,
    });
    return this.#context.browser()?.version() ?? 'unknown version';
  }

  /**
   * Opens a tab and waits until it has the keystore. The page names itself; the name is checked by the story.
   *
   * @returns {Promise<{ page: Page, name: string }>}
   */
  async open() {
    if (this.#context === undefined) throw new Error('start() comes first');
    // A new profile begins with one blank tab: it becomes the first.
    const blank = this.#context.pages().find((page) => page.url() === 'about:blank');
    const page = blank ?? (await this.#context.newPage());
    page.on('pageerror', (error) => this.faults.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text());
    });
    await page.goto(this.#url);
    const name = await page.evaluate(async () => (await window.demo).tab);
    this.tabs.set(name, page);
    return { page, name };
  }

  /** @param {string} name */
  async closeTab(name) {
    await this.tabs.get(name)?.close();
    this.tabs.delete(name);
  }

  async stop() {
    await this.#context?.close();
    this.#context = undefined;
    this.tabs.clear();
  }

  /** Stops it and removes its profile. */
  async end() {
    await this.stop();
    if (this.#profile !== '') await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
