// The shortest way through the whole package: built site, page, SharedWorker, key, dedicated worker.
import { expect, test } from '@playwright/test';

test('the built package opens a keystore and signs', async ({ page }) => {
  await page.goto('/');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const verified = await page.evaluate(async () => {
    const keys = await window.keyslot.openKeystore({ name: 'smoke' });
    const key = await keys.ensureKey({
      id: 'smoke',
      lifetime: 'persistent',
      algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
      usages: ['sign', 'verify'],
    });
    const data = new TextEncoder().encode('smoke');
    return key.verify(await key.sign(data), data);
  });
  expect(verified).toBe(true);
});

test('a lazy chunk loads in the built worker', async ({ page }) => {
  await page.goto('/');
  const verified = await page.evaluate(async () => {
    const keys = await window.keyslot.openKeystore({ name: 'smoke' });
    const key = await keys.generateKey({
      lifetime: 'session',
      algorithm: { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' },
      usages: ['sign', 'verify'],
    });
    const data = new TextEncoder().encode('smoke');
    return key.verify(await key.sign(data), data);
  });
  expect(verified).toBe(true);
});

test('a dedicated worker signs with the key of its page', async ({ page }) => {
  await page.goto('/');
  const verified = await page.evaluate(async () => {
    const keys = await window.keyslot.openKeystore({ name: 'smoke' });
    const key = await keys.ensureKey({
      id: 'smoke',
      lifetime: 'volatile',
      algorithm: { name: 'Ed25519' },
      usages: ['sign', 'verify'],
    });
    const site = window.startWorker();
    await keys.attach(site.worker);
    const data = new TextEncoder().encode('smoke');
    const signature = (await site.run('sign', 'smoke', data)) as Uint8Array<ArrayBuffer>;
    return key.verify(signature, data);
  });
  expect(verified).toBe(true);
});
