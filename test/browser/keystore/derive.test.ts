// Keys that come from other keys exist only if their sources do when they are published (SLOTS.md, "Copy, derive").
import { expect, it, vi } from 'vitest';
import { bytes, freshStore } from './open.ts';

/** By noble, in slices: the host serves others while it derives. */
const SECRET = { algorithm: 'PBKDF2', usages: ['deriveKey'], driver: 'noble' } as const;
const params = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes('salt'), iterations: 200_000 };

it.each(['volatile', 'persistent'] as const)(
  'G4 destruction: no key is derived from a %s key that was destroyed while its bits were computed',
  async (lifetime) => {
    const keys = await freshStore();
    const secret = await keys.importKey('raw-secret', bytes('password'), {
      id: 'secret',
      lifetime,
      ...SECRET,
    });
    const target = { name: 'AES-OCB', length: 128 };
    const deriving = keys.subtle.deriveKey(params, secret.cryptoKey, target, false, ['encrypt']);
    const outcome = deriving.then(
      () => 'derived',
      (error: DOMException) => error.name,
    );
    await vi.waitUntil(async () => (await keys.stats()).readers > 0, { timeout: 30_000, interval: 1 });
    await secret.destroy();
    expect(await outcome).toBe('OperationError');
    expect((await keys.stats()).sessionKeys).toBe(0);
  },
  60_000,
);

it('derives from a persistent key that nobody destroys, to a key of every lifetime that it is asked for', async () => {
  const keys = await freshStore();
  const init = { id: 'secret', lifetime: 'persistent', ...SECRET } as const;
  const secret = await keys.importKey('raw-secret', bytes('password'), init);
  const target = { name: 'AES-OCB', length: 128 };
  const derive = () =>
    keys.subtle.deriveKey({ ...params, iterations: 10 }, secret.cryptoKey, target, true, ['encrypt']);
  const [one, two] = await Promise.all([derive(), derive()]);
  const exported = await Promise.all([one, two].map((key) => keys.subtle.exportKey('raw-secret', key)));
  expect(exported[0]).toStrictEqual(exported[1]);
  await keys.persist(one, 'kept');
  expect((await keys.openKey('kept')).attributes.lifetime).toBe('persistent');
});
