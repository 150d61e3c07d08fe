// G11 closed: messages that no correct client sends, on a raw port, before and after the hello. One with a valid id
// is answered with an error, one without is not; nothing changes, no code runs, the host still serves.
import type { Page } from '@playwright/test';
import { expect, type Site, test } from './fixtures.ts';
import { HOSTILE } from './hostile.ts';

type RawPort = InstanceType<Window['kit']['RawPort']>;

async function rawTab(site: Site, greeted: boolean): Promise<Page> {
  const tab = await site.tab();
  const url = await site.hosts.url();
  await tab.evaluate(
    async ({ url, store, greeted }) => {
      const raw = new window.kit.RawPort(url, store);
      window.kept['raw'] = raw;
      if (greeted) await raw.hello();
      await window.keys.generateKey({ id: 'there', lifetime: 'volatile', ...window.kit.P256 });
    },
    { url, store: site.store, greeted },
  );
  return tab;
}

/** All that could have changed. */
const state = (tab: Page) =>
  tab.evaluate(async () => {
    const ids: string[] = [];
    for await (const { id } of window.keys.listKeys()) ids.push(id);
    const { sessions, sessionKeys, slots, readers, waiters, boot } = await window.keys.stats();
    return { ids, sessions, sessionKeys, slots, readers, waiters, boot };
  });

for (const greeted of [false, true]) {
  const when = greeted ? 'after' : 'before';

  test(`G11 closed: ${when} the hello, hostile messages with an id are answered with an error and change nothing`, async ({
    site,
  }) => {
    const tab = await rawTab(site, greeted);
    const before = await state(tab);
    const codes = await tab.evaluate(async (hostile) => {
      const raw = window.kept['raw'] as RawPort;
      const seen: Record<string, unknown> = {};
      for (const [name, message] of Object.entries(hostile)) {
        const id = crypto.randomUUID();
        const reply = await raw.ask({ ...message, id }, (answer) => answer.id === id);
        seen[name] = reply.type === 'RAW' && reply.value?.error?.code;
      }
      return seen;
    }, HOSTILE);
    const expected = Object.keys(HOSTILE).map((name) => [name, 'INVALID_ARGUMENT']);
    expect(codes).toEqual(Object.fromEntries(expected));
    expect(await state(tab)).toEqual(before);
    expect(await site.hosts.evaluate('String(globalThis.ran) + String({}.polluted)')).toBe(
      'undefinedundefined',
    );
  });

  test(`G11 closed: ${when} the hello, messages without a valid id are not answered and change nothing`, async ({
    site,
  }) => {
    const tab = await rawTab(site, greeted);
    const before = await state(tab);
    const received = await tab.evaluate(async (hostile) => {
      const raw = window.kept['raw'] as RawPort;
      const start = raw.received.length;
      const withoutId = [
        ...Object.values(hostile),
        { type: 'APPLY', path: ['stats'], argumentList: [{ type: 'RAW', value: { call: 1 } }] },
      ];
      const ids = [
        '',
        'x'.repeat(65),
        'x'.repeat(1_000_000),
        7,
        null,
        true,
        ['id'],
        { id: 'id' },
        new Date(0),
        1n,
      ];
      for (const message of withoutId) raw.post(message);
      for (const id of ids) for (const message of withoutId) raw.post({ ...message, id });
      const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']);
      const { port1 } = new MessageChannel();
      const noObjects = [
        ...[undefined, null, 0, 7, Number.NaN, 1n, true, '', 'stats', [], ['APPLY'], new Date(), /x/, key],
        ...[
          new Map([['id', 'a']]),
          new Set(['id']),
          new ArrayBuffer(8),
          new Uint8Array(1 << 20),
          new Blob(['x']),
        ],
        ...[new Error('id'), new Array(1_000_000)],
      ];
      for (const message of noObjects) raw.post(message);
      raw.post(port1, [port1]);
      // Answered after them, so that what has not come by now never comes.
      await raw.call('stats');
      return raw.received.length - start;
    }, HOSTILE);
    expect(received).toBe(1);
    expect(await state(tab)).toEqual(before);
    expect(await site.hosts.evaluate('String(globalThis.ran) + String({}.polluted)')).toBe(
      'undefinedundefined',
    );
  });
}

test('G11 closed: the host serves on, also on the port that was abused', async ({ site }) => {
  const tab = await rawTab(site, true);
  const seen = await tab.evaluate(async (hostile) => {
    const { P256, code } = window.kit;
    const raw = window.kept['raw'] as RawPort;
    for (const message of Object.values(hostile)) raw.post({ ...message, id: crypto.randomUUID() });
    const stats = (await raw.call('stats')) as { value?: { sessions: number } };
    const longest = 'x'.repeat(64);
    const message = {
      id: longest,
      type: 'APPLY',
      path: ['stats'],
      argumentList: [{ type: 'RAW', value: { call: 9 } }],
    };
    const reply = await raw.ask(message, ({ id }) => id === longest);
    const created = await code(window.keys.generateKey({ id: 'new', lifetime: 'persistent', ...P256 }));
    return { sessions: stats.value?.sessions, longest: reply.value !== undefined, created };
  }, HOSTILE);
  expect(seen).toEqual({ sessions: 2, longest: true, created: 'ok' });
});

test('G11 closed: a session cannot reach the session keys of another, nor see their ids', async ({
  site,
}) => {
  const tab = await rawTab(site, true);
  const seen = await tab.evaluate(async () => {
    const { ED25519 } = window.kit;
    const raw = window.kept['raw'] as RawPort;
    const init = { id: 'mine', lifetime: 'session', ...ED25519 };
    const made = (await raw.call('generate', { attributes: init, ensure: false })) as {
      value: { generation: string };
    };
    const thief = new window.kit.RawPort(raw.url, raw.store);
    await thief.hello();
    // Even knowing everything that there is to know.
    const handle = { id: 'mine', generation: made.value.generation };
    const reply = async (client: RawPort, method: string, request: Record<string, unknown>) => {
      const { error } = (await client.call(method, request)) as { error?: { code: string } };
      return error?.code ?? 'ok';
    };
    const data = new Uint8Array(8);
    const stats = (await thief.call('stats')) as {
      value: { table: { id: string | null; lifetime: string }[] };
    };
    return {
      sign: await reply(thief, 'sign', { handle, data }),
      exportKey: await reply(thief, 'exportKey', { handle, format: 'jwk' }),
      open: await reply(thief, 'open', { id: 'mine' }),
      destroy: await reply(thief, 'destroy', handle),
      prefixed: await reply(thief, 'open', { id: 'session-2/mine' }),
      own: await reply(raw, 'sign', { handle, data }),
      rows: stats.value.table.filter(({ lifetime }) => lifetime === 'session').map(({ id }) => id),
    };
  });
  expect(seen).toEqual({
    sign: 'INVALID_HANDLE',
    exportKey: 'INVALID_HANDLE',
    open: 'DOES_NOT_EXIST',
    destroy: expect.stringMatching(/INVALID_HANDLE|DOES_NOT_EXIST/),
    prefixed: 'DOES_NOT_EXIST',
    own: 'ok',
    rows: [null],
  });
});
