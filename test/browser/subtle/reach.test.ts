// Keys by reach: a key that `subtle` made in the host ends when nothing in this realm can use it any more, and not before.
// The collector is asked for by Chromium's DevTools protocol; that it has run is seen by what the host holds.
import type { Keystore } from 'keyslot';
import { afterEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { open } from './open.ts';

const opened: Keystore[] = [];

afterEach(async () => {
  for (const keys of opened.splice(0)) await keys.close();
});

async function keystore(): Promise<Keystore> {
  const keys = await open('host');
  opened.push(keys);
  return keys;
}

/** How many keys `subtle` has in the host, once the collector has run. */
async function left(keys: Keystore): Promise<number> {
  await cdp().send('HeapProfiler.collectGarbage');
  return (await keys.stats()).sessionKeys;
}

const patience = { timeout: 20_000, interval: 0 };

async function pair(keys: Keystore): Promise<CryptoKeyPair> {
  const made = await keys.subtle.generateKey('Ed448', true, ['sign', 'verify']);
  if ('privateKey' in made) return made;
  throw new TypeError('no pair');
}

/** Makes a key that nothing can reach when this has resolved. */
async function drop(keys: Keystore): Promise<void> {
  await pair(keys);
}

type Call = (keys: Keystore, pair: CryptoKeyPair) => Promise<unknown>;

const DATA = new Uint8Array(64);
const AES = { name: 'AES-OCB', length: 256 };
const iv = new Uint8Array(12);

const CALLS: Readonly<Record<string, Call>> = {
  sign: ({ subtle }, { privateKey }) => subtle.sign('Ed448', privateKey, DATA),
  verify: ({ subtle }, { publicKey }) => subtle.verify('Ed448', publicKey, new Uint8Array(114), DATA),
  exportKey: ({ subtle }, { privateKey }) => subtle.exportKey('pkcs8', privateKey),
  'exportKey, of a public half': ({ subtle }, { publicKey }) => subtle.exportKey('jwk', publicKey),
  getPublicKey: ({ subtle }, { privateKey }) => subtle.getPublicKey(privateKey, ['verify']),
};

/** The last that is done with a key: nothing but the call has it when this has resolved. */
async function last(keys: Keystore, call: Call, before: () => void): Promise<{ answered: Promise<true> }> {
  const its = await pair(keys);
  before();
  return { answered: call(keys, its).then(() => true) };
}

describe('keys by reach', () => {
  it('end when their handles are collected, both of a pair’s', async () => {
    const keys = await keystore();
    const { subtle } = keys;
    const kept = await subtle.generateKey(AES, false, ['encrypt', 'wrapKey']);
    const [half] = await Promise.all([pair(keys).then(({ publicKey }) => publicKey), drop(keys), drop(keys)]);
    await expect.poll(() => left(keys), patience).toBe(2);
    // One half of a pair is enough.
    await subtle.exportKey('spki', half);
    await subtle.encrypt({ name: 'AES-OCB', iv }, kept as CryptoKey, DATA);
    expect(await left(keys)).toBe(2);
  });

  it('end also when they were derived', async () => {
    const keys = await keystore();
    const { subtle } = keys;
    const base = await subtle.importKey('raw-secret', DATA, 'Argon2id', false, ['deriveKey']);
    const argon2 = { name: 'Argon2id', nonce: iv, parallelism: 1, memory: 8, passes: 1 };
    const derive = async () => void (await subtle.deriveKey(argon2, base, AES, false, ['encrypt']));
    await derive();
    await expect.poll(() => left(keys), patience).toBe(1);
    await derive();
  });

  it.each(Object.entries(CALLS))('stay while a call is pending: %s', async (_, call) => {
    const keys = await keystore();
    const busy = await keys.generateKey({ lifetime: 'session', algorithm: 'Ed448', usages: ['sign'] });
    const free = new AbortController();
    const { signal } = free;
    // The host signs one after the other, so what is asked for next waits, until these are not wanted any more.
    const { answered } = await last(keys, call, () => {
      for (let i = 0; i < 3000; i += 1) busy.sign(DATA, { signal }).catch(() => undefined);
    });
    let waits = true;
    void answered.finally(() => {
      waits = false;
    });
    await drop(keys);
    // What was dropped has been collected; what the call uses has not.
    await expect.poll(() => left(keys), patience).toBe(2);
    expect(waits).toBe(true);
    free.abort();
    expect(await answered).toBe(true);
    await expect.poll(() => left(keys), patience).toBe(1);
    await busy.destroy();
  });
});
