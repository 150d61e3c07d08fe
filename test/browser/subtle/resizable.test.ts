// A BufferSource of WebCrypto is of one size: resizable buffers are refused with handles as the engine refuses them.
import { afterAll, describe, expect, it } from 'vitest';
import { fault, hex, open, PLACES } from './open.ts';

const resizable = (length = 16): ArrayBuffer => new ArrayBuffer(length, { maxByteLength: 64 });
const DATA = {
  ...{ 'a buffer': () => resizable(), 'an empty buffer': () => resizable(0) },
  'a view of its length': () => new Uint8Array(resizable()),
  'a view of a part': () => new DataView(resizable(), 4, 4),
} satisfies Record<string, () => BufferSource>;

const AES = { name: 'AES-GCM', length: 256 };
const USAGES = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'] as const;
const IV = new Uint8Array(12);
const FIXED = new Uint8Array(16);

/** What is passed of them to whom; the same of native keys and of handles. */
async function calls(its: SubtleCrypto) {
  const aes = await its.generateKey(AES, false, [...USAGES]);
  const hmac = await its.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  const hkdf = await its.importKey('raw', FIXED, 'HKDF', false, ['deriveBits']);
  const gcm = { name: 'AES-GCM', iv: IV };
  return {
    encrypt: (data) => its.encrypt(gcm, aes, data),
    iv: (data) => its.encrypt({ ...gcm, iv: data }, aes, FIXED),
    additionalData: (data) => its.encrypt({ ...gcm, additionalData: data }, aes, FIXED),
    decrypt: (data) => its.decrypt(gcm, aes, data),
    sign: (data) => its.sign('HMAC', hmac, data),
    'verify, data': (data) => its.verify('HMAC', hmac, FIXED, data),
    'verify, signature': (data) => its.verify('HMAC', hmac, data, FIXED),
    salt: (data) => its.deriveBits({ name: 'HKDF', hash: 'SHA-256', info: FIXED, salt: data }, hkdf, 256),
    import: (data) => its.importKey('raw', data, AES, true, ['encrypt']),
    'import, to derive from': (data) => its.importKey('raw', data, 'HKDF', false, ['deriveBits']),
    'import, as a JWK': (data) => its.importKey('jwk', data as JsonWebKey, AES, true, ['encrypt']),
    unwrap: (data) => its.unwrapKey('raw', data, aes, gcm, AES, true, ['encrypt']),
  } satisfies Record<string, (data: BufferSource) => Promise<unknown>>;
}

describe.each(PLACES)('resizable buffers are a TypeError where keys stay with the %s', async (place) => {
  const keys = await open(place);
  const { subtle } = keys;
  afterAll(() => keys.close());
  const native = await calls(crypto.subtle);
  const hosted = await calls(subtle as SubtleCrypto);
  const names = Object.keys(native) as (keyof typeof native)[];
  it.each(names)('%s', async (name) => {
    for (const [what, data] of Object.entries(DATA)) {
      const refused = (await fault(() => native[name](data()))).name;
      expect([what, refused]).toEqual([what, 'TypeError']);
      expect([what, (await fault(() => hosted[name](data()))).name]).toEqual([what, refused]);
    }
  });

  it('digest, which only the host has', async () => {
    expect((await fault(() => subtle.digest('BLAKE3', resizable()))).name).toBe('TypeError');
  });

  it('what only calls itself a buffer is none', async () => {
    const aes = (await subtle.generateKey(AES, false, USAGES)) as CryptoKey;
    const fake = { [Symbol.toStringTag]: 'ArrayBuffer', byteLength: 16 } as unknown as ArrayBuffer;
    const gcm = { name: 'AES-GCM', iv: IV };
    expect((await fault(() => subtle.encrypt(gcm, aes, fake))).name).toBe('TypeError');
    expect(hex(await subtle.decrypt(gcm, aes, await subtle.encrypt(gcm, aes, FIXED)))).toBe(hex(FIXED));
  });
});
