// G4: destruction of a key that is in use, from another tab.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

interface Progress {
  signed: number;
  wrong: number;
  /** How each of the signing loops ended. */
  ends: string[];
}

/** Signs with one key in 16 loops until it fails; what was signed is verified with the public key. */
async function signUntilItEnds(page: Page, id: string): Promise<void> {
  await page.evaluate(async (id) => {
    const { code, times, utf8 } = window.kit;
    const key = await window.keys.openKey(id);
    const progress: Progress = { signed: 0, wrong: 0, ends: [] };
    const signatures: [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>][] = [];
    const loop = async (number: number) => {
      for (let round = 0; ; round += 1) {
        const data = utf8(`${number}/${round}`);
        signatures.push([await key.sign(data), data]);
        progress.signed += 1;
      }
    };
    // Noble public keys are verified in the host, so a copy that outlives the key does it.
    const copy = await window.keys.importKey('spki', await key.exportPublicKey('spki'), {
      lifetime: 'session',
      algorithm: key.attributes.algorithm as never,
      usages: ['verify'],
    });
    window.kept['progress'] = progress;
    window.kept['ended'] = Promise.all(times(16, (number) => code(loop(number)))).then(async (ends) => {
      progress.ends = ends;
      const verdicts = await Promise.all(signatures.map((pair) => copy.verify(...pair)));
      progress.wrong = verdicts.filter((right) => !right).length;
      return progress;
    });
  }, id);
}

const KINDS = [
  { kind: 'P256', lifetime: 'persistent', cache: false },
  { kind: 'P256', lifetime: 'persistent', cache: true },
  { kind: 'ED25519', lifetime: 'volatile', cache: false },
  { kind: 'SECP256K1', lifetime: 'persistent', cache: true },
  { kind: 'ED448', lifetime: 'volatile', cache: false },
] as const;

for (const { kind, lifetime, cache } of KINDS) {
  const title = `${lifetime} ${kind}${cache ? ', cached' : ''}`;
  test(`G4 destruction: a ${title} key is destroyed while another tab signs with it`, async ({ site }) => {
    const [signer, destroyer] = await site.twoTabs();
    await destroyer.evaluate(
      ({ kind, ...init }) => window.keys.generateKey({ id: 'used', ...init, ...window.kit[kind] }),
      { kind, lifetime, cache },
    );
    await signUntilItEnds(signer, 'used');
    await signer.waitForFunction(() => (window.kept['progress'] as Progress).signed > 50);
    const after = await destroyer.evaluate(async () => {
      await window.keys.destroyKey('used');
      return window.keys.stats();
    });
    // When destroyKey resolved, nothing of the key was left.
    expect(after.readers).toBe(0);
    expect(after.slots.PENDING_DELETION).toBe(0);
    expect(after.table.filter(({ id }) => id === 'used')).toEqual([]);
    const progress = (await signer.evaluate(() => window.kept['ended'])) as Progress;
    expect(progress.wrong).toBe(0);
    expect(new Set(progress.ends)).toEqual(new Set(['INVALID_HANDLE']));
    for (const tab of [signer, destroyer]) {
      expect(await tab.evaluate(() => window.kit.code(window.keys.openKey('used')))).toBe('DOES_NOT_EXIST');
    }
  });
}

test('G4 destruction: of four destroyKey at once exactly one succeeds, later ones find nothing', async ({
  site,
}) => {
  const tabs = await site.tabs(4);
  const ids = Array.from({ length: 30 }, (_, index) => `doomed-${index}`);
  await tabs[0]?.evaluate(async (ids) => {
    const made = ids.map((id, index) => {
      const lifetime = index % 2 === 0 ? 'persistent' : 'volatile';
      return window.keys.generateKey({ id, lifetime, cache: index % 3 === 0, ...window.kit.HMAC });
    });
    await Promise.all(made);
  }, ids);
  const codes = await site.together(
    tabs,
    async ({ ids }) => {
      const { code, gate } = window.kit;
      await gate();
      return Promise.all(ids.map((id) => code(window.keys.destroyKey(id))));
    },
    { ids },
  );
  const missing = 'DOES_NOT_EXIST';
  for (const index of ids.keys()) {
    expect(codes.map((of) => of[index]).sort()).toEqual([missing, missing, missing, 'ok']);
  }
  expect(await tabs[1]?.evaluate(() => window.kit.code(window.keys.destroyKey('doomed-0')))).toBe(missing);
});

test('G4 destruction: 2,000 queued operations do not delay it', async ({ site }) => {
  const [signer, destroyer] = await site.twoTabs();
  await signer.evaluate(async () => {
    const { ED448, code, tally, times, utf8 } = window.kit;
    const key = await window.keys.generateKey({ id: 'busy', lifetime: 'volatile', ...ED448 });
    window.kept['ended'] = Promise.all(times(2000, () => code(key.sign(utf8('queued'))))).then(tally);
  });
  await destroyer.evaluate(() => window.keys.destroyKey('busy'));
  const { ok = 0, ...others } = (await signer.evaluate(() => window.kept['ended'])) as Record<string, number>;
  expect(others).toEqual({ INVALID_HANDLE: 2000 - ok });
  expect(ok).toBeLessThan(1000);
});
