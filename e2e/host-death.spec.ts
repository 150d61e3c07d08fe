// G8, the other side: the SharedWorker dies without a word. Every call settles, and clients go on by themselves.
import type { Key } from 'keyslot';
import { expect, test } from './fixtures.ts';

test('G8 host death: every pending call settles, the next one finds a new host', async ({ site }) => {
  const tabs = await site.tabs(2);
  for (const tab of tabs) {
    await tab.evaluate(async () => {
      const { ED448, P256, code, tally, times, utf8 } = window.kit;
      const { keys } = window;
      window.kept['boot'] = (await keys.stats()).boot;
      window.kept['persistent'] = await keys.ensureKey({ id: 'persistent', lifetime: 'persistent', ...P256 });
      window.kept['volatile'] = await keys.ensureKey({ id: 'volatile', lifetime: 'volatile', ...P256 });
      const session = await keys.generateKey({ id: 'session', lifetime: 'session', ...ED448 });
      window.kept['session'] = session;
      const calls = times(2000, () => code(session.sign(utf8('data'))));
      const init = { id: crypto.randomUUID(), lifetime: 'persistent', ...ED448 } as const;
      calls.push(
        code(keys.generateKey(init)),
        code(keys.destroyKey('nothing')),
        code(keys.openKey('persistent')),
      );
      window.kept['ended'] = Promise.all(calls).then(tally);
    });
  }
  await site.hosts.kill();
  for (const tab of tabs) {
    const ended = (await tab.evaluate(() => window.kept['ended'])) as Record<string, number>;
    // The session's key died with its host. The rest, which is stored, is asked of the next one.
    expect(ended).toEqual({
      ok: expect.any(Number),
      INVALID_HANDLE: expect.any(Number),
      DOES_NOT_EXIST: 1,
    });
  }
  for (const tab of tabs) {
    const after = await tab.evaluate(async () => {
      const { code, utf8 } = window.kit;
      const { keys } = window;
      const data = utf8('data');
      const persistent = window.kept['persistent'] as Key;
      return {
        signs: await persistent.verify(await persistent.sign(data), data),
        volatile: await code((window.kept['volatile'] as Key).sign(data)),
        session: await code((window.kept['session'] as Key).sign(data)),
        opened: await code(keys.openKey('volatile')),
        sameHost: (await keys.stats()).boot === window.kept['boot'],
      };
    });
    expect(after).toEqual({
      signs: true,
      volatile: 'INVALID_HANDLE',
      session: 'INVALID_HANDLE',
      opened: 'DOES_NOT_EXIST',
      sameHost: false,
    });
  }
  expect(await tabs[0]?.evaluate(async () => (await window.keys.stats()).sessions)).toBe(2);
});

test('G8 host death: 100 calls at once reconnect once, and a second death is survived too', async ({
  site,
}) => {
  const tab = await site.tab();
  await tab.evaluate(async () => {
    const init = { id: 'key', lifetime: 'persistent', cache: true, ...window.kit.ED25519 } as const;
    window.kept['key'] = await window.keys.generateKey(init);
  });
  for (let round = 0; round < 2; round += 1) {
    await site.hosts.kill();
    // A call that is posted before the death is noticed fails; afterwards all go to the new host.
    await expect.poll(() => tab.evaluate(() => window.kit.code(window.keys.stats()))).toBe('ok');
    const codes = await tab.evaluate(async () => {
      const { code, tally, times } = window.kit;
      const key = window.kept['key'] as Key;
      return tally(await Promise.all(times(100, () => code(key.sign(new Uint8Array(8))))));
    });
    expect(codes).toEqual({ ok: 100 });
    expect(await tab.evaluate(async () => (await window.keys.stats()).sessions)).toBe(1);
  }
});

test('G8 host death: a dedicated worker reaches the new host through its page', async ({ site }) => {
  const tab = await site.tab();
  const sign = () =>
    tab.evaluate(() => {
      const run = window.kept['run'] as ReturnType<typeof window.startWorker>['run'];
      return window.kit.code(run('sign', 'key', window.kit.utf8('data')));
    });
  await tab.evaluate(async () => {
    const { worker, run } = window.startWorker();
    window.kept['run'] = run;
    await window.keys.generateKey({ id: 'key', lifetime: 'persistent', ...window.kit.P256 });
    await window.keys.attach(worker);
  });
  expect(await sign()).toBe('ok');
  await site.hosts.kill();
  await expect.poll(sign).toBe('ok');
  expect(await tab.evaluate(async () => (await window.keys.stats()).sessions)).toBe(2);
});

test('G8 host death: an abort ends the wait for a new host', async ({ site }) => {
  const tab = await site.tab();
  const boot = await tab.evaluate(async () => (await window.keys.stats()).boot);
  await site.hosts.kill();
  const seen = await tab.evaluate(async (boot) => {
    const { outcome } = window.kit;
    // The new host has to wait for its store: somebody else has it.
    await new Promise<void>((held) => {
      void navigator.locks.request(`keyslot:store:${window.keys.name}`, () => {
        held();
        return new Promise(() => undefined);
      });
    });
    // The client queues on this lock before: when it is granted here, the client knows of the death.
    await navigator.locks.request(`keyslot:host:${boot}`, { mode: 'shared' }, () => undefined);
    const controller = new AbortController();
    const pending = outcome(window.keys.openKey('any', { signal: controller.signal }));
    controller.abort(new RangeError('no longer needed'));
    return pending;
  }, boot);
  expect(seen.name).toBe('RangeError');
});
