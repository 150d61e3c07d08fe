// G8: the dead leave nothing. Clients that end in every way there is, with keys and queued calls of theirs.
import type { Page } from '@playwright/test';
import type { Key } from 'keyslot';
import { crash } from './crash-tab.ts';
import { expect, test } from './fixtures.ts';

/** Session keys, and calls queued behind noble work. */
async function leaveMuchBehind(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { ED448, P256, code, times, utf8 } = window.kit;
    const { keys } = window;
    const made = times(20, () => keys.generateKey({ lifetime: 'session', ...P256 }));
    const key = await keys.generateKey({ lifetime: 'session', ...ED448 });
    await Promise.all(made);
    await keys.generateKey({ id: 'left', lifetime: 'volatile', ...P256 });
    for (const data of times(3000, (index) => utf8(`${index}`))) void code(key.sign(data));
  });
}

const WAYS: Record<string, (page: Page) => Promise<unknown>> = {
  'is closed': (page) => page.close({ runBeforeUnload: false }),
  'navigates away': (page) => page.goto('about:blank'),
  'is reloaded': (page) => page.reload(),
  crashes: crash,
};

for (const [way, end] of Object.entries(WAYS)) {
  test(`G8 the dead leave nothing: within a second of a tab that ${way}`, async ({ site }) => {
    const [witness, doomed] = await site.twoTabs();
    await witness.evaluate(async () => {
      window.kept['key'] = await window.keys.generateKey({ lifetime: 'session', ...window.kit.ED448 });
    });
    await leaveMuchBehind(doomed);
    const stats = () => witness.evaluate(() => window.keys.stats());
    expect(await stats()).toMatchObject({ sessions: 2, sessionKeys: 22 });
    expect((await stats()).waiters).toBeGreaterThan(100);
    await end(doomed);
    await expect
      .poll(
        async () => {
          const { sessions, sessionKeys, waiters, readers, slots } = await stats();
          return { sessions, sessionKeys, waiters, readers, keys: slots.FULL };
        },
        { timeout: 1000, intervals: [20] },
      )
      // One's own session key, and the volatile one.
      .toEqual({ sessions: 1, sessionKeys: 1, waiters: 0, readers: 0, keys: 2 });
    // Nothing of others is touched; volatile keys are the host's, not their maker's.
    const after = await witness.evaluate(async () => {
      const { code, utf8 } = window.kit;
      const mine = await code((window.kept['key'] as Key).sign(utf8('still here')));
      return { mine, left: await code(window.keys.openKey('left')) };
    });
    expect(after).toEqual({ mine: 'ok', left: 'ok' });
  });
}

test('G8 the dead leave nothing: a dedicated worker that is terminated', async ({ site }) => {
  const tab = await site.tab();
  await tab.evaluate(async () => {
    const { P256 } = window.kit;
    window.kept['key'] = await window.keys.generateKey({ lifetime: 'session', ...P256 });
    const { worker, run } = window.startWorker();
    window.kept['worker'] = worker;
    await window.keys.attach(worker);
    await run('makeSessionKeys', 5, P256);
  });
  const counts = () =>
    tab.evaluate(async () => {
      const { sessions, sessionKeys, slots } = await window.keys.stats();
      return { sessions, sessionKeys, keys: slots.FULL };
    });
  expect(await counts()).toEqual({ sessions: 2, sessionKeys: 6, keys: 6 });
  await tab.evaluate(() => (window.kept['worker'] as Worker).terminate());
  await expect
    .poll(counts, { timeout: 1000, intervals: [20] })
    .toEqual({ sessions: 1, sessionKeys: 1, keys: 1 });
  expect(await tab.evaluate(() => window.kit.code((window.kept['key'] as Key).sign(new Uint8Array(1))))).toBe(
    'ok',
  );
});

test('G8 the dead leave nothing: a frame that is removed is a client of its own', async ({ site }) => {
  const tab = await site.tab();
  await tab.evaluate(async (name) => {
    const frame = document.createElement('iframe');
    frame.src = '/';
    document.body.append(frame);
    await new Promise((loaded) => frame.addEventListener('load', loaded));
    const inside = frame.contentWindow as Window | null;
    if (inside === null) throw new Error('no frame');
    inside.keys = await inside.keyslot.openKeystore({ name });
    await inside.keys.generateKey({ lifetime: 'session', ...window.kit.P256 });
    window.kept['frame'] = frame;
  }, site.store);
  const sessionKeys = () => tab.evaluate(async () => (await window.keys.stats()).sessionKeys);
  expect(await sessionKeys()).toBe(1);
  await tab.evaluate(() => (window.kept['frame'] as HTMLIFrameElement).remove());
  await expect.poll(sessionKeys, { timeout: 1000, intervals: [20] }).toBe(0);
});
