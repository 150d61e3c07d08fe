// Ids: which are refused, and that any other text is as good as the next, also where it means something to code.
import { title } from '../test/misuse/rows.ts';
import { expect, test } from './fixtures.ts';

const BAD: Record<string, unknown> = {
  empty: '',
  'of 257 bytes': 'x'.repeat(257),
  'of 129 characters in 258 bytes': 'é'.repeat(129),
  'a megabyte': 'x'.repeat(1 << 20),
  'a number': 7,
  null: null,
  'an array': ['id'],
  'an object': { id: 'id' },
};

const GOOD = [
  'x',
  'x'.repeat(256),
  'é'.repeat(128),
  '🗝️ a key',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'nul\0inside',
  '\0',
  ' ',
  'shared/x',
  'session-1/x',
  '../x',
  'undefined',
  'null',
  '0',
];

const ID_EMPTY_OR_OVER_256_BYTES = title(
  'id empty or over 256 bytes',
  'or ill-formed, or no text: nothing changes',
);
test(ID_EMPTY_OR_OVER_256_BYTES, async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async (bad) => {
    const { P256, code } = window.kit;
    const { keys } = window;
    // Lone surrogates, which do not survive the way to this page in arguments.
    const all = { ...bad, 'a lone surrogate': '\ud800', 'a lone surrogate inside': 'a\udfffb' };
    const codes: Record<string, string[]> = {};
    for (const [name, value] of Object.entries(all)) {
      const id = value as string;
      const calls = [
        ...(['session', 'volatile', 'persistent'] as const).flatMap((lifetime) => [
          keys.generateKey({ id, lifetime, ...P256 }),
          keys.ensureKey({ id, lifetime, ...P256 }),
          keys.importKey('spki', new Uint8Array(91), { id, lifetime, ...P256 }),
        ]),
        ...[keys.openKey(id), keys.destroyKey(id), keys.purgeKey(id)],
      ];
      codes[name] = [...new Set(await Promise.all(calls.map(code)))];
    }
    const without = await Promise.all(
      (['volatile', 'persistent'] as const).map((lifetime) => code(keys.generateKey({ lifetime, ...P256 }))),
    );
    const ids: string[] = [];
    for await (const { id } of keys.listKeys()) ids.push(id);
    return { codes, without, ids, slots: (await keys.stats()).slots };
  }, BAD);
  for (const [name, codes] of Object.entries(seen.codes)) {
    expect([name, ...codes]).toEqual([name, 'INVALID_ARGUMENT']);
  }
  expect(seen.without).toEqual(['INVALID_ARGUMENT', 'INVALID_ARGUMENT']);
  expect(seen.ids).toEqual([]);
  expect(seen.slots).toMatchObject({ FULL: 0, FILLING: 0 });
});

for (const lifetime of ['session', 'volatile', 'persistent'] as const) {
  test(`ids: any well-formed text of 1 to 256 bytes names a ${lifetime} key of its own`, async ({ site }) => {
    const [one, two] = await site.twoTabs();
    const made = await one.evaluate(
      async ({ good, lifetime }) => {
        const { ED25519, hex } = window.kit;
        const publicKeys: [string, string][] = [];
        for (const id of good) {
          const key = await window.keys.generateKey({ id, lifetime, ...ED25519 });
          publicKeys.push([key.id, hex(await key.exportPublicKey('raw'))]);
        }
        return publicKeys;
      },
      { good: GOOD, lifetime },
    );
    expect(made.map(([id]) => id)).toEqual(GOOD);
    expect(new Set(made.map(([, publicKey]) => publicKey)).size).toBe(GOOD.length);
    const found = await (lifetime === 'session' ? one : two).evaluate(async (good) => {
      const { hex } = window.kit;
      const listed: string[] = [];
      for await (const { id } of window.keys.listKeys({ pageSize: 3 })) listed.push(id);
      const opened = await Promise.all(
        good.map(async (id) => {
          const key = await window.keys.openKey(id);
          await key.sign(new Uint8Array(1));
          return [id, hex(await key.exportPublicKey('raw'))];
        }),
      );
      await Promise.all(good.map((id) => window.keys.destroyKey(id)));
      const left: string[] = [];
      for await (const { id } of window.keys.listKeys()) left.push(id);
      return { listed, opened, left };
    }, GOOD);
    expect(found.opened).toEqual(made);
    expect(found.listed).toEqual([...GOOD].sort());
    expect(found.left).toEqual([]);
  });
}

test('ids: session keys of two tabs share no ids, with each other or with keys for all', async ({ site }) => {
  const tabs = await site.tabs(3);
  const codes = await Promise.all(
    tabs.map((tab, index) =>
      tab.evaluate(
        (lifetime) => {
          const { P256, code } = window.kit;
          return code(window.keys.generateKey({ id: 'same', lifetime, ...P256 }));
        },
        (['session', 'session', 'volatile'] as const)[index] ?? 'session',
      ),
    ),
  );
  expect(codes).toEqual(['ok', 'ok', 'ok']);
  // One's own comes first.
  const lifetimes = await Promise.all(
    tabs.map((tab) => tab.evaluate(async () => (await window.keys.openKey('same')).attributes.lifetime)),
  );
  expect(lifetimes).toEqual(['session', 'session', 'volatile']);
  const after = await tabs[0]?.evaluate(async () => {
    await window.keys.destroyKey('same');
    return (await window.keys.openKey('same')).attributes.lifetime;
  });
  expect(after).toBe('volatile');
});
