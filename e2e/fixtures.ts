// What every end-to-end test starts from: a store of its own, tabs of the test site that have it open in one topology or
// the other, and the SharedWorker that hosts it.
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import type { OpenOptions } from 'keyslot';
import { Hosts } from './hosts.ts';

export { expect };

export type Topology = 'shared' | 'elected';

export class Site {
  readonly context: BrowserContext;
  readonly store = `store-${crypto.randomUUID()}`;
  /** Of the tabs, unless one asks for another. */
  readonly topology: Topology;
  /** Uncaught errors and unhandled rejections of all tabs: keyslot never causes one. */
  readonly pageErrors: string[] = [];

  constructor(context: BrowserContext, topology: Topology = 'shared') {
    this.context = context;
    this.topology = topology;
  }

  get hosts(): Hosts {
    const browser = this.context.browser();
    if (browser === null) throw new Error('a persistent context has no browser to ask');
    return new Hosts(browser, this.store);
  }

  /** A tab of the site, in which nothing is open. */
  async blankTab(path = '/'): Promise<Page> {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.pageErrors.push(String(error)));
    await page.goto(path);
    return page;
  }

  /** A tab that has the store open, as `window.keys`. At `/next/`: by the next release of the package. */
  async tab(options: Omit<OpenOptions, 'name' | 'signal'> = {}, path = '/'): Promise<Page> {
    const page = await this.blankTab(path);
    await page.evaluate(
      async (open) => {
        window.keys = await window.keyslot.openKeystore(open);
      },
      { topology: this.topology, ...options, name: this.store },
    );
    return page;
  }

  async twoTabs(): Promise<[Page, Page]> {
    return Promise.all([this.tab(), this.tab()]);
  }

  async tabs(count: number): Promise<Page[]> {
    return Promise.all(Array.from({ length: count }, () => this.tab()));
  }

  /**
   * Runs work in several tabs at once: each waits at `kit.gate()`, which opens when all of them are there, and
   * what `others` begins too.
   */
  async together<T, A>(
    pages: readonly Page[],
    work: (argument: A & { tab: number }) => Promise<T>,
    argument: A,
    others: readonly (() => Promise<T>)[] = [],
  ): Promise<T[]> {
    const keeper = await this.blankTab();
    await keeper.evaluate(() => window.kit.closeGate());
    const body = work as (argument: unknown) => Promise<T>;
    const inTabs = pages.map((page, tab) => page.evaluate(body, { ...argument, tab }));
    const running = Promise.all([...inTabs, ...others.map((begin) => begin())]);
    const waiting = pages.length + others.length;
    await expect.poll(() => keeper.evaluate(() => window.kit.atGate())).toBe(waiting);
    await keeper.evaluate(() => window.kit.openGate());
    const results = await running;
    await keeper.close();
    return results;
  }
}

interface Given {
  readonly topology: Topology;
  readonly site: Site;
}

export const test = base.extend<Given>({
  topology: ['shared', { option: true }],
  site: async ({ context, topology }, use) => {
    const site = new Site(context, topology);
    await use(site);
    expect(site.pageErrors).toEqual([]);
  },
});
