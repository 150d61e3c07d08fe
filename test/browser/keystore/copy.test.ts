// Copies: across lifetimes, with the intersection of policies, and never of what is not copyable.
import { describe, expect, it } from 'vitest';
import { bytes, failure, freshStore } from './open.ts';

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

describe('copyKey', () => {
  it.each(['session', 'volatile', 'persistent'] as const)(
    'copies a %s key to every lifetime',
    async (lifetime) => {
      const keys = await freshStore();
      for (const algorithm of [P256, { name: 'Ed448' } as const]) {
        const id = `from-${algorithm.name}`;
        const source = await keys.generateKey({
          id,
          lifetime,
          algorithm,
          usages: ['sign', 'verify'],
          copyable: true,
        });
        for (const target of ['session', 'volatile', 'persistent'] as const) {
          const copy = await keys.copyKey(id, { id: `${id}-${target}`, lifetime: target });
          expect(await source.verify(await copy.sign(bytes('same key')), bytes('same key'))).toBe(true);
          expect(copy.attributes.copyable).toBe(false);
        }
      }
    },
  );

  it('gives the intersection of the policies', async () => {
    const keys = await freshStore();
    const source = await keys.generateKey({
      id: 'source',
      lifetime: 'volatile',
      algorithm: P256,
      usages: ['sign', 'verify'],
      copyable: true,
    });
    const copy = await source.copy({
      id: 'copy',
      lifetime: 'volatile',
      usages: ['verify'],
      extractable: true,
    });
    expect(copy.attributes).toMatchObject({ usages: ['verify'], extractable: false });
    expect(await failure(copy.sign(bytes('x')))).toMatchObject({ code: 'NOT_PERMITTED' });
    const none = source.copy({ id: 'none', lifetime: 'volatile', usages: [] });
    expect(await failure(none)).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('outlives its source', async () => {
    const keys = await freshStore();
    const init = {
      lifetime: 'persistent',
      algorithm: P256,
      usages: ['sign', 'verify'],
      copyable: true,
    } as const;
    const source = await keys.generateKey({ id: 'source', ...init });
    const copy = await keys.copyKey('source', { id: 'copy', lifetime: 'persistent' });
    await source.destroy();
    expect(await copy.verify(await copy.sign(bytes('x')), bytes('x'))).toBe(true);
    const late = keys.copyKey('source', { id: 'late', lifetime: 'volatile' });
    expect(await failure(late)).toMatchObject({ code: 'DOES_NOT_EXIST' });
    const stale = source.copy({ id: 'late', lifetime: 'volatile' });
    expect(await failure(stale)).toMatchObject({ code: 'INVALID_HANDLE' });
  });

  it('refuses what is not copyable and ids that are taken, and changes nothing', async () => {
    const keys = await freshStore();
    const init = { lifetime: 'volatile', algorithm: P256, usages: ['sign'] } as const;
    await keys.generateKey({ id: 'fixed', ...init });
    await keys.generateKey({ id: 'free', ...init, copyable: true });
    const before = (await keys.stats()).slots;
    expect(await failure(keys.copyKey('fixed', { id: 'x', lifetime: 'volatile' }))).toMatchObject({
      code: 'NOT_PERMITTED',
    });
    expect(await failure(keys.copyKey('free', { id: 'fixed', lifetime: 'volatile' }))).toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    expect(await failure(keys.copyKey('free', { id: 'free', lifetime: 'persistent' }))).toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    expect((await keys.stats()).slots).toEqual(before);
  });

  it('does not deadlock when keys are copied onto each other at once', async () => {
    const keys = await freshStore();
    const init = { lifetime: 'volatile', algorithm: P256, usages: ['sign'], copyable: true } as const;
    await Promise.all(['a', 'b'].map((id) => keys.generateKey({ id, ...init })));
    const crossed = Array.from({ length: 20 }, (_, i) =>
      i % 2 === 0
        ? failure(keys.copyKey('a', { id: 'b', lifetime: 'volatile' }))
        : failure(keys.copyKey('b', { id: 'a', lifetime: 'volatile' })),
    );
    for (const { code } of await Promise.all(crossed)) expect(code).toBe('ALREADY_EXISTS');
  });
});
