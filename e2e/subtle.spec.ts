// `keys.subtle`: WebCrypto's interface for the algorithms that the engine has and for those that it lacks.
import { expect, test } from './fixtures.ts';

test('subtle: Ed448, secp256k1 and AES-192-GCM keys are made, used and exported as WebCrypto does', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { utf8 } = window.kit;
    const { subtle } = window.keys;
    const data = utf8('data');
    const describe = ({ type, extractable, algorithm, usages }: CryptoKey) => ({
      ...{ type, extractable, algorithm, usages },
    });
    const ed448 = (await subtle.generateKey('Ed448', false, ['sign', 'verify'])) as CryptoKeyPair;
    const k1 = { name: 'ECDSA', namedCurve: 'secp256k1' };
    const secp256k1 = await subtle.generateKey(k1, true, ['sign', 'verify']);
    const aes = await subtle.generateKey({ name: 'AES-GCM', length: 192 }, true, ['encrypt', 'decrypt']);

    const signed = await subtle.sign('Ed448', ed448.privateKey, data);
    const ecdsa = { name: 'ECDSA', hash: 'SHA-256' };
    const signedK1 = await subtle.sign(ecdsa, secp256k1.privateKey, data);
    const gcm = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: utf8('more') };
    const encrypted = await subtle.encrypt(gcm, aes, data);

    // What is exported is what others can use.
    const spki = await subtle.exportKey('spki', ed448.publicKey);
    const imported = await subtle.importKey('spki', spki, 'Ed448', true, ['verify']);
    const jwk = await subtle.exportKey('jwk', secp256k1.privateKey);
    const again = await subtle.importKey('jwk', jwk, k1, false, ['sign']);
    const raw = await subtle.exportKey('raw', aes);
    const sameAes = await subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
    return {
      ed448: [describe(ed448.privateKey), describe(ed448.publicKey)],
      secp256k1: [describe(secp256k1.privateKey), describe(secp256k1.publicKey)],
      aes: describe(aes),
      sizes: [signed, signedK1, encrypted, spki, raw].map((buffer) => buffer.byteLength),
      buffers: [signed, signedK1, encrypted, spki, raw].every((buffer) => buffer instanceof ArrayBuffer),
      verified: [
        await subtle.verify('Ed448', ed448.publicKey, signed, data),
        await subtle.verify('Ed448', imported, signed, data),
        await subtle.verify('Ed448', ed448.publicKey, signed, utf8('other')),
        await subtle.verify(ecdsa, secp256k1.publicKey, signedK1, data),
        await subtle.verify(ecdsa, secp256k1.publicKey, await subtle.sign(ecdsa, again, data), data),
      ],
      decrypted: new TextDecoder().decode(await subtle.decrypt(gcm, sameAes, encrypted)),
      jwk: { kty: jwk.kty, crv: jwk.crv, key_ops: jwk.key_ops, ext: jwk.ext },
    };
  });
  const ed448 = { name: 'Ed448' };
  const secp256k1 = { name: 'ECDSA', namedCurve: 'secp256k1' };
  expect(seen).toEqual({
    ed448: [
      { type: 'private', extractable: false, algorithm: ed448, usages: ['sign'] },
      { type: 'public', extractable: true, algorithm: ed448, usages: ['verify'] },
    ],
    secp256k1: [
      { type: 'private', extractable: true, algorithm: secp256k1, usages: ['sign'] },
      { type: 'public', extractable: true, algorithm: secp256k1, usages: ['verify'] },
    ],
    aes: {
      ...{ type: 'secret', extractable: true, usages: ['encrypt', 'decrypt'] },
      algorithm: { name: 'AES-GCM', length: 192 },
    },
    sizes: [114, 64, 20, 69, 24],
    buffers: true,
    verified: [true, true, false, true, true],
    decrypted: 'data',
    jwk: { kty: 'EC', crv: 'secp256k1', key_ops: ['sign'], ext: true },
  });
});

test('subtle: a handle passes for a CryptoKey, and cloning, posting or storing one throws DataCloneError', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { ED448, code } = window.kit;
    const key = await window.keys.generateKey({ lifetime: 'session', ...ED448 });
    const handle = key.cryptoKey;
    const attempt = (work: () => unknown) => code((async () => work())());
    const opening = indexedDB.open('handles', 1);
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      opening.onupgradeneeded = () => opening.result.createObjectStore('handles');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const store = () => database.transaction('handles', 'readwrite').objectStore('handles');
    return {
      instanceof: handle instanceof CryptoKey,
      constructor: handle.constructor === CryptoKey,
      tag: Object.prototype.toString.call(handle),
      same: key.cryptoKey === handle,
      clone: await attempt(() => structuredClone(handle)),
      cloneInside: await attempt(() => structuredClone({ deep: [handle] })),
      post: await attempt(() => window.postMessage(handle)),
      put: await attempt(() => store().put(handle, 'handle')),
      native: await attempt(() => crypto.subtle.exportKey('raw', handle)),
      imported: await attempt(() =>
        window.keys.importKey('crypto-key', handle, { lifetime: 'session', ...ED448 }),
      ),
      // As with the engine's own keys, what is shown can be written to, and changes nothing.
      written: await attempt(async () => {
        (handle.usages as string[]).length = 0;
        (handle.algorithm as { name: string }).name = 'HMAC';
        await window.keys.subtle.sign('Ed448', handle, new Uint8Array(1));
        (handle.usages as string[]).push('verify');
        await window.keys.subtle.verify('Ed448', handle, new Uint8Array(114), new Uint8Array(1));
      }),
    };
  });
  expect(seen).toEqual({
    instanceof: true,
    constructor: true,
    tag: '[object CryptoKey]',
    same: true,
    clone: 'DataCloneError',
    cloneInside: 'DataCloneError',
    post: 'DataCloneError',
    put: 'DataCloneError',
    native: 'TypeError',
    imported: 'INVALID_ARGUMENT',
    written: 'InvalidAccessError',
  });
});

test('subtle: in mode caller native keys are the engine’s own; in mode host they are handles', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { code } = window.kit;
    const hosted = await window.keyslot.openKeystore({ name: window.keys.name, subtle: 'host' });
    const data = new Uint8Array(8);
    const p256 = { name: 'ECDSA', namedCurve: 'P-256' };
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const look = async ({ subtle }: typeof hosted) => {
      const before = (await hosted.stats()).sessionKeys;
      const pair = (await subtle.generateKey(p256, false, ['sign', 'verify'])) as CryptoKeyPair;
      const secret = (await subtle.generateKey(hmac, false, ['sign', 'verify'])) as CryptoKey;
      const imported = await subtle.importKey('raw', data, hmac, false, ['sign']);
      const signature = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, data);
      const cloneable = (key: CryptoKey) => code((async () => structuredClone(key))());
      return {
        keys: await Promise.all([pair.privateKey, secret, imported, pair.publicKey].map(cloneable)),
        // The public half is the engine's own in both: work with it needs no trip.
        verified: await crypto.subtle.verify(
          { name: 'ECDSA', hash: 'SHA-256' },
          pair.publicKey,
          signature,
          data,
        ),
        made: (await hosted.stats()).sessionKeys - before,
      };
    };
    return { caller: await look(window.keys), host: await look(hosted) };
  });
  const handle = 'DataCloneError';
  expect(seen).toEqual({
    caller: { keys: ['ok', 'ok', 'ok', 'ok'], verified: true, made: 0 },
    host: { keys: [handle, handle, handle, 'ok'], verified: true, made: 3 },
  });
});
