// A host believes what an earlier host of this browser has found, as far as no key depends on it (decision 19). Each test
// begins and ends without findings: other hosts of this origin would believe them too.
import { openDB } from 'idb';
import type { Keystore } from 'keyslot';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bytes, failure, freshStore } from './open.ts';

const MAC = {
  lifetime: 'persistent',
  algorithm: { name: 'HMAC', hash: 'SHA-256' },
  usages: ['sign'],
} as const;
const KOBLITZ = {
  lifetime: 'persistent',
  algorithm: { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' },
  usages: ['sign'],
} as const;

const forget = () =>
  findings(async (store) => {
    await store.delete('found:shared');
    await store.delete('found:detail');
  });

beforeEach(forget);
afterEach(forget);

interface Findings {
  get(name: string): Promise<unknown>;
  put(value: unknown, name: string): Promise<unknown>;
  delete(name: string): Promise<unknown>;
}

async function findings<T>(work: (store: Findings) => Promise<T>): Promise<T> {
  const database = await openDB('keyslot-probe', 1, {
    upgrade: (created) => void created.createObjectStore('keys'),
  });
  try {
    return await work({
      get: (name) => database.get('keys', name),
      put: (value, name) => database.put('keys', value, name),
      delete: (name) => database.delete('keys', name),
    });
  } finally {
    database.close();
  }
}

const believed = async (keys: Keystore): Promise<number> => (await keys.stats()).believed;

/** What a host has found that has tried everything: kept a moment after it serves. */
async function written(): Promise<{ variants: string[] }> {
  const read = () => findings((store) => store.get('found:shared'));
  await expect.poll(read).toHaveProperty('browser');
  return (await read()) as { variants: string[] };
}

async function found(): Promise<{ variants: string[] }> {
  expect(await believed(await freshStore())).toBe(0);
  return written();
}

/** As script of the origin could, or a browser that changes without another version. */
async function falsify(change: (variants: string[]) => string[]): Promise<void> {
  const entry = await found();
  const false_ = { ...entry, variants: change(entry.variants) };
  await findings((store) => store.put(false_, 'found:shared'));
}

test('G6: the second host tries little, tells the same, and tries each algorithm before the first key of it', async () => {
  const { variants } = await found();
  const keys = await freshStore();
  expect(await believed(keys)).toBe(variants.length);
  const key = await keys.generateKey({ id: 'mac', ...MAC });
  expect(await key.sign(bytes('x'))).toHaveLength(32);
  expect(await believed(keys)).toBe(variants.length - 1);
  await Promise.all(['a', 'b'].map((id) => keys.generateKey({ id, ...MAC })));
  expect(await believed(keys)).toBe(variants.length - 1);
  const { algorithms } = await keys.capabilities();
  const told = Object.keys(algorithms).filter((variant) => algorithms[variant] === 'webcrypto');
  expect(told.sort()).toStrictEqual(variants.sort());
});

test('G6: what is wrongly believed to be there is refused at creation, and the next host finds out anew', async () => {
  await falsify((variants) => [...variants, 'ECDSA/secp256k1']);
  const misled = await freshStore();
  expect(await believed(misled)).toBeGreaterThan(0);
  expect((await failure(misled.generateKey({ id: 'k', ...KOBLITZ }))).code).toBe('NOT_SUPPORTED');
  expect((await failure(misled.openKey('k'))).code).toBe('DOES_NOT_EXIST');
  await misled.generateKey({ id: 'other', ...MAC });
  const next = await freshStore();
  expect(await believed(next)).toBe(0);
  await written();
  expect(await next.generateKey({ id: 'k', ...KOBLITZ })).toBeDefined();
});

test('G6: what is wrongly believed to be absent is there all the same: no key falls to noble by that', async () => {
  await falsify((variants) => variants.filter((variant) => variant !== 'HMAC'));
  const keys = await freshStore();
  expect(await believed(keys)).toBe(0);
  expect((await keys.capabilities()).algorithms['HMAC']).toBe('webcrypto');
  await expect.poll(async () => (await written()).variants).toContain('HMAC');
});

test('junk in place of findings is as nothing', async () => {
  for (const junk of [null, 'AES-GCM/256', { variants: ['HMAC'] }, new Map([['variants', ['HMAC']]])]) {
    await findings((store) => store.put(junk, 'found:shared'));
    const keys = await freshStore();
    expect(await believed(keys)).toBe(0);
    await keys.generateKey({ id: 'mac', ...MAC });
    await written();
  }
});

test('G6: what was found of operations and formats is found once in a browser’s version', async () => {
  const { details, digests } = await (await freshStore()).capabilities();
  const entry = await findings((store) => store.get('found:detail'));
  expect((await (await freshStore()).capabilities()).details).toStrictEqual(details);
  // That the second was told what is kept shows where that is false.
  const told = (entry as { details: { variant: string; detail: object }[] }).details;
  const falsified = told.map(({ variant, detail }) =>
    variant === 'HMAC' ? { variant, detail: { ...detail, operations: ['sign'] } } : { variant, detail },
  );
  await findings((store) => store.put({ ...(entry as object), details: falsified }, 'found:detail'));
  const believed = await (await freshStore()).capabilities();
  expect(believed.details['HMAC']?.operations).toStrictEqual(['sign']);
  expect(believed.digests).toStrictEqual(digests);
  // What a build has kept that told of no digests is found anew: they are not taken to be absent.
  const { digests: _, ...earlier } = entry as { digests: unknown };
  await findings((store) => store.put(earlier, 'found:detail'));
  expect((await (await freshStore()).capabilities()).digests).toStrictEqual(digests);
  expect(await findings((store) => store.get('found:detail'))).toMatchObject({
    digests: (entry as { digests: unknown }).digests,
  });
  // Of what this host has natively it must tell all.
  const fewer = told.filter(({ variant }) => variant !== 'HMAC');
  await findings((store) => store.put({ ...(entry as object), details: fewer }, 'found:detail'));
  expect((await (await freshStore()).capabilities()).details).toStrictEqual(details);
});
