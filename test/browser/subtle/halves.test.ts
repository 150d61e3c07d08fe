// Public halves in engines that cannot tell them (no getPublicKey): they are kept beside the private key, unseen.
import { afterAll, expect, test } from 'vitest';
import { fault, open } from './open.ts';

const native = crypto.subtle;
const prototype: object = Object.getPrototypeOf(native);
const its = Object.getOwnPropertyDescriptor(prototype, 'getPublicKey');
Reflect.deleteProperty(prototype, 'getPublicKey');
afterAll(() => its && Object.defineProperty(prototype, 'getPublicKey', its));

const keys = await open('caller');
const { subtle } = keys;
afterAll(() => keys.close());

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };
const pair = await native.generateKey(P256, true, ['sign', 'verify']);

test.each(['pkcs8', 'jwk'] as const)('usages are read once: %s', async (format) => {
  const data = await subtle.exportKey(format, pair.privateKey);
  const once = [format, data, P256, false, ['sign'].values()] as unknown as Parameters<
    typeof subtle.importKey
  >;
  const key = await subtle.importKey(...once);
  expect(key.usages).toEqual(['sign']);
  const half = await subtle.getPublicKey(key, ['verify']);
  expect(await native.exportKey('raw', half)).toEqual(await native.exportKey('raw', pair.publicKey));
});

test.each(['ROT13', { name: 'ECDSA', namedCurve: 'P-1' }])(
  'a JWK that is nothing is refused as the engine refuses it: %s',
  async (algorithm) => {
    for (const nothing of [null, undefined]) {
      const args = ['jwk', nothing, algorithm, false, ['sign']] as unknown as Parameters<
        typeof subtle.importKey
      >;
      const refused = await fault(() => native.importKey(...(args as Parameters<typeof native.importKey>)));
      expect((await fault(() => subtle.importKey(...args))).name).toBe(refused.name);
    }
  },
);
