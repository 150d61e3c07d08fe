// G9 one owner, and safe ends: a second build, a script that is not there, a start that is given up.
import { title } from '../test/misuse/rows.ts';
import { expect, test } from './fixtures.ts';

/** The same worker script at another address is another build to the browser. */
const otherBuild = (url: string) => {
  const other = new URL(url);
  other.pathname = `/other${other.pathname}`;
  return other.href;
};

test('G9 one owner: a host at another address sends its clients to the owner, and owns the store when that has gone', async ({
  site,
}) => {
  const first = await site.tab();
  const worker = otherBuild(await site.hosts.url());
  await first.evaluate(() =>
    window.keys.generateKey({ id: 'kept', lifetime: 'persistent', ...window.kit.P256 }),
  );
  const second = await site.tab({ worker });
  const use = () =>
    second.evaluate(async () => {
      const { code, utf8 } = window.kit;
      const signed = await code(window.keys.openKey('kept').then((key) => key.sign(utf8('data'))));
      return { signed, boot: (await window.keys.stats()).boot };
    });
  const boot = await first.evaluate(async () => (await window.keys.stats()).boot);
  expect(await use()).toEqual({ signed: 'ok', boot });

  // Pending while the owner goes: nothing of it is lost.
  const pending = second.evaluate(async () => {
    const { P256, code, tally, times } = window.kit;
    const made = times(100, (i) =>
      code(window.keys.generateKey({ id: `new-${i}`, lifetime: 'persistent', ...P256 })),
    );
    return tally(await Promise.all(made));
  });
  await first.close();
  await site.hosts.kill('/assets/');
  expect(await pending).toEqual({ ok: 100 });
  const after = await use();
  expect(after.signed).toBe('ok');
  expect(after.boot).not.toBe(boot);
  const listed = await second.evaluate(async () => {
    let count = 0;
    for await (const { attributes } of window.keys.listKeys()) if (attributes !== null) count += 1;
    return count;
  });
  expect(listed).toBe(101);
});

test('G9 one owner: two hosts that start at once never own the store together', async ({ site }) => {
  const probe = await site.tab();
  const worker = otherBuild(await site.hosts.url());
  await probe.close();
  await site.hosts.kill();
  const [one, two] = await Promise.all([site.blankTab(), site.blankTab()]);
  const open = async ({ name, worker }: { name: string; worker?: string }) => {
    window.keys = await window.keyslot.openKeystore(worker === undefined ? { name } : { name, worker });
    return (await window.keys.stats()).boot;
  };
  const boots = await Promise.all([
    one.evaluate(open, { name: site.store }),
    two.evaluate(open, { name: site.store, worker }),
  ]);
  expect(boots[0]).toBe(boots[1]);
});

test('G9 one owner: a host waits while another, that was robbed by one that died, may still believe to own the store', async ({
  site,
}) => {
  const tab = await site.tab();
  await tab.evaluate(() =>
    window.keys.generateKey({ id: 'kept', lifetime: 'persistent', ...window.kit.P256 }),
  );
  await tab.close();
  await site.hosts.kill();
  const page = await site.blankTab();
  const seen = await page.evaluate(async (name) => {
    const { code, readEpoch } = window.kit;
    const { boot } = await readEpoch(name);
    // As the frozen owner holds it: only a page is there to play it.
    await new Promise<void>((held) => {
      void navigator.locks.request(`keyslot:believes:${boot}`, () => {
        held();
        return new Promise(() => undefined);
      });
    });
    const opening = window.keyslot.openKeystore({ name }).then((keys) => keys.openKey('kept'));
    const opened = code(opening).then((answer) => ({ answer, at: performance.now() }));
    while ((await readEpoch(name)).boot === boot);
    const claimed = performance.now();
    const { answer, at } = await opened;
    return { answer, waited: at - claimed };
  }, site.store);
  expect(seen.answer).toBe('ok');
  expect(seen.waited).toBeGreaterThan(4_000);
});

test('G9 one owner: stores of other names are hosts of their own', async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { P256, code } = window.kit;
    const other = await window.keyslot.openKeystore({ name: `${window.keys.name}-2` });
    await window.keys.generateKey({ id: 'mine', lifetime: 'persistent', ...P256 });
    const boots = [(await window.keys.stats()).boot, (await other.stats()).boot];
    return { opened: await code(other.openKey('mine')), differ: boots[0] !== boots[1] };
  });
  expect(seen).toEqual({ opened: 'DOES_NOT_EXIST', differ: true });
});

for (const [what, worker] of [
  ['missing', '/no-such-worker.js'],
  ['no script', '/index.html'],
] as const) {
  test(title('no owner reachable', `the worker script is ${what}`), async ({ site }) => {
    const tab = await site.blankTab();
    const seen = await tab.evaluate(
      async ({ name, worker }) => {
        const { outcome } = window.kit;
        const refused = await outcome(window.keyslot.openKeystore({ name, worker }));
        // The name is not spoilt for a right attempt.
        return { refused, again: await outcome(window.keyslot.openKeystore({ name })) };
      },
      { name: site.store, worker },
    );
    expect(seen.refused.code).toBe('SERVICE_FAILURE');
    expect(seen.refused.message).toContain('worker script of keyslot could not be loaded');
    expect(seen.refused.message).toContain('Content-Security-Policy');
    expect(seen.again.code).toBe('ok');
  });
}

test('safe ends: an AbortSignal ends the opening of a host that never answers', async ({ site }) => {
  const tab = await site.blankTab();
  const seen = await tab.evaluate(async (name) => {
    const { code, outcome } = window.kit;
    const controller = new AbortController();
    const worker = '/silent.js';
    const opening = outcome(window.keyslot.openKeystore({ name, worker, signal: controller.signal }));
    // Its client has said hello by now: it holds its lock, and there is nothing more to come.
    while (!(await navigator.locks.query()).held?.length);
    controller.abort(new RangeError('enough'));
    return [(await opening).name, await code(window.keyslot.openKeystore({ name }))];
  }, site.store);
  expect(seen).toEqual(['RangeError', 'ok']);
});

test('safe ends: what the app’s own function throws ends the opening, and goes nowhere else', async ({
  site,
}) => {
  const tab = await site.blankTab();
  const refused = await tab.evaluate((name) => {
    const worker = () => {
      throw new RangeError('no worker');
    };
    return window.kit.outcome(window.keyslot.openKeystore({ name, worker }));
  }, site.store);
  expect([refused.name, refused.message]).toEqual(['RangeError', 'no worker']);
  // Whatever nobody had caught would be among the errors of the page, which every test looks at.
});

test('safe ends: a SharedWorker that the app made itself is used', async ({ site }) => {
  const tab = await site.tab();
  const url = await site.hosts.url();
  const other = await site.blankTab();
  const sessions = await other.evaluate(
    async ({ url, name }) => {
      const options = { type: 'module', name: `keyslot:${name}`, extendedLifetime: true } as WorkerOptions;
      const worker = new SharedWorker(url, options);
      const keys = await window.keyslot.openKeystore({ name, worker });
      const again = await window.kit.code(window.keyslot.openKeystore({ name, worker: '/another.js' }));
      return { sessions: (await keys.stats()).sessions, again };
    },
    { url, name: site.store },
  );
  expect(sessions).toEqual({ sessions: 2, again: 'INVALID_ARGUMENT' });
  await tab.close();
});
