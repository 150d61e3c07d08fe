// Bad input, method by method, through the package's own client: whatever is passed, a KeystoreError of a known code
// comes out, and nothing has changed.
import * as fc from 'fast-check';
import { KeystoreError, openKeystore } from 'keyslot';
import { expect, test } from 'vitest';
import { failure } from '../keystore/open.ts';
import { checkCalls, type Loose } from './check.ts';
import { newStore, stateOf } from './store.ts';
import { almost, detached, type Made, OWN, only, thing, withMember } from './values.ts';

function hasName(options: unknown): boolean {
  try {
    const { name } = options as { name: unknown };
    return typeof name === 'string' && name !== '';
  } catch {
    return false;
  }
}

const keys = await newStore();
const P256 = {
  algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  usages: ['sign', 'verify'],
} as const;
const GCM = { algorithm: { name: 'AES-GCM', length: 192 }, usages: ['encrypt', 'decrypt'] } as const;
const signer = await keys.generateKey({ id: 'key', lifetime: 'volatile', ...P256 });
const noble = await keys.generateKey({ id: 'noble', lifetime: 'persistent', ...P256, algorithm: 'Ed448' });
const cipher = await keys.generateKey({ id: 'cipher', lifetime: 'volatile', extractable: true, ...GCM });
const before = await stateOf(keys);

const check = async (arbitraries: fc.Arbitrary<Made>[], call: Loose, numRuns?: number) => {
  await checkCalls(arbitraries, call, numRuns);
  expect(await stateOf(keys)).toEqual(before);
};

const options = fc.oneof(thing, almost({ signal: undefined, timeout: 100 }));
const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 };
const SAMPLES = [
  {
    id: 'new',
    lifetime: 'persistent',
    ...P256,
    extractable: true,
    cache: true,
    label: 'a',
    metadata: { b: 1 },
  },
  { id: 'new', lifetime: 'session', ...GCM },
  { id: 'new', lifetime: 'volatile', algorithm: hmac, usages: ['sign'] },
];
const init = fc.oneof(
  thing,
  ...SAMPLES.flatMap((good) => [
    almost(good),
    withMember(good, 'algorithm', almost(good.algorithm)),
    withMember(good, 'usages', almost(['sign', 'verify'])),
  ]),
);
const format = fc.oneof(thing, ...['raw', 'pkcs8', 'spki', 'jwk', 'crypto-key'].map(only));
const jwk = almost({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA', ext: true, key_ops: ['sign'] });
const cipherOptions = fc.oneof(
  thing,
  almost({ iv: new Uint8Array(12), additionalData: new Uint8Array(1), transfer: false, timeout: 1000 }),
);
const signOptions = fc.oneof(options, almost({ saltLength: 32, transfer: true }));
/** An id that is not one of the keys that must stay. */
const other = thing.filter(({ make }) => !['key', 'noble', 'cipher'].includes(make() as string));
/** Nothing that is a store's name: it would be opened. */
const unnamed = fc.oneof(
  thing,
  almost({ name: '', topology: 'shared', worker: '/no-such-worker.js', subtle: 'host' }).filter(
    ({ make }) => !hasName(make()),
  ),
);

test('bad input: openKeystore', () => check([unnamed], openKeystore as Loose));
/** Values that no member of the options may have. */
const BAD: Readonly<Record<string, readonly unknown[]>> = {
  topology: [null, 1, 'both', {}],
  subtle: [null, 1, 'tab', {}],
  priority: [null, 1, 'high', {}],
  signal: [null, 1, 'now', {}, new EventTarget()],
  worker: [null, 1, {}, () => 1],
  host: [null, 1, 'large', { cacheSize: 0 }, { lanes: 'two' }, { operations: -1 }],
  fallback: [null, 1, 'Ed25519', ['no such algorithm'], {}],
};
test.each(Object.entries(BAD))('bad input: openKeystore, its %s', async (member, values) => {
  for (const value of values) {
    const options = { name: `refused-${crypto.randomUUID()}`, [member]: value };
    const refused = await failure((openKeystore as (junk: unknown) => Promise<unknown>)(options));
    expect(refused.code, `${member}: ${String(value)}`).toBe('INVALID_ARGUMENT');
  }
});
test('bad input: capabilities', () =>
  check(
    [fc.oneof(options, almost({ prefetch: ['Ed448'], timeout: 100 }))],
    (a) => keys.capabilities(a),
    100,
  ));
test('bad input: persist', () => check([thing, thing, options], (a, b, c) => keys.persist(a, b, c), 100));
test('bad input: deriveBits, encapsulate and decapsulate', async () => {
  await check([thing, options], (a, b) => signer.deriveBits(a, b), 100);
  await check([options], (a) => signer.encapsulate(a), 50);
  await check([thing, options], (a, b) => signer.decapsulate(a, b), 100);
});
test('bad input: destroy of a key', async () => {
  const doomed = await keys.generateKey({ id: 'doomed', lifetime: 'volatile', ...P256 });
  const all = fc.asyncProperty(options, ({ make }) =>
    doomed.destroy(make() as never).catch((error: unknown) => {
      // A second destruction finds nothing.
      if (!(error instanceof KeystoreError) && error !== OWN) throw error;
    }),
  );
  await fc.assert(all, { numRuns: 100 });
  await keys.destroyKey('doomed').catch(() => undefined);
  expect(await stateOf(keys)).toEqual(before);
});
test('bad input: generateKey', () => check([init, options], (a, b) => keys.generateKey(a, b), 400));
test('bad input: ensureKey', () => check([init, options], (a, b) => keys.ensureKey(a, b), 400));
test('bad input: importKey', () =>
  check([format, fc.oneof(thing, jwk), init, options], (a, b, c, d) => keys.importKey(a, b, c, d), 600));
test('bad input: copyKey and copy', async () => {
  const copy = { id: 'copy', lifetime: 'volatile', usages: ['sign'], extractable: false, label: 'copy' };
  const init = fc.oneof(thing, almost(copy), withMember(copy, 'usages', almost(['sign', 'verify'])));
  await check([fc.oneof(thing, only('key')), init, options], (a, b, c) => keys.copyKey(a, b, c));
  await check([init, options], (a, b) => signer.copy(a, b));
});
test('bad input: openKey', () => check([thing, options], (a, b) => keys.openKey(a, b).then(() => undefined)));
test('bad input: destroyKey', () => check([other, options], (a, b) => keys.destroyKey(a, b)));
test('bad input: purgeKey', () => check([thing, options], (a, b) => keys.purgeKey(a, b)));
test('bad input: listKeys', () => {
  const filter = almost({ lifetime: 'session', prefix: 'a', algorithm: 'HMAC', usage: 'sign', pageSize: 2 });
  return check([fc.oneof(options, filter)], (a) => keys.listKeys(a).next());
});
test('bad input: stats', () => check([options], (a) => keys.stats(a)));
test('bad input: attach', () =>
  check([thing.filter(({ make }) => make() !== globalThis), options], (a, b) => keys.attach(a, b)));

for (const key of [signer, noble, cipher]) {
  const name = `${key.attributes.algorithm.name} key`;
  test(`bad input: sign with an ${name}`, () => check([thing, signOptions], (a, b) => key.sign(a, b)));
  test(`bad input: verify with an ${name}`, () =>
    check([thing, thing, signOptions], (a, b, c) => key.verify(a, b, c)));
  test(`bad input: encrypt with an ${name}`, () =>
    check([thing, cipherOptions], (a, b) => key.encrypt(a, b)));
  test(`bad input: decrypt with an ${name}`, () =>
    check([thing, cipherOptions], (a, b) => key.decrypt(a, b)));
  test(`bad input: exports of an ${name}`, async () => {
    await check([format, options], (a, b) => key.exportKey(a, b));
    await check([format, options], (a, b) => key.exportPublicKey(a, b));
  });
  test(`bad input: purge of an ${name}`, () => check([options], (a) => key.purge(a), 50));
}

test('bad input: bytes in a buffer that was transferred away', async () => {
  const good = new Uint8Array(64);
  const iv = new Uint8Array(12);
  // Before and after the public key was first used: the two are different ways.
  for (const _ of ['first', 'again']) {
    for (const gone of [detached(), detached().buffer]) {
      const calls = [
        () => signer.sign(gone),
        () => signer.verify(gone, good),
        () => signer.verify(good, gone),
        () => noble.verify(gone, good),
        () => noble.verify(good, gone),
        () => cipher.encrypt(gone, { iv }),
        () => cipher.encrypt(good, { iv: gone }),
        () => cipher.decrypt(good, { iv, additionalData: gone }),
        () => keys.importKey('raw', gone, { lifetime: 'session', ...GCM }),
      ];
      for (const call of calls) {
        await expect(call(), String(call)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
    }
    await signer.verify(good, good);
  }
});
