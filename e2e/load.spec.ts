// What the client loads when it comes to need it: beside the host, or where the elected topology is chosen.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** What every opened keystore needs, and the ways of the elected topology, as the site's bundler names them. */
const OPENED = '**/assets/opened-*.js';
const ELECTED = '**/assets/ways-*.js';

/** The locks of hosts and clients that live. */
const HOSTS = 'keyslot:host:';
const CLIENTS = 'keyslot:client:';

/** A page asks for what it will need when it starts: here again, with what has been done to that script. */
async function startAgain(page: Page): Promise<void> {
  await page.reload();
  await page.waitForFunction(() => window.keyslot !== undefined);
}

/** Holds a script back until it is let go. */
async function hold(page: Page, script: string) {
  let letGo = (): void => undefined;
  const free = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let asked = 0;
  await page.route(script, async (route) => {
    asked += 1;
    await free;
    await route.continue();
  });
  await startAgain(page);
  return { asked: () => asked, letGo };
}

const living = (page: Page, prefix: string): Promise<number> =>
  page.evaluate(
    async (its) =>
      (await navigator.locks.query()).held?.filter(({ name }) => name?.startsWith(its)).length ?? 0,
    prefix,
  );

test('load: the host starts while the rest of the client is loaded', async ({ site }) => {
  const tab = await site.blankTab();
  const held = await hold(tab, OPENED);
  const opening = tab.evaluate(async (name) => {
    const keys = await window.keyslot.openKeystore({ name });
    return (await keys.stats()).sessions;
  }, site.store);
  await expect.poll(() => living(tab, HOSTS)).toBe(1);
  expect(held.asked()).toBe(1);
  held.letGo();
  expect(await opening).toBe(1);
});

test('load: an AbortSignal ends an opening that waits for a script, and its session with it', async ({
  site,
}) => {
  const tab = await site.blankTab();
  const held = await hold(tab, OPENED);
  await tab.evaluate((name) => {
    const controller = new AbortController();
    const opening = window.keyslot.openKeystore({ name, signal: controller.signal });
    window.kept = { controller, opening: window.kit.outcome(opening) };
  }, site.store);
  await expect.poll(() => living(tab, HOSTS)).toBe(1);
  const ended = await tab.evaluate(async () => {
    (window.kept['controller'] as AbortController).abort(new RangeError('enough'));
    return (await (window.kept['opening'] as ReturnType<typeof window.kit.outcome>)).name;
  });
  expect(ended).toBe('RangeError');
  await expect.poll(() => living(tab, CLIENTS)).toBe(0);
  held.letGo();
  expect(
    await tab.evaluate((name) => window.kit.code(window.keyslot.openKeystore({ name })), site.store),
  ).toBe('ok');
});

for (const [topology, script] of [
  ['shared', OPENED],
  ['elected', ELECTED],
] as const) {
  test(`load: what does not load for ${topology} says what to do, leaves no session, and a later opening tries again`, async ({
    site,
  }) => {
    const tab = await site.blankTab();
    const open = () =>
      tab.evaluate((options) => window.kit.outcome(window.keyslot.openKeystore(options)), {
        name: site.store,
        topology,
      });
    await tab.route(script, (route) => route.abort());
    await startAgain(tab);
    const refused = await open();
    expect(refused.code).toBe('SERVICE_FAILURE');
    expect(refused.message).toContain('reload the page');
    await expect.poll(() => living(tab, CLIENTS)).toBe(0);
    await tab.unroute(script);
    expect((await open()).code).toBe('ok');
  });
}

test('load: an opening that ends before its topology is loaded starts no worker', async ({ site }) => {
  const tab = await site.blankTab();
  const held = await hold(tab, ELECTED);
  const ended = await tab.evaluate(async (name) => {
    const signal = AbortSignal.timeout(200);
    return (await window.kit.outcome(window.keyslot.openKeystore({ name, topology: 'elected', signal })))
      .name;
  }, site.store);
  expect(ended).toBe('TimeoutError');
  held.letGo();
  // A worker of the next opening, and none of that one.
  const name = `${site.store}-next`;
  await tab.evaluate((its) => window.keyslot.openKeystore({ name: its, topology: 'elected' }), name);
  expect(tab.workers()).toHaveLength(1);
});

test('load: a script that never comes ends the opening', async ({ site }) => {
  const tab = await site.blankTab();
  const held = await hold(tab, OPENED);
  const refused = await tab.evaluate((name) => {
    const { timeout } = AbortSignal;
    // A hundred times sooner.
    AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms / 100);
    return window.kit.outcome(window.keyslot.openKeystore({ name }));
  }, site.store);
  expect([refused.code, refused.cause]).toEqual(['SERVICE_FAILURE', 'TimeoutError']);
  held.letGo();
});
