// G5: shortage waits. More keys than cache slots, more calls than lanes, deadlines that end a wait.
import type { Key } from 'keyslot';
import { expect, test } from './fixtures.ts';

/** src/host/host.ts: cached copies of persistent keys. */
const CACHE_SIZE = 256;

test('G5 shortage waits: 300 cached keys used from three tabs share 256 cache slots', async ({ site }) => {
  const tabs = await site.tabs(3);
  const [first] = tabs;
  await first?.evaluate(async () => {
    const { ED25519, HMAC, times } = window.kit;
    const made = times(300, (index) => {
      const kind = index % 2 === 0 ? HMAC : ED25519;
      return window.keys.generateKey({ id: `key-${index}`, lifetime: 'persistent', cache: true, ...kind });
    });
    await Promise.all(made);
  });
  const codes = await Promise.all(
    tabs.map((page, tab) =>
      page.evaluate(async (tab) => {
        const { code, tally, times, utf8 } = window.kit;
        // Each tab walks the keys in another order.
        const order = times(300, (index) => (index * (6 * tab + 1) + 100 * tab) % 300);
        const uses = order.map(async (index) => {
          const key = await window.keys.openKey(`key-${index}`);
          return code(key.sign(utf8('data')));
        });
        return tally(await Promise.all(uses));
      }, tab),
    ),
  );
  expect(codes).toEqual([{ ok: 300 }, { ok: 300 }, { ok: 300 }]);
  const stats = await first?.evaluate(() => window.keys.stats());
  expect(stats?.evictions).toBeGreaterThan(0);
  expect(stats?.slots.FULL).toBeLessThanOrEqual(CACHE_SIZE);
  expect(stats).toMatchObject({ waiters: 0, readers: 0 });
});

test('G5 shortage waits: 360 calls that hold a cache slot each are all served', async ({ site }) => {
  const tab = await site.tab();
  const url = await site.hosts.url();
  const seen = await tab.evaluate(
    async ({ url, store }) => {
      const { RawPort, SECP256K1, tally, times, utf8 } = window.kit;
      const made = times(360, (index) =>
        window.keys.generateKey({ id: `key-${index}`, lifetime: 'persistent', ...SECP256K1 }),
      );
      await Promise.all(made);
      // 40 clients: each may hold nine slots (lanes + 1) while its calls wait for the one noble lane.
      const clients = await Promise.all(
        times(40, async () => {
          const client = new RawPort(url, store);
          await client.hello();
          return client;
        }),
      );
      const use = async (client: (typeof clients)[number], id: string) => {
        const opened = (await client.call('open', { id })) as { value: { generation: string } };
        const handle = { id, generation: opened.value.generation };
        const reply = (await client.call('sign', { handle, data: utf8(id) })) as { error?: { code: string } };
        return reply.error?.code ?? 'ok';
      };
      const uses = clients.flatMap((client, number) =>
        times(9, (index) => use(client, `key-${number * 9 + index}`)),
      );
      let most = 0;
      let busy = true;
      const ended = Promise.all(uses).finally(() => {
        busy = false;
      });
      while (busy) {
        const { slots } = await window.keys.stats();
        most = Math.max(most, slots.FULL + slots.FILLING);
      }
      return { codes: tally(await ended), most, after: await window.keys.stats() };
    },
    { url, store: site.store },
  );
  expect(seen.codes).toEqual({ ok: 360 });
  // All of the cache was in use, and no more than it.
  expect(seen.most).toBe(CACHE_SIZE);
  expect(seen.after).toMatchObject({ waiters: 0, readers: 0 });
  expect(seen.after.slots.FULL + seen.after.slots.FILLING).toBe(0);
});

for (const timeout of [0, 1]) {
  test(`G5 shortage waits: a deadline of ${timeout} ms behind noble work is INSUFFICIENT_MEMORY with its cause`, async ({
    site,
  }) => {
    const tab = await site.tab();
    const seen = await tab.evaluate(async (timeout) => {
      const { ED448, HMAC, code, outcome, tally, times, utf8 } = window.kit;
      const key: Key = await window.keys.generateKey({ lifetime: 'session', ...ED448 });
      const queue = Promise.all(times(300, () => code(key.sign(utf8('data')))));
      const late = await outcome(key.sign(utf8('late'), { timeout }));
      const created = await outcome(
        window.keys.generateKey({ id: 'late', lifetime: 'volatile', ...ED448 }, { timeout }),
      );
      const opened = await code(window.keys.openKey('late'));
      // A queue for one lane is no queue for another.
      const native = await window.keys.generateKey({ lifetime: 'session', ...HMAC });
      return { late, created, opened, native: native.type, queue: tally(await queue) };
    }, timeout);
    expect(seen.late).toMatchObject({
      code: 'INSUFFICIENT_MEMORY',
      cause: 'DEADLINE',
      message: expect.stringContaining(`deadline of ${timeout} ms`),
    });
    expect(seen.late.message).toMatch(/place \d+, \d+ waiting/);
    expect(seen.created).toMatchObject({ code: 'INSUFFICIENT_MEMORY', cause: 'DEADLINE' });
    expect(seen.opened).toBe('DOES_NOT_EXIST');
    expect(seen.queue).toEqual({ ok: 300 });
  });
}

test('G12 fair: a tab that floods the host does not hold up another tab', async ({ site }) => {
  const [flooding, other] = await site.twoTabs();
  await flooding.evaluate(async () => {
    const { ED448, times, utf8 } = window.kit;
    const key = await window.keys.generateKey({ lifetime: 'session', ...ED448 });
    window.kept['served'] = 0;
    const calls = times(2000, () =>
      key.sign(utf8('flood')).then(() => {
        window.kept['served'] = Number(window.kept['served']) + 1;
      }),
    );
    window.kept['ended'] = Promise.all(calls);
  });
  await other.evaluate(async () => {
    const { ED448, P256, utf8 } = window.kit;
    const noble = await window.keys.generateKey({ lifetime: 'session', ...ED448 });
    const native = await window.keys.generateKey({ lifetime: 'session', ...P256 });
    for (let left = 20; left > 0; left -= 1) {
      await noble.sign(utf8('one'));
      await native.sign(utf8('two'));
    }
  });
  // Sessions take turns: 21 noble calls of this tab let 21 of the other pass, and a few while messages travel.
  expect(await flooding.evaluate(() => window.kept['served'])).toBeLessThan(1000);
  await flooding.evaluate(() => window.kept['ended']);
});
