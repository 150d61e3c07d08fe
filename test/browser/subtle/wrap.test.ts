// wrapKey and unwrapKey in every mixture of native keys and handles, and with every cipher.
import type { KeyFormat } from 'keyslot';
import { describe, expect, it } from 'vitest';
import { fault, make, open, PLACES, present } from './open.ts';

for (const place of PLACES) {
  const keys = await open(place);
  const { subtle } = keys;
  const cases = await present(keys);
  const wrappers = cases.filter(({ encrypt, wrap }) => encrypt ?? wrap);

  // Made once: RSA keys take their time.
  const wrappable = cases.filter(({ slow, title }) => !slow && !/192|384|K-256|SHA-1$|RSASSA/.test(title));
  const made = await Promise.all(wrappable.map(async (its) => ({ its, pair: await make(subtle, its) })));

  describe(`keys that stay with the ${place}`, () => {
    it('a private key that is unwrapped with the usages of a public one is a SyntaxError', async () => {
      const { privateKey } = (await subtle.generateKey('Ed448', true, ['sign', 'verify'])) as CryptoKeyPair;
      const usages = ['wrapKey', 'unwrapKey'] as const;
      const aes = (await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, usages)) as CryptoKey;
      const params = { name: 'AES-GCM', iv: new Uint8Array(12) };
      const wrapped = await subtle.wrapKey('jwk', privateKey, aes, params);
      const unwrap = (its: readonly ('sign' | 'verify')[]) =>
        fault(() => subtle.unwrapKey('jwk', wrapped, aes, params, 'Ed448', true, its));
      expect((await unwrap(['verify'])).name).toBe('SyntaxError');
      expect((await unwrap(['sign'])).name).toBe('none');
    });

    it('what is no JWK is said before wrong usages, and those before what is wrong with a JWK', async () => {
      const usages = ['encrypt', 'wrapKey', 'unwrapKey'] as const;
      const aes = (await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, usages)) as CryptoKey;
      const params = { name: 'AES-GCM', iv: new Uint8Array(12) };
      const unwrap = async (text: string) => {
        const wrapped = await subtle.encrypt(params, aes, new TextEncoder().encode(text));
        const key = fault(() => subtle.unwrapKey('jwk', wrapped, aes, params, 'Ed448', true, ['encrypt']));
        return (await key).name;
      };
      expect(await unwrap('no text of an object')).toBe('DataError');
      expect(await unwrap('{}')).toBe('DataError');
      expect(await unwrap('{ "kty": "oct", "k": "AAAA" }')).toBe('SyntaxError');
    });

    for (const wrapper of wrappers) {
      const params = wrapper.wrap ?? wrapper.encrypt ?? '';
      // RSA-OAEP takes as much as a small key, AES-KW whole blocks.
      const isShort = wrapper.generate.name === 'RSA-OAEP';
      const formats = (its: readonly KeyFormat[]): readonly KeyFormat[] =>
        wrapper.wrap ? its.filter((format) => format === 'raw' || format === 'raw-secret') : its;

      it(`${wrapper.title}: wraps keys in every format, and they are the same afterwards`, async () => {
        const { secret: unwrapping, open: wrapping } = await make(subtle, wrapper, false);
        for (const { its, pair } of made) {
          const { publicUsages = [], usages, given = its.generate } = its;
          const halves = [
            [pair.secret, its.formats, usages.filter((usage) => !publicUsages.includes(usage))] as const,
            ...(pair.open === pair.secret
              ? []
              : [[pair.open, its.publicFormats ?? [], publicUsages] as const]),
          ];
          for (const [key, known, allowed] of halves) {
            for (const format of formats(known)) {
              const plain = await subtle.exportKey(format, key);
              const size = plain instanceof ArrayBuffer ? plain.byteLength : JSON.stringify(plain).length;
              if ((isShort && size > 100) || (wrapper.wrap && size % 8 !== 0)) continue;
              const wrapped = await subtle.wrapKey(format, key, wrapping, params);
              const again = await subtle.unwrapKey(format, wrapped, unwrapping, params, given, true, allowed);
              expect([its.title, format, again.type, again.algorithm]).toEqual([
                ...[its.title, format, key.type, key.algorithm],
              ]);
              expect(await subtle.exportKey(format, again)).toEqual(plain);
            }
          }
        }
      });

      it(`${wrapper.title}: checks the wrapping key and the wrapped one`, async () => {
        const { secret: unwrapping, open: wrapping } = await make(subtle, wrapper, false);
        const aes = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']);
        const locked = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
        const hkdf = await subtle.importKey('raw', new Uint8Array(16), 'HKDF', false, ['deriveBits']);
        const wrap = async (
          key: CryptoKey,
          format: KeyFormat = 'raw',
          its = wrapping,
          how: never = params as never,
        ) => (await fault(() => subtle.wrapKey(format, key, its, how))).name;
        expect({
          locked: await wrap(locked),
          usage: await wrap(aes, 'raw', aes),
          name: await wrap(aes, 'raw', wrapping, 'ROT13' as never),
          other: await wrap(aes, 'raw', wrapping, { name: 'AES-CBC', iv: new Uint8Array(16) } as never),
        }).toEqual({
          locked: 'InvalidAccessError',
          usage: 'InvalidAccessError',
          name: 'NotSupportedError',
          other: wrapper.generate.name === 'AES-CBC' ? 'none' : 'InvalidAccessError',
        });
        expect(await wrap(hkdf)).toMatch(/NotSupportedError|InvalidAccessError/);
        const wrapped = await subtle.wrapKey('raw', aes, wrapping, params);
        const unwrap = async (its: BufferSource, usages: readonly 'sign'[] | readonly 'encrypt'[]) =>
          (await fault(() => subtle.unwrapKey('raw', its, unwrapping, params, 'AES-GCM', true, usages))).name;
        expect(await unwrap(wrapped, [])).toBe('SyntaxError');
        expect(await unwrap(wrapped, ['sign'])).toBe('SyntaxError');
        expect(await unwrap(wrapped.slice(3), ['encrypt'])).toMatch(/OperationError|DataError/);
        // Whether it unwraps is said before what is wrong with the usages; with AES-CTR any bytes do.
        const isCtr = wrapper.generate.name === 'AES-CTR';
        expect(await unwrap(wrapped.slice(3), [])).toMatch(/OperationError|DataError/);
        expect(await unwrap(wrapped.slice(3), ['sign'])).toMatch(
          isCtr ? /SyntaxError/ : /OperationError|DataError/,
        );
      });
    }
  });
}
