// Tabs that create, use and destroy stored keys without pause, and the exact account at the end: what was acknowledged
// against what is listed.
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** What a tab has done: each key is named by a number behind the tab's own prefix. */
interface Account {
  readonly prefix: string;
  /** How often each code was answered. */
  readonly codes: Readonly<Record<string, number>>;
  /** The keys whose creation was acknowledged and that were not destroyed after it. */
  readonly kept: readonly number[];
}

/** Begins the load of a tab. */
export async function load(tab: Page): Promise<void> {
  await tab.evaluate(() => {
    const { ED448, P256, code, tally, times, utf8 } = window.kit;
    const { keys, kept } = window;
    const prefix = `${crypto.randomUUID()}-`;
    const codes: string[] = [];
    const acknowledged: number[] = [];
    let begun = 0;
    let stop = false;
    const one = async (init: typeof P256, number: number) => {
      const id = `${prefix}${number}`;
      begun += 1;
      const created = await code(keys.generateKey({ id, lifetime: 'persistent', ...init }));
      codes.push(created, await code(keys.openKey(id).then((key) => key.sign(utf8('data')))));
      // Every other one stays.
      if (number % 2 === 0) codes.push(await code(keys.destroyKey(id)));
      else if (created === 'ok') acknowledged.push(number);
    };
    const writer = async (index: number) => {
      for (let number = index; !stop; number += 4) await one(index === 0 ? ED448 : P256, number);
    };
    const ended = Promise.all(times(4, writer));
    kept['end'] = async () => {
      stop = true;
      await ended;
      return { prefix, codes: tally(codes), kept: acknowledged };
    };
    kept['begun'] = () => begun;
  });
}

/** Waits until the loads of all these tabs have gone on by some keys. */
export async function busy(tabs: readonly Page[]): Promise<void> {
  const begun = (tab: Page) => tab.evaluate(() => (window.kept['begun'] as () => number)());
  const before = await Promise.all(tabs.map(begun));
  for (const [index, tab] of tabs.entries()) {
    await expect.poll(() => begun(tab)).toBeGreaterThan((before[index] ?? 0) + 10);
  }
}

/** Ends the loads and settles the accounts: every call succeeded, and the keys that should be there are, and no others. */
export async function settleAccounts(tabs: readonly Page[]): Promise<void> {
  for (const tab of tabs) {
    const account = await tab.evaluate(() => (window.kept['end'] as () => Promise<Account>)());
    expect(Object.keys(account.codes)).toEqual(['ok']);
    const listed = await tab.evaluate(async (prefix) => {
      const ids: string[] = [];
      for await (const { id } of window.keys.listKeys({ prefix })) ids.push(id);
      return ids.map((id) => Number(id.slice(prefix.length)));
    }, account.prefix);
    expect(listed.sort(ascending)).toEqual([...account.kept].sort(ascending));
    expect(listed.length).toBeGreaterThan(0);
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}
