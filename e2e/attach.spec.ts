// `attach` and `attachedKeystore`: a dedicated worker gets the store of its page, on a channel that belongs to the app.
import fc from 'fast-check';
import { expect, test } from './fixtures.ts';

test('attach: the page first, then the worker asks', async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { worker, run } = window.startWorker('later');
    // The worker runs, but does not listen for keyslot's messages yet: the offer is lost.
    await run('ping');
    await window.keys.attach(worker);
    await run('ping');
    return { name: await run('attach'), sessions: (await window.keys.stats()).sessions };
  });
  expect(seen).toEqual({ name: site.store, sessions: 2 });
});

test('attach: the worker first, then the page offers', async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { worker, run } = window.startWorker();
    // It has asked by now, and nobody listened.
    await run('ping');
    await window.keys.attach(worker);
    return { name: await run('name'), sessions: (await window.keys.stats()).sessions };
  });
  expect(seen).toEqual({ name: site.store, sessions: 2 });
});

test('attach: both at once, twice, and two workers; each worker is one client', async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { P256, times, utf8 } = window.kit;
    const workers = times(2, () => window.startWorker());
    await Promise.all(
      workers.flatMap(({ worker }) => [window.keys.attach(worker), window.keys.attach(worker)]),
    );
    await Promise.all(workers.map(({ run }) => run('name')));
    const key = await window.keys.generateKey({ id: 'key', lifetime: 'volatile', ...P256 });
    const data = utf8('data');
    const signatures = await Promise.all(workers.map(({ run }) => run('sign', 'key', data)));
    const verified = await Promise.all(
      signatures.map((signature) => key.verify(signature as Uint8Array<ArrayBuffer>, data)),
    );
    return { verified, sessions: (await window.keys.stats()).sessions };
  });
  expect(seen).toEqual({ verified: [true, true], sessions: 3 });
});

test('attach: the messages of the app and those of keyslot do not disturb each other', async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { worker, run } = window.startWorker();
    await run('ping');
    await window.keys.attach(worker);
    const heard: unknown[] = [];
    // Added later than attach's own listener, which comes first and keeps keyslot's messages to itself.
    worker.addEventListener('message', ({ data }) => heard.push(data));
    worker.onmessage = ({ data }) => heard.push(data);
    const mine = [
      'text',
      null,
      { keyslot: 'mine' },
      { keyslot: 'want', store: 7 },
      { keyslot: 7 },
      ['offer'],
    ];
    for (const message of mine) worker.postMessage(message);
    await run('name');
    return { heard, inWorker: await run('seen'), mine };
  });
  // Answers to name and seen, each to two listeners.
  expect(seen.heard.filter((message) => !Object.hasOwn(message as object, 'call'))).toEqual([]);
  expect(seen.heard).toHaveLength(4);
  expect(seen.inWorker).toEqual(seen.mine);
});

test('attach: again, to a worker that is attached, sends nothing to the listeners of the app', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { worker, run } = window.startWorker();
    await window.keys.attach(worker);
    await run('name');
    await window.keys.attach(worker);
    return run('seen');
  });
  expect(seen).toEqual([]);
});

test('attach: a worker that asks for one store by name is not given another', async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const other = await window.keyslot.openKeystore({ name: `${window.keys.name}-other` });
    const { worker, run } = window.startWorker('later');
    await Promise.all([window.keys.attach(worker), other.attach(worker)]);
    const named = await run('attach', { name: other.name, timeout: 5000 });
    const failed = await run('attach', { name: 'no such store', timeout: 50 }).catch(({ code }) => code);
    return { named: named === other.name, failed };
  });
  expect(seen).toEqual({ named: true, failed: 'SERVICE_FAILURE' });
});

test('attach: attachedKeystore() that nobody attaches is SERVICE_FAILURE after its timeout, and may try again', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { outcome } = window.kit;
    const { worker, run } = window.startWorker('later');
    const failed = await outcome(run('attach', { timeout: 50 }));
    await window.keys.attach(worker);
    return { failed, again: await run('attach') };
  });
  expect(seen.failed.code).toBe('SERVICE_FAILURE');
  expect(seen.failed.message).toContain('within 50 ms');
  expect(seen.failed.message).toContain('attach(worker)');
  expect(seen.again).toBe(site.store);
});

test('attach: bad input of attachedKeystore() is INVALID_ARGUMENT, and a good call goes on from there', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { worker, run } = window.startWorker('later');
    const bad = [null, 1, { name: '' }, { name: 7 }, { timeout: -1 }, { timeout: 'x' }, { timeout: 600_001 }];
    const worse = [{ signal: 1 }, { signal: {} }, { subtle: 'tab' }];
    const codes: unknown[] = [];
    for (const options of [...bad, ...worse]) {
      codes.push(await run('attach', options).catch(({ code }) => code));
    }
    await window.keys.attach(worker);
    return { codes: [...new Set(codes)], good: await run('attach', { timeout: 5000 }) };
  });
  expect(seen).toEqual({ codes: ['INVALID_ARGUMENT'], good: site.store });
});

/** Options of which one member is not what it has to be, or that are none at all. */
const bent = fc.oneof(
  fc.jsonValue().filter((value) => typeof value !== 'object' || value === null),
  fc
    .tuple(
      fc.record(
        { name: fc.string({ minLength: 1, maxLength: 64 }), timeout: fc.nat(600_000) },
        { requiredKeys: [] },
      ),
      fc.oneof(
        fc.record({ name: fc.jsonValue().filter((name) => typeof name !== 'string' || name === '') }),
        fc.record({ name: fc.string({ minLength: 257, maxLength: 300 }) }),
        fc.record({
          timeout: fc.jsonValue().filter((ms) => typeof ms !== 'number' || ms < 0 || ms > 600_000),
        }),
        fc.record({ subtle: fc.jsonValue().filter((place) => place !== 'caller' && place !== 'host') }),
        fc.record({ signal: fc.jsonValue() }),
      ),
    )
    .map(([good, bad]) => ({ ...good, ...bad })),
);

test('attach: attachedKeystore() takes no options that are bent anyhow', async ({ site }) => {
  const tab = await site.tab();
  const options: unknown[] = fc.sample(bent, 300);
  const codes = await tab.evaluate(async (all) => {
    const { run } = window.startWorker('later');
    return Promise.all(all.map((each) => run('attach', each).catch(({ code }) => code)));
  }, options);
  const taken = options.filter((_, at) => codes[at] !== 'INVALID_ARGUMENT');
  expect(taken).toEqual([]);
});

test('attach: in a page attachedKeystore() is BAD_STATE, in a worker openKeystore() is NOT_SUPPORTED', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { code } = window.kit;
    const { run } = window.startWorker();
    return {
      page: await code(window.keyslot.attachedKeystore()),
      worker: await run('open').catch(({ code }) => code),
    };
  });
  expect(seen).toEqual({ page: 'BAD_STATE', worker: 'NOT_SUPPORTED' });
});

test('attach: the worker is a client of its own: it outlives the close of its page’s keystore', async ({
  site,
}) => {
  const [tab, other] = await site.twoTabs();
  const sessions = () => other.evaluate(async () => (await window.keys.stats()).sessions);
  await tab.evaluate(async () => {
    const { worker, run } = window.startWorker();
    window.kept['run'] = run;
    await window.keys.attach(worker);
    await window.keys.generateKey({ id: 'key', lifetime: 'volatile', ...window.kit.P256 });
    await run('name');
    await window.keys.close();
  });
  expect(await sessions()).toBe(2);
  const codes = await tab.evaluate(async () => {
    const { code, utf8 } = window.kit;
    const run = window.kept['run'] as ReturnType<typeof window.startWorker>['run'];
    const signed = await code(run('sign', 'key', utf8('data')));
    await run('close');
    return [signed, await run('sign', 'key', utf8('data')).catch(({ code }) => code)];
  });
  expect(codes).toEqual(['ok', 'BAD_STATE']);
  expect(await sessions()).toBe(1);
});
