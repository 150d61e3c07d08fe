// `listKeys`: pages, filters, who sees what, and records that cannot be read.
import type { Page } from '@playwright/test';
import type { ListOptions } from 'keyslot';
import { expect, test } from './fixtures.ts';

/** 24 keys of all lifetimes, made in an order that is not that of their ids. */
async function fill(tab: Page): Promise<void> {
  await tab.evaluate(async () => {
    const { AES, ED25519, HMAC, P256, times } = window.kit;
    const lifetimes = ['persistent', 'volatile', 'session'] as const;
    const kinds = [AES, ED25519, HMAC, P256];
    const made = times(24, (index) => {
      const number = (index * 7) % 24;
      const id = `${number % 2 === 0 ? 'even' : 'odd'}-${number}`;
      const lifetime = lifetimes[number % 3] ?? 'session';
      return window.keys.generateKey({
        id,
        lifetime,
        label: `no. ${number}`,
        ...(kinds[number % 4] ?? P256),
      });
    });
    // An id that is a session key's too.
    made.push(window.keys.generateKey({ id: 'even-2', lifetime: 'persistent', ...P256 }));
    await Promise.all(made);
  });
}

const list = (tab: Page, options: ListOptions = {}) =>
  tab.evaluate(async (options) => {
    const rows: string[] = [];
    for await (const { id, attributes } of window.keys.listKeys(options)) {
      rows.push(
        `${id} ${attributes?.lifetime} ${attributes?.algorithm.name} ${attributes?.usages.join('+')}`,
      );
    }
    return rows;
  }, options);

test('listKeys: pages of 1, 2, 7, 24, 25 and 1,000 over mixed lifetimes equal the whole', async ({
  site,
}) => {
  const tab = await site.tab();
  await fill(tab);
  const whole = await list(tab);
  expect(whole).toHaveLength(25);
  const ids = whole.map((row) => row.split(' ')[0] ?? '');
  expect(ids).toEqual([...ids].sort());
  // Of one id, one's own comes first.
  expect(whole.filter((row) => row.startsWith('even-2 '))).toEqual([
    'even-2 session HMAC sign+verify',
    'even-2 persistent ECDSA sign+verify',
  ]);
  for (const pageSize of [1, 2, 7, 24, 25, 1000]) {
    expect(await list(tab, { pageSize })).toEqual(whole);
  }
});

for (const lifetime of ['persistent', 'volatile'] as const) {
  test(`listKeys: pages of ${lifetime} keys alone equal the whole, also where the last page is full`, async ({
    site,
  }) => {
    const tab = await site.tab();
    await tab.evaluate(async (lifetime) => {
      const { HMAC, times } = window.kit;
      await Promise.all(times(6, (id) => window.keys.generateKey({ id: `${id}`, lifetime, ...HMAC })));
    }, lifetime);
    const whole = await list(tab);
    expect(whole).toHaveLength(6);
    for (const pageSize of [1, 2, 3, 4, 5, 6, 7]) expect(await list(tab, { pageSize })).toEqual(whole);
  });
}

test('listKeys: filters choose, in pages of any size', async ({ site }) => {
  const tab = await site.tab();
  await fill(tab);
  const whole = await list(tab);
  const filters: [ListOptions, (row: string) => boolean][] = [
    [{ lifetime: 'session' }, (row) => row.includes(' session ')],
    [{ lifetime: 'volatile' }, (row) => row.includes(' volatile ')],
    [{ lifetime: 'persistent' }, (row) => row.includes(' persistent ')],
    [{ prefix: 'odd-1' }, (row) => row.startsWith('odd-1')],
    [{ prefix: 'nobody' }, () => false],
    [{ algorithm: 'HMAC' }, (row) => row.includes(' HMAC ')],
    [{ usage: 'decrypt' }, (row) => row.includes('decrypt')],
    [
      { lifetime: 'persistent', usage: 'sign', prefix: 'even' },
      (row) => /^even.* persistent .*sign/.test(row),
    ],
  ];
  for (const [filter, matches] of filters) {
    const expected = whole.filter(matches);
    for (const pageSize of [1, 5, 100]) expect(await list(tab, { ...filter, pageSize })).toEqual(expected);
  }
});

test('listKeys: session keys of other tabs are not listed, nor is their id in stats', async ({ site }) => {
  const [mine, other] = await site.twoTabs();
  await fill(mine);
  const theirs = await list(other);
  expect(theirs.filter((row) => row.includes(' session '))).toEqual([]);
  expect(theirs).toEqual((await list(mine)).filter((row) => !row.includes(' session ')));
  const rows = await other.evaluate(async () => (await window.keys.stats()).table);
  const hidden = rows.filter(({ lifetime }) => lifetime === 'session');
  expect(hidden).toHaveLength(8);
  expect(new Set(hidden.map(({ id }) => id))).toEqual(new Set([null]));
});

test('listKeys: rows hold attributes, and never material or what leads to it', async ({ site }) => {
  const tab = await site.tab();
  const row = await tab.evaluate(async () => {
    const metadata = { any: ['json', 1, null] };
    await window.keys.generateKey({
      ...{ id: 'shown', lifetime: 'persistent', label: 'Label', metadata },
      ...window.kit.P256,
    });
    return (await window.keys.listKeys().next()).value;
  });
  expect(row).toEqual({
    id: 'shown',
    attributes: {
      id: 'shown',
      lifetime: 'persistent',
      algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
      usages: ['sign', 'verify'],
      extractable: false,
      copyable: false,
      cache: false,
      pinned: false,
      multipart: false,
      label: 'Label',
      metadata: { any: ['json', 1, null] },
    },
  });
});
