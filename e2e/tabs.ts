// Tabs of a Chromium that nobody but the test tells what it sees: Playwright makes every page believe that it is visible,
// and a visible page is never frozen.
import type { Page } from '@playwright/test';
import puppeteer, { type Browser, type Page as RealPage } from 'puppeteer-core';
import { launchOptions } from '../scripts/chromium.mjs';

/** As far as the tests of both kinds of tab need it. */
export type Tab = Pick<Page, 'evaluate'>;

export class RealTab {
  readonly #page: RealPage;
  readonly #store: string;

  constructor(page: RealPage, store: string) {
    this.#page = page;
    this.#store = store;
  }

  /** What runs in the page is called as by Playwright. */
  get tab(): Tab {
    return this.#page as unknown as Tab;
  }

  /** Ends its host and opens the store again, where it is. */
  async reload(): Promise<void> {
    await this.#page.reload();
    await this.open();
  }

  async open(): Promise<void> {
    await this.#page.evaluate(async (name) => {
      window.keys = await window.keyslot.openKeystore({ name, topology: 'elected' });
    }, this.#store);
  }

  /** Puts it before the others of the window, which are hidden by that. */
  async show(): Promise<void> {
    await this.#page.bringToFront();
  }

  /** Only of a hidden tab. */
  async freeze(): Promise<void> {
    const session = await this.#page.createCDPSession();
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await session.detach();
  }

  async thaw(): Promise<void> {
    const session = await this.#page.createCDPSession();
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await session.detach();
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}

export class RealTabs {
  readonly #browser: Browser;
  readonly #url: string;

  private constructor(browser: Browser, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  static async start(url: string): Promise<RealTabs> {
    const { executablePath, args } = launchOptions(process.env['KEYSLOT_CHROMIUM']);
    const options = executablePath === undefined ? { channel: 'chrome' as const } : { executablePath };
    return new RealTabs(await puppeteer.launch({ ...options, args, headless: true }), url);
  }

  /** A tab in front that has the store open in the elected topology, as `window.keys`. */
  async open(store: string): Promise<RealTab> {
    const page = await this.#browser.newPage();
    await page.goto(this.#url);
    const tab = new RealTab(page, store);
    await tab.open();
    return tab;
  }

  /** An empty one in front of all. */
  async blank(): Promise<void> {
    await this.#browser.newPage();
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
