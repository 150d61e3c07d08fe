// G3 and G4 at the border to IndexedDB: what the host writes, how, and when it answers. The host is the real one;
// site/public/recorder.js sits between it and the engine and writes down what passes.
import { expect, test } from './fixtures.ts';
import { type Entry, Recorder } from './recorder.ts';

/** Keys, who owns them, and what became of requests: one transaction over all three. */
const STORES = ['keys', 'outcomes', 'owner'];

const steps = (entries: Entry[]) => entries.map(({ what }) => what);

/** The one transaction that wrote, with what happened from its beginning on. */
function written(entries: Entry[]): { transaction: Entry; steps: Entry['what'][] } {
  const [transaction, ...others] = entries.filter(({ mode }) => mode === 'readwrite');
  if (transaction === undefined || others.length > 0) throw new Error(`${others.length} others`);
  return { transaction, steps: steps(entries.slice(entries.indexOf(transaction))) };
}

/** What an earlier host has found is tried before the first key of a variant, in a database of its own (decision 19). */
const tryP256 = () =>
  window.keys.generateKey({ lifetime: 'session', ...window.kit.P256 }).then(() => undefined);

test('G3 durable: a create is answered after `complete` of one strict transaction that read the record back', async ({
  site,
}) => {
  const { tab, recorder } = await Recorder.start(site);
  await tab.evaluate(tryP256);
  for (const kind of ['P256', 'ED448'] as const) {
    const entries = await recorder.during(() =>
      tab.evaluate(
        (kind) => window.keys.generateKey({ id: kind, lifetime: 'persistent', ...window.kit[kind] }),
        kind,
      ),
    );
    const { transaction, steps } = written(entries);
    expect(transaction).toMatchObject({ durability: 'strict', stores: STORES });
    // Who owns the store; the record; its outcome, for whoever asks again; the record read back.
    expect(steps).toEqual(['transaction', 'get', 'add', 'put', 'get', 'complete', 'answer']);
  }
});

test('G3 durable: a destroy is answered after `complete` of one strict transaction', async ({ site }) => {
  const { tab, recorder } = await Recorder.start(site);
  for (const by of ['id', 'handle'] as const) {
    await tab.evaluate(async () => {
      window.kept['key'] = await window.keys.generateKey({
        id: 'brief',
        lifetime: 'persistent',
        ...window.kit.P256,
      });
    });
    const entries = await recorder.during(() =>
      tab.evaluate(async (by) => {
        const key = window.kept['key'] as Awaited<ReturnType<typeof window.keys.openKey>>;
        await (by === 'id' ? window.keys.destroyKey(key.id) : key.destroy());
      }, by),
    );
    const { transaction, steps } = written(entries);
    expect(transaction).toMatchObject({ durability: 'strict', stores: STORES });
    expect(steps.slice(-4)).toEqual(['delete', 'put', 'complete', 'answer']);
  }
});

test('G3 durable: no transaction that commits is anything but strict, whatever is called', async ({
  site,
}) => {
  const { tab, recorder } = await Recorder.start(site);
  await tab.evaluate(async () => {
    const { P256, HMAC, ED448, code, utf8 } = window.kit;
    const raw = crypto.getRandomValues(new Uint8Array(32));
    const init = { id: 'a', lifetime: 'persistent', ...P256 } as const;
    await Promise.all([code(window.keys.generateKey(init)), code(window.keys.generateKey(init))]);
    await window.keys.ensureKey(init);
    await window.keys.ensureKey({ ...init, id: 'b', ...ED448, cache: true });
    await window.keys.importKey('raw', raw, { ...init, id: 'c', ...HMAC });
    await window.keys.generateKey({ ...init, id: 'd', lifetime: 'volatile' });
    await (await window.keys.openKey('a')).sign(utf8('data'));
    await window.keys.purgeKey('b');
    for await (const { id } of window.keys.listKeys()) await window.keys.destroyKey(id);
    await code(window.keys.destroyKey('a'));
  });
  const log = await recorder.log();
  const committed = new Set(log.flatMap(({ what, number }) => (what === 'complete' ? [number] : [])));
  const writes = log.filter(({ mode, number }) => mode === 'readwrite' && committed.has(number));
  expect(writes.length).toBeGreaterThan(6);
  expect(new Set(writes.map(({ durability }) => durability))).toEqual(new Set(['strict']));
});

test('G3 durable: a record that does not read back as it was written is not kept', async ({ site }) => {
  const { tab, recorder } = await Recorder.start(site);
  await tab.evaluate(tryP256);
  await recorder.tell({ fault: 'reads nothing back' });
  const entries = await recorder.during(async () => {
    const outcome = await tab.evaluate(async () => {
      const init = { id: 'lost', lifetime: 'persistent', ...window.kit.P256 } as const;
      return window.kit.outcome(window.keys.generateKey(init));
    });
    expect(outcome.code).toBe('STORAGE_FAILURE');
  });
  expect(written(entries).steps).toEqual(['transaction', 'get', 'add', 'put', 'get', 'abort', 'refusal']);
  const after = await tab.evaluate(async () => {
    const { P256, code } = window.kit;
    const opened = await code(window.keys.openKey('lost'));
    // The id is free: nobody was told ALREADY_EXISTS for nothing.
    const again = await code(window.keys.generateKey({ id: 'lost', lifetime: 'persistent', ...P256 }));
    return [opened, again];
  });
  expect(after).toEqual(['DOES_NOT_EXIST', 'ok']);
});

test('G4 destruction: a deletion that aborts changes nothing, and until its end the key is in use', async ({
  site,
}) => {
  const { tab, recorder } = await Recorder.start(site);
  await recorder.tell({ fault: 'deletion aborts' });
  await tab.evaluate(async () => {
    const { P256, outcome } = window.kit;
    const init = { id: 'stays', lifetime: 'persistent', cache: true, ...P256 } as const;
    window.kept['key'] = await window.keys.generateKey(init);
    window.kept['destroyed'] = outcome(window.keys.destroyKey('stays'));
  });
  await expect.poll(async () => steps(await recorder.log())).toContain('held');
  const sign = () =>
    tab.evaluate(async () => {
      const key = window.kept['key'] as Awaited<ReturnType<typeof window.keys.openKey>>;
      const data = window.kit.utf8('data');
      return key.verify(await key.sign(data), data);
    });
  expect(await sign()).toBe(true);
  await recorder.tell({ passOn: true });
  const outcome = await tab.evaluate(() => window.kept['destroyed']);
  expect(outcome).toMatchObject({ code: 'STORAGE_FAILURE' });
  expect(await sign()).toBe(true);
  expect(await tab.evaluate(() => window.kit.code(window.keys.destroyKey('stays')))).toBe('ok');
});
