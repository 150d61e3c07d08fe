// Cancelling: a rejection with the signal's reason, or at a deadline, always means that nothing changed.
import { expect, test } from './fixtures.ts';

test('an aborted signal rejects with its reason, whatever the call, and the host never hears of it', async ({
  site,
}) => {
  const tab = await site.tab();
  const outcomes = await tab.evaluate(async () => {
    const { AES, P256 } = window.kit;
    const { keys } = window;
    const key = await keys.generateKey({ id: 'key', lifetime: 'volatile', ...P256 });
    const cipher = await keys.generateKey({ id: 'cipher', lifetime: 'volatile', ...AES });
    const reason = { mine: true };
    const options = { signal: AbortSignal.abort(reason) };
    const bytes = new Uint8Array(64);
    const init = { id: 'never', lifetime: 'persistent', ...P256 } as const;
    const calls = {
      openKeystore: () => window.keyslot.openKeystore({ name: keys.name, ...options }),
      ensureKey: () => keys.ensureKey(init, options),
      generateKey: () => keys.generateKey(init, options),
      importKey: () => keys.importKey('spki', bytes, init, options),
      openKey: () => keys.openKey('key', options),
      destroyKey: () => keys.destroyKey('key', options),
      purgeKey: () => keys.purgeKey('key', options),
      listKeys: () => keys.listKeys(options).next(),
      stats: () => keys.stats(options),
      attach: () => keys.attach(new Worker('data:text/javascript,'), options),
      sign: () => key.sign(bytes, options),
      verify: () => key.verify(bytes, bytes, options),
      encrypt: () => cipher.encrypt(bytes, { iv: bytes, ...options }),
      decrypt: () => cipher.decrypt(bytes, { iv: bytes, ...options }),
      exportKey: () => key.exportKey('jwk', options),
      exportPublicKey: () => key.exportPublicKey('jwk', options),
      purge: () => key.purge(options),
      destroy: () => key.destroy(options),
    };
    const seen: Record<string, string> = {};
    for (const [name, call] of Object.entries(calls)) {
      seen[name] = await (call() as Promise<unknown>).then(
        () => 'ok',
        (error) => (error === reason ? 'reason' : String(error)),
      );
    }
    const ids: string[] = [];
    for await (const { id } of keys.listKeys()) ids.push(id);
    return { seen, ids };
  });
  expect(new Set(Object.values(outcomes.seen))).toEqual(new Set(['reason']));
  expect(outcomes.ids).toEqual(['cipher', 'key']);
});

test('AbortSignal: calls that wait behind noble work end at once, with the reason', async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { ED448, code, tally, times, utf8 } = window.kit;
    const { keys } = window;
    const key = await keys.generateKey({ lifetime: 'session', ...ED448 });
    let served = 0;
    const count = () => {
      served += 1;
    };
    const queue = times(400, () => code(key.sign(utf8('data')).finally(count)));
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    const options = { signal: controller.signal };
    const init = { id: 'unwanted', lifetime: 'persistent', ...ED448 } as const;
    const calls = [key.sign(utf8('late'), options), keys.generateKey(init, options)];
    const ended = Promise.all(calls.map((call) => call.catch((error: unknown) => error === reason)));
    controller.abort(reason);
    const outcomes = await ended;
    const before = served;
    const opened = await code(keys.openKey('unwanted'));
    return { outcomes, before, opened, queue: tally(await Promise.all(queue)) };
  });
  expect(seen.outcomes).toEqual([true, true]);
  expect(seen.before).toBeLessThan(400);
  expect(seen.opened).toBe('DOES_NOT_EXIST');
  expect(seen.queue).toEqual({ ok: 400 });
});

for (const ending of ['abort', 'deadline'] as const) {
  for (const kind of ['P256', 'SECP256K1'] as const) {
    test(`Cancelling: a creation or destruction (${kind}) ended by ${ending} at any moment changed nothing`, async ({
      site,
    }) => {
      const tab = await site.tab();
      const wrong = await tab.evaluate(
        async ({ ending, kind }) => {
          const { times } = window.kit;
          const { keys } = window;
          const reason = new Error('abort');
          const exists = (id: string) =>
            keys.openKey(id).then(
              () => true,
              () => false,
            );
          /** What is wrong with one attempt, if anything. */
          const attempt = async (what: 'create' | 'destroy', round: number) => {
            const lifetime = (['persistent', 'volatile', 'session'] as const)[round % 3] ?? 'session';
            const init = { id: `${what}-${round}`, lifetime, ...window.kit[kind] };
            if (what === 'destroy') await keys.generateKey(init);
            const controller = new AbortController();
            const { signal } = controller;
            const options = ending === 'abort' ? { signal } : { timeout: round / 10 };
            const call =
              what === 'create' ? keys.generateKey(init, options) : keys.destroyKey(init.id, options);
            const settled = call.then(
              () => 'done',
              (error: unknown) => (error === reason ? 'reason' : (error as { code?: string }).code),
            );
            // After that many round trips to the host.
            for (let trips = round % 8; trips > 0; trips -= 1) await keys.stats();
            controller.abort(reason);
            const outcome = await settled;
            const expected = (outcome === 'done') === (what === 'create');
            const known = ['done', 'reason', 'INSUFFICIENT_MEMORY'].includes(String(outcome));
            return known && (await exists(init.id)) === expected
              ? []
              : [`${what} ${round}: ${outcome} ${lifetime}`];
          };
          const attempts = times(60, (round) => [attempt('create', round), attempt('destroy', round)]).flat();
          return (await Promise.all(attempts)).flat();
        },
        { ending, kind },
      );
      expect(wrong).toEqual([]);
    });
  }
}
