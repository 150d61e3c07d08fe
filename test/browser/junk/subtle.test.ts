// Bad input to `keys.subtle`: what comes out is what WebCrypto throws, a DOMException or a TypeError, and never an
// error of keyslot's own or of its inside.
import * as fc from 'fast-check';
import { openKeystore } from 'keyslot';
import { expect, test } from 'vitest';
import { newStore, stateOf } from './store.ts';
import { almost, type Made, OWN, only, thing } from './values.ts';

type Loose = (...junk: never[]) => unknown;

const keys = await newStore();
const { subtle } = await openKeystore({ name: keys.name, subtle: 'host' });
const { privateKey, publicKey } = await subtle.generateKey(
  { name: 'ECDSA', namedCurve: 'secp256k1' },
  false,
  ['sign', 'verify'],
);
const aes = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
const before = await stateOf(keys);

async function check(arbitraries: fc.Arbitrary<Made>[], call: Loose): Promise<void> {
  const property = fc.asyncProperty(fc.tuple(...arbitraries), async (junk) => {
    try {
      await call(...(junk.map(({ make }) => make()) as never[]));
    } catch (error) {
      if (error !== OWN && !(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
    }
  });
  await fc.assert(property, { numRuns: 300 });
}

const key = fc.oneof(thing, ...[privateKey, publicKey, aes].map(only));
const ecdsa = fc.oneof(thing, almost({ name: 'ECDSA', hash: 'SHA-256' }));
const gcm = fc.oneof(
  thing,
  almost({ name: 'AES-GCM', iv: new Uint8Array(12), additionalData: new Uint8Array(1), tagLength: 128 }),
);
const keyAlgorithm = fc.oneof(
  thing,
  almost({ name: 'ECDSA', namedCurve: 'secp256k1' }),
  almost({ name: 'AES-GCM', length: 192 }),
  almost({ name: 'HMAC', hash: 'SHA-256', length: 256 }),
);
const format = fc.oneof(thing, ...['raw', 'pkcs8', 'spki', 'jwk'].map(only));
const usages = fc.oneof(thing, almost(['sign', 'verify']), only([]));

/** The handles above are still all there is. */
const unchanged = async () => expect(await stateOf(keys)).toEqual(before);

test('bad input: subtle.sign', async () => {
  await check([ecdsa, key, thing], (a, b, c) => subtle.sign(a, b, c));
  await unchanged();
});
test('bad input: subtle.verify', async () => {
  await check([ecdsa, key, thing, thing], (a, b, c, d) => subtle.verify(a, b, c, d));
  await unchanged();
});
test('bad input: subtle.encrypt and decrypt', async () => {
  await check([gcm, key, thing], (a, b, c) => subtle.encrypt(a, b, c));
  await check([gcm, key, thing], (a, b, c) => subtle.decrypt(a, b, c));
  await unchanged();
});
test('bad input: subtle.exportKey', async () => {
  await check([format, key], (a, b) => subtle.exportKey(a, b));
  await unchanged();
});
test('bad input: subtle.importKey', () =>
  check([format, thing, keyAlgorithm, thing, usages], (a, b, c, d, e) => subtle.importKey(a, b, c, d, e)));
test('bad input: subtle.generateKey', () =>
  check([keyAlgorithm, thing, usages], (a, b, c) => subtle.generateKey(a, b, c)));
