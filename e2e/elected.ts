// What the tests of the elected topology do in a tab: keys of each lifetime, use without pause, who the owner is.
import { expect } from '@playwright/test';
import type { Key } from 'keyslot';
import type { Tab } from './tabs.ts';

/** Keys of each lifetime, kept in the page by their lifetime. */
export async function settle(tab: Tab): Promise<void> {
  await tab.evaluate(async () => {
    const { ED448, P256 } = window.kit;
    const { keys, kept } = window;
    kept['persistent'] = await keys.ensureKey({ id: 'persistent', lifetime: 'persistent', ...P256 });
    kept['volatile'] = await keys.ensureKey({ id: 'volatile', lifetime: 'volatile', ...ED448 });
    kept['session'] = await keys.generateKey({ id: 'session', lifetime: 'session', ...P256 });
  });
}

/** How signing with each of them ends. */
export function signAll(tab: Tab): Promise<Record<string, string>> {
  return tab.evaluate(async () => {
    const { code, utf8 } = window.kit;
    const codes: Record<string, string> = {};
    for (const name of ['persistent', 'volatile', 'session']) {
      codes[name] = await code((window.kept[name] as Key).sign(utf8('data')));
    }
    return codes;
  });
}

export const ALL = { persistent: 'ok', volatile: 'ok', session: 'ok' };
export const WITHOUT_VOLATILE = { ...ALL, volatile: 'INVALID_HANDLE' };

export function bootOf(tab: Tab): Promise<string> {
  return tab.evaluate(async () => (await window.keys.stats()).boot);
}

/** Signs without pause, and tells at the end how the calls ended and the longest time between two answers, in ms. */
export async function signWithoutPause(tab: Tab): Promise<() => Promise<{ codes: object; longest: number }>> {
  await tab.evaluate(async () => {
    const { code, tally, utf8 } = window.kit;
    const key = await window.keys.openKey('persistent');
    const codes: string[] = [];
    let longest = 0;
    let stop = false;
    const loop = async () => {
      for (let last = performance.now(); !stop; ) {
        codes.push(await code(key.sign(utf8('data'))));
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
      }
    };
    const ended = loop();
    window.kept['signed'] = () => codes.length;
    window.kept['end'] = async () => {
      stop = true;
      await ended;
      return { codes: tally(codes), longest };
    };
  });
  return () =>
    tab.evaluate(() => (window.kept['end'] as () => Promise<{ codes: object; longest: number }>)());
}

/** Waits until the loops of all these tabs have gone on by some calls. */
export async function goingOn(tabs: readonly Tab[]): Promise<void> {
  const count = (tab: Tab) => tab.evaluate(() => (window.kept['signed'] as () => number)());
  const before = await Promise.all(tabs.map(count));
  for (const [index, tab] of tabs.entries()) {
    await expect.poll(() => count(tab), { intervals: [20] }).toBeGreaterThan((before[index] ?? 0) + 10);
  }
}
