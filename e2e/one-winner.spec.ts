// G2, and the words of `ensureKey`: creations of one id from several tabs at once.
import { expect, test } from './fixtures.ts';

const ROUNDS = 40;
const names = (prefix: string) => Array.from({ length: ROUNDS }, (_, index) => `${prefix}-${index}`);

test('G2 one winner: four tabs create each of 40 persistent ids at once', async ({ site }) => {
  const tabs = await site.tabs(4);
  const ids = names('raced');
  const codes = await site.together(
    tabs,
    async ({ ids }) => {
      const { P256, code, gate } = window.kit;
      await gate();
      return Promise.all(
        ids.map((id) => code(window.keys.generateKey({ id, lifetime: 'persistent', ...P256 }))),
      );
    },
    { ids },
  );
  for (const index of ids.keys()) {
    const outcomes = codes.map((of) => of[index]).sort();
    expect(outcomes).toEqual(['ALREADY_EXISTS', 'ALREADY_EXISTS', 'ALREADY_EXISTS', 'ok']);
  }
  // One winner is one key: every tab opens the same one.
  const seen = await Promise.all(
    tabs.map((tab) =>
      tab.evaluate(async (ids) => {
        const opened = ids.map(async (id) => (await window.keys.openKey(id)).exportPublicKey('spki'));
        return (await Promise.all(opened)).map(window.kit.hex);
      }, ids),
    ),
  );
  expect(new Set(seen[0])).toHaveProperty('size', ROUNDS);
  for (const other of seen) expect(other).toEqual(seen[0]);
});

test('G2 one winner: volatile and persistent creations of one id', async ({ site }) => {
  const tabs = await site.tabs(4);
  const ids = names('mixed');
  const codes = await site.together(
    tabs,
    async ({ ids, tab }) => {
      const { HMAC, code, gate } = window.kit;
      await gate();
      return Promise.all(
        ids.map((id, index) => {
          const lifetime = (tab + index) % 2 === 0 ? 'volatile' : 'persistent';
          return code(window.keys.generateKey({ id, lifetime, ...HMAC }));
        }),
      );
    },
    { ids },
  );
  const [first] = tabs;
  const listed = await first?.evaluate(async () => {
    const lifetimes: Record<string, string[]> = {};
    for await (const { id, attributes } of window.keys.listKeys()) {
      lifetimes[id] = [...(lifetimes[id] ?? []), String(attributes?.lifetime)];
    }
    return lifetimes;
  });
  for (const [index, id] of ids.entries()) {
    const winners = codes.flatMap((of, tab) => (of[index] === 'ok' ? [tab] : []));
    expect(winners).toHaveLength(1);
    expect(codes.filter((of) => of[index] === 'ALREADY_EXISTS')).toHaveLength(3);
    const lifetime = ((winners[0] ?? 0) + index) % 2 === 0 ? 'volatile' : 'persistent';
    expect(listed?.[id]).toEqual([lifetime]);
  }
});

test('G2 one winner: a creation that fails takes the id from nobody', async ({ site }) => {
  const tabs = await site.tabs(4);
  const ids = names('spoilt');
  const codes = await site.together(
    tabs,
    async ({ ids, tab }) => {
      const { P256, code, gate, utf8 } = window.kit;
      await gate();
      return Promise.all(
        ids.map((id, index) => {
          const init = { id, lifetime: index % 2 === 0 ? 'persistent' : 'volatile', ...P256 } as const;
          if (tab === 0) return code(window.keys.generateKey(init));
          return code(window.keys.importKey('pkcs8', utf8('no key at all'), init));
        }),
      );
    },
    { ids },
  );
  const [generated = [], ...imported] = codes;
  expect(new Set(generated)).toEqual(new Set(['ok']));
  expect(new Set(imported.flat())).toEqual(new Set(['INVALID_ARGUMENT']));
});

test('ensureKey: four tabs and a dedicated worker get the same key', async ({ site }) => {
  const tabs = await site.tabs(4);
  const inWorker = async () => {
    const key = await tabs[0]?.evaluate(async () => {
      const { worker, run } = window.startWorker();
      await window.keys.attach(worker);
      const init = { id: 'shared', lifetime: 'persistent', ...window.kit.P256 };
      return window.kit.hex((await run('ensureAtGate', init)) as Uint8Array);
    });
    return key ?? '';
  };
  const keys = await site.together(
    tabs,
    async () => {
      const { P256, gate, hex } = window.kit;
      await gate();
      const key = await window.keys.ensureKey({ id: 'shared', lifetime: 'persistent', ...P256 });
      return hex(await key.exportPublicKey('spki'));
    },
    {},
    [inWorker],
  );
  expect(keys).toHaveLength(5);
  expect(new Set(keys)).toEqual(new Set([keys[0]]));
  expect(keys[0]).toHaveLength(182);
});

test('ensureKey: a key with other attributes is ALREADY_EXISTS, and the message names the difference', async ({
  site,
}) => {
  const tab = await site.tab();
  const failures = await tab.evaluate(async () => {
    const { P256, outcome } = window.kit;
    const init = { id: 'there', lifetime: 'persistent', ...P256 } as const;
    await window.keys.generateKey(init);
    const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' } as const;
    return {
      nothing: await outcome(window.keys.ensureKey({ ...init, label: 'app data is no policy' })),
      algorithm: await outcome(window.keys.ensureKey({ ...init, algorithm })),
      usages: await outcome(window.keys.ensureKey({ ...init, usages: ['sign'] })),
      lifetime: await outcome(window.keys.ensureKey({ ...init, lifetime: 'volatile' })),
      extractable: await outcome(window.keys.ensureKey({ ...init, extractable: true })),
      cache: await outcome(window.keys.ensureKey({ ...init, cache: true })),
    };
  });
  const { nothing, ...others } = failures;
  expect(nothing.code).toBe('ok');
  for (const [name, { code, message }] of Object.entries(others)) {
    expect([name, code]).toEqual([name, 'ALREADY_EXISTS']);
    expect(message).toContain(`(${name})`);
  }
});
