// G4: what a handle of a destroyed key can do, when its id is another key's by now.
import type { Key } from 'keyslot';
import { expect, test } from './fixtures.ts';

for (const lifetime of ['persistent', 'volatile'] as const) {
  test(`G4 destruction: a stale Key never reaches the new ${lifetime} key of its id`, async ({ site }) => {
    const [holder, other] = await site.twoTabs();
    await holder.evaluate(async (lifetime) => {
      const { AES } = window.kit;
      const init = { id: 'reused', lifetime, extractable: true, cache: true, ...AES } as const;
      window.kept['stale'] = await window.keys.generateKey(init);
    }, lifetime);
    await other.evaluate(async (lifetime) => {
      const { AES } = window.kit;
      await window.keys.destroyKey('reused');
      const init = { id: 'reused', lifetime, extractable: true, cache: true, ...AES } as const;
      window.kept['fresh'] = await window.keys.generateKey(init);
    }, lifetime);
    const codes = await holder.evaluate(async () => {
      const { code } = window.kit;
      const stale = window.kept['stale'] as Key;
      const iv = new Uint8Array(12);
      return {
        encrypt: await code(stale.encrypt(iv, { iv })),
        decrypt: await code(stale.decrypt(new Uint8Array(28), { iv })),
        exportKey: await code(stale.exportKey('raw')),
        purge: await code(stale.purge()),
        destroy: await code(stale.destroy()),
      };
    });
    const invalid = 'INVALID_HANDLE';
    expect(codes).toEqual({
      encrypt: invalid,
      decrypt: invalid,
      exportKey: invalid,
      purge: invalid,
      destroy: invalid,
    });
    const works = await other.evaluate(async () => {
      const fresh = window.kept['fresh'] as Key;
      const iv = new Uint8Array(12);
      return (await fresh.decrypt(await fresh.encrypt(iv, { iv }), { iv })).length;
    });
    expect(works).toBe(12);
  });
}
