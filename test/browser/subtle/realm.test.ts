// Bytes and native keys of another realm, such as an iframe's, are what those of this one are.
import { afterAll, describe, expect, it } from 'vitest';
import { hex, open, PLACES } from './open.ts';

type Realm = Pick<typeof globalThis, 'crypto' | 'Uint8Array'>;

const frame = document.createElement('iframe');
document.body.append(frame);
afterAll(() => frame.remove());
const there = frame.contentWindow as unknown as Realm;

const SIZE = 32;
const BYTES = crypto.getRandomValues(new Uint8Array(64));

/** A view into the middle of a buffer, and a buffer of the same bytes. */
const DATA: readonly (readonly [string, (bytes: Uint8Array) => BufferSource])[] = [
  ['Uint8Array', (bytes) => viewOf(bytes)],
  ['ArrayBuffer', (bytes) => bufferOf(bytes)],
];
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const view = new there.Uint8Array(bytes.length);
  view.set(bytes);
  return view.buffer;
}
function viewOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new there.Uint8Array(bytes.length + 9).subarray(5, 5 + bytes.length);
  view.set(bytes);
  return view;
}
const here = (buffer: ArrayBuffer): Uint8Array => new Uint8Array(buffer);

const CIPHER = 'XChaCha20-Poly1305';
const USAGES = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'] as const;

describe.each(PLACES)('keys that stay with the %s', async (place) => {
  const keys = await open(place);
  const { subtle } = keys;
  afterAll(() => keys.close());

  const signing = (await subtle.generateKey('Ed448', true, ['sign', 'verify'])) as CryptoKeyPair;
  const cipher = (await subtle.generateKey(CIPHER, true, USAGES)) as CryptoKey;

  it('they are of another realm', () => {
    expect(bufferOf(BYTES) instanceof ArrayBuffer).toBe(false);
    expect(viewOf(BYTES) instanceof Uint8Array).toBe(false);
  });

  for (const [kind, foreign] of DATA) {
    it(`${kind}: signs and verifies`, async () => {
      const algorithm = { name: 'Ed448', context: foreign(BYTES.slice(0, 9)) };
      const signature = await subtle.sign(algorithm, signing.privateKey, foreign(BYTES));
      const mine = { name: 'Ed448', context: BYTES.slice(0, 9) };
      const its = foreign(here(signature));
      expect(await subtle.verify(algorithm, signing.publicKey, its, foreign(BYTES))).toBe(true);
      expect(await subtle.verify(mine, signing.publicKey, signature, BYTES)).toBe(true);
    });

    it(`${kind}: signs and verifies with a key of the keystore's, whose public half is native`, async () => {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
      const make = { lifetime: 'session', algorithm, usages: ['sign', 'verify'] } as const;
      const key = await keys.generateKey(make);
      const signature = await key.sign(foreign(BYTES));
      expect(await key.verify(foreign(signature), foreign(BYTES))).toBe(true);
      expect(await key.verify(foreign(signature), foreign(BYTES))).toBe(true);
      expect(await key.verify(foreign(signature), foreign(BYTES.slice(1)))).toBe(false);
    });

    it(`${kind}: encrypts and decrypts`, async () => {
      const params = { name: CIPHER, iv: foreign(BYTES.slice(0, 24)), additionalData: foreign(BYTES) };
      const secret = await subtle.encrypt(params, cipher, foreign(BYTES));
      const mine = { name: CIPHER, iv: BYTES.slice(0, 24), additionalData: BYTES };
      expect(hex(await subtle.decrypt(mine, cipher, secret))).toBe(hex(BYTES));
      expect(hex(await subtle.decrypt(params, cipher, foreign(here(secret))))).toBe(hex(BYTES));
    });

    it(`${kind}: imports, unwraps and digests`, async () => {
      const raw = BYTES.slice(0, SIZE);
      const key = await subtle.importKey('raw-secret', foreign(raw), CIPHER, true, USAGES);
      expect(hex(await subtle.exportKey('raw-secret', key))).toBe(hex(raw));
      const init = { lifetime: 'session', algorithm: 'Ed25519', usages: ['verify'] } as const;
      const spki = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
      const bytes = here(await crypto.subtle.exportKey('raw', (spki as CryptoKeyPair).publicKey));
      const own = await keys.importKey('raw', foreign(bytes), init);
      expect(hex(await own.exportPublicKey('raw'))).toBe(hex(bytes));
      const params = { name: CIPHER, iv: BYTES.slice(0, 24) };
      const wrapped = await subtle.wrapKey('raw-secret', key, cipher, params);
      const again = await subtle.unwrapKey(
        ...(['raw-secret', foreign(here(wrapped)), cipher, params, CIPHER, true, USAGES] as const),
      );
      expect(hex(await subtle.exportKey('raw-secret', again))).toBe(hex(raw));
      expect(hex(await subtle.digest('BLAKE3', foreign(BYTES)))).toBe(
        hex(await subtle.digest('BLAKE3', BYTES)),
      );
    });
  }

  it('a native key wraps, and is wrapped', async () => {
    const aes = await there.crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, [...USAGES]);
    const params = { name: CIPHER, iv: new Uint8Array(24) };
    const wrapped = await subtle.wrapKey('raw', aes, cipher, params);
    expect(hex(await subtle.decrypt(params, cipher, wrapped))).toBe(
      hex(await crypto.subtle.exportKey('raw', aes)),
    );
    const gcm = { name: 'AES-GCM', iv: new Uint8Array(12) };
    const its = await subtle.wrapKey('raw-secret', cipher, aes, gcm);
    const again = await subtle.unwrapKey('raw-secret', its, aes, gcm, CIPHER, true, USAGES);
    expect(hex(await subtle.exportKey('raw-secret', again))).toBe(
      hex(await subtle.exportKey('raw-secret', cipher)),
    );
  });

  it('a native key is derived from, and agreed with', async () => {
    const usages = ['deriveBits', 'deriveKey'] as const;
    const make = { name: 'X25519' };
    const pair = (await there.crypto.subtle.generateKey(make, false, [...usages])) as CryptoKeyPair;
    expect(pair.privateKey instanceof CryptoKey).toBe(false);
    const mine = (await subtle.generateKey(make, false, usages)) as CryptoKeyPair;
    const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
    const locked = await there.crypto.subtle.importKey('raw', raw, make, false, []);
    const secret = hex(await subtle.deriveBits({ ...make, public: mine.publicKey }, pair.privateKey, 256));
    for (const peer of [pair.publicKey, locked]) {
      expect(hex(await subtle.deriveBits({ ...make, public: peer }, mine.privateKey, 256))).toBe(secret);
      const shared = await subtle.deriveKey(
        ...([{ ...make, public: peer }, mine.privateKey, CIPHER, true, USAGES] as const),
      );
      expect(hex(await subtle.exportKey('raw-secret', shared))).toBe(secret);
    }
    const shared = await subtle.deriveKey(
      ...([{ ...make, public: mine.publicKey }, pair.privateKey, CIPHER, true, USAGES] as const),
    );
    expect(hex(await subtle.exportKey('raw-secret', shared))).toBe(secret);
    const own = { lifetime: 'session', algorithm: 'X25519', usages: ['deriveBits'] } as const;
    const key = await keys.generateKey(own);
    const other = { ...make, public: key.handles.publicKey as CryptoKey };
    expect(hex(await key.deriveBits(256, { publicKey: pair.publicKey }))).toBe(
      hex(await subtle.deriveBits(other, pair.privateKey, 256)),
    );
  });

  it('a native key is kept', async () => {
    const usages = ['sign', 'verify'] as const;
    const pair = (await there.crypto.subtle.generateKey('Ed25519', false, [...usages])) as CryptoKeyPair;
    const key = await keys.persist(pair.publicKey, `of-a-frame-${place}`);
    expect(key.type).toBe('public');
  });
});
