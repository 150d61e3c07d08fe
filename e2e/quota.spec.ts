// G3 where the origin's quota is used up: a real one, which the browser is told to keep to.
import { expect, test } from './fixtures.ts';

test('G3 durable: without room a creation is INSUFFICIENT_STORAGE and leaves nothing, and a destruction still works', async ({
  site,
  baseURL,
}) => {
  const tab = await site.blankTab();
  const { origin } = new URL(String(baseURL));
  const session = await site.context.newCDPSession(tab);
  // Before anything is stored: the engine looks at the quota now and then only.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 200_000 });
  const full = await tab.evaluate(async (name) => {
    const { ED448, P256, code, tally, times, utf8 } = window.kit;
    const keys = await window.keyslot.openKeystore({ name });
    window.keys = keys;
    const metadata = 'x'.repeat(4000);
    const make = (number: number) =>
      code(keys.generateKey({ id: `${number}`, lifetime: 'persistent', metadata, ...P256 }));
    let made = 0;
    let refusal = '';
    for (; made < 500; made += 1) {
      refusal = await make(made);
      if (refusal !== 'ok') break;
    }
    const init = { id: 'new', lifetime: 'persistent', metadata, ...ED448 } as const;
    const others = {
      noble: await code(keys.generateKey(init)),
      ensured: await code(keys.ensureKey(init)),
      opened: await code(keys.openKey('new')),
      used: await code(keys.openKey('0').then((key) => key.sign(utf8('data')))),
    };
    const ids: string[] = [];
    for await (const { id, attributes } of keys.listKeys()) if (attributes !== null) ids.push(id);
    const destroyed = tally(await Promise.all(times(made, (number) => code(keys.destroyKey(`${number}`)))));
    const left: string[] = [];
    for await (const { id } of keys.listKeys()) left.push(id);
    return { made, refusal, ...others, there: ids.length, destroyed, left };
  }, site.store);
  expect(full.made).toBeGreaterThan(0);
  expect(full).toMatchObject({
    refusal: 'INSUFFICIENT_STORAGE',
    noble: 'INSUFFICIENT_STORAGE',
    ensured: 'INSUFFICIENT_STORAGE',
    opened: 'DOES_NOT_EXIST',
    used: 'ok',
    there: full.made,
    destroyed: { ok: full.made },
    left: [],
  });
});
