// `keys.subtle` throws what WebCrypto prescribes: the same misuse of a native key and of a handle has one name.
import { expect, test } from './fixtures.ts';

test('subtle: misuse of a handle throws the DOMException that the engine throws for its own keys', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { code } = window.kit;
    const native = crypto.subtle;
    const hosted = (await window.keyslot.openKeystore({ name: window.keys.name, subtle: 'host' })).subtle;
    const bytes = new Uint8Array(16);
    const iv = new Uint8Array(12);
    const p256 = { name: 'ECDSA', namedCurve: 'P-256' };
    const ecdsa = { name: 'ECDSA', hash: 'SHA-256' };
    const misuse = async (subtle: SubtleCrypto) => {
      const pair = await subtle.generateKey(p256, false, ['sign']);
      const aes = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
      const decrypting = await subtle.importKey('raw', bytes, 'AES-GCM', true, ['decrypt']);
      return {
        'wrong usage': await code(subtle.verify(ecdsa, pair.privateKey, bytes, bytes)),
        'decrypt without the usage': await code(subtle.decrypt({ name: 'AES-GCM', iv }, aes, bytes)),
        'another algorithm': await code(subtle.sign('HMAC', pair.privateKey, bytes)),
        'not extractable': await code(subtle.exportKey('jwk', pair.privateKey)),
        'not extractable, raw': await code(subtle.exportKey('raw', aes)),
        'wrong tag': await code(subtle.decrypt({ name: 'AES-GCM', iv }, decrypting, new Uint8Array(32))),
        'too short': await code(subtle.decrypt({ name: 'AES-GCM', iv }, decrypting, new Uint8Array(3))),
        'no usages': await code(subtle.generateKey(p256, false, [])),
        'a usage of another algorithm': await code(subtle.generateKey(p256, false, ['encrypt'])),
        'unknown algorithm': await code(subtle.generateKey('ROT13', false, ['encrypt'])),
        'unknown curve': await code(
          subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-1' }, false, ['sign']),
        ),
        'malformed pkcs8': await code(subtle.importKey('pkcs8', bytes, p256, false, ['sign'])),
        'malformed jwk': await code(subtle.importKey('jwk', { kty: 'EC', d: 'x' }, p256, false, ['sign'])),
        'secret of a wrong length': await code(
          subtle.importKey('raw', bytes.slice(1), 'AES-GCM', false, ['encrypt']),
        ),
        'no data': await code(subtle.sign(ecdsa, pair.privateKey, 'text' as unknown as BufferSource)),
      };
    };
    return { native: await misuse(native), hosted: await misuse(hosted) };
  });
  expect(seen.hosted).toEqual(seen.native);
});

test('subtle: of algorithms that the engine lacks, misuse has the names that WebCrypto prescribes', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { code } = window.kit;
    const { subtle } = window.keys;
    const bytes = new Uint8Array(16);
    const { privateKey, publicKey } = (await subtle.generateKey('Ed448', false, [
      'sign',
      'verify',
    ])) as CryptoKeyPair;
    const k1 = { name: 'ECDSA', namedCurve: 'secp256k1' };
    const secp256k1 = await subtle.generateKey(k1, false, ['sign', 'verify']);
    const fixed = await window.keys.generateKey({ lifetime: 'session', ...window.kit.SECP256K1 });
    return {
      InvalidAccessError: [
        await code(subtle.verify('Ed448', privateKey, bytes, bytes)),
        await code(subtle.sign('Ed448', publicKey, bytes)),
        await code(subtle.sign('Ed25519', privateKey, bytes)),
        await code(subtle.exportKey('pkcs8', privateKey)),
        await code(subtle.exportKey('jwk', privateKey)),
      ],
      SyntaxError: [
        await code(subtle.generateKey('Ed448', false, [])),
        await code(subtle.generateKey('Ed448', false, ['encrypt'])),
      ],
      DataError: [
        await code(subtle.importKey('pkcs8', bytes, 'Ed448', false, ['sign'])),
        await code(subtle.importKey('spki', bytes, k1, true, ['verify'])),
        await code(subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed448', x: 'AA' }, 'Ed448', true, ['verify'])),
      ],
      NotSupportedError: [
        // The hash of a key that was made with one is part of its policy.
        await code(subtle.sign({ name: 'ECDSA', hash: 'SHA-512' }, fixed.cryptoKey, bytes)),
      ],
      ok: [
        await code(subtle.sign({ name: 'ecdsa', hash: { name: 'sha-256' } }, fixed.cryptoKey, bytes)),
        await code(subtle.sign({ name: 'ECDSA', hash: 'SHA-512' }, secp256k1.privateKey, bytes)),
      ],
    };
  });
  for (const [name, codes] of Object.entries(seen)) expect(codes).toEqual(codes.map(() => name));
});
