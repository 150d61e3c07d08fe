// The noble driver against node:crypto (OpenSSL) and Node's WebCrypto, in both directions.
import {
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign as nodeSign,
  verify as nodeVerify,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Bytes, WorkingKey } from '../../../src/drivers/driver.ts';
import {
  asBytes,
  asJwk,
  code,
  decrypt,
  encrypt,
  generate,
  hex,
  importKey,
  open,
  sign,
  utf8,
  verify,
} from './support.ts';

const message = utf8('the message');
const own = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);

const curves = [
  {
    curve: 'secp256k1',
    algorithm: { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' },
    digest: 'sha256',
    nodePair: () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    jwk: { kty: 'EC', crv: 'secp256k1' },
    signatureSize: 64,
  },
  {
    curve: 'secp256k1 with SHA-512',
    algorithm: { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-512' },
    digest: 'sha512',
    nodePair: () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    jwk: { kty: 'EC', crv: 'secp256k1' },
    signatureSize: 64,
  },
  {
    curve: 'Ed448',
    algorithm: { name: 'Ed448' },
    digest: null,
    nodePair: () => generateKeyPairSync('ed448'),
    jwk: { kty: 'OKP', crv: 'Ed448' },
    signatureSize: 114,
  },
] as const;

describe.each(curves)('noble $curve', ({ algorithm, digest, nodePair, jwk, signatureSize }) => {
  const dsaEncoding = 'ieee-p1363' as const;
  const fresh = async () => open(await generate('noble', algorithm), algorithm);

  it('makes keys that OpenSSL reads, byte for byte as OpenSSL writes them', async () => {
    const key = await fresh();
    const pkcs8 = Buffer.from(asBytes(await key.exportKey('pkcs8')));
    const spki = Buffer.from(asBytes(await key.exportPublicKey('spki')));
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    expect(privateKey.export({ format: 'der', type: 'pkcs8' })).toStrictEqual(pkcs8);
    expect(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })).toStrictEqual(spki);
    const nodeJwk = privateKey.export({ format: 'jwk' });
    expect(asJwk(await key.exportKey('jwk'))).toMatchObject({ ...nodeJwk, ...jwk });
  });

  it('signs what OpenSSL verifies', async () => {
    const key = await fresh();
    const spki = Buffer.from(asBytes(await key.exportPublicKey('spki')));
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const signature = await sign(key, message);
    expect(signature).toHaveLength(signatureSize);
    expect(nodeVerify(digest, message, { key: publicKey, dsaEncoding }, signature)).toBe(true);
  });

  it('verifies what OpenSSL signs, high s included', async () => {
    const { privateKey, publicKey } = nodePair();
    const spki = own(publicKey.export({ format: 'der', type: 'spki' }));
    const { material } = await importKey('noble', 'spki', spki, algorithm);
    const key = await open(material, algorithm);
    expect(key.sign).toBeUndefined();
    for (let i = 0; i < 16; i++) {
      const data = utf8(`message ${i}`);
      const signature = own(nodeSign(digest, data, { key: privateKey, dsaEncoding }));
      expect(await verify(key, signature, data)).toBe(true);
      expect(await verify(key, signature, message)).toBe(false);
    }
  });

  it('calls a signature of the wrong length false', async () => {
    const key = await fresh();
    for (const size of [0, 1, signatureSize - 1, signatureSize + 1]) {
      expect(await verify(key, new Uint8Array(size), message)).toBe(false);
    }
  });

  it("imports OpenSSL's pkcs8 and jwk with the public half computed", async () => {
    const { privateKey, publicKey } = nodePair();
    const spki = own(publicKey.export({ format: 'der', type: 'spki' }));
    const pkcs8 = own(privateKey.export({ format: 'der', type: 'pkcs8' }));
    const jwk = Object(privateKey.export({ format: 'jwk' }));
    for (const [format, data] of [['pkcs8', pkcs8] as const, ['jwk', jwk] as const]) {
      const imported = await importKey('noble', format, data, algorithm);
      expect(imported.algorithm).toStrictEqual(algorithm);
      expect(imported.material.publicKey).toStrictEqual(spki);
      const signature = await sign(await open(imported.material, algorithm), message);
      expect(nodeVerify(digest, message, { key: publicKey, dsaEncoding }, signature)).toBe(true);
    }
  });

  it('brings a public key back from every format', async () => {
    const key = await fresh();
    const signature = await sign(key, message);
    for (const format of ['spki', 'raw', 'jwk'] as const) {
      const data = await key.exportPublicKey(format);
      const { material } = await importKey('noble', format, data, algorithm);
      expect(material.type).toBe('public');
      const verifier = await open(material, algorithm);
      expect(await verify(verifier, signature, message)).toBe(true);
      expect(await verifier.exportKey(format)).toStrictEqual(data);
    }
  });

  it('answers at once, with values and not promises', async () => {
    const key = await fresh();
    const signature = key.sign?.(message, {});
    expect(signature).toBeInstanceOf(Uint8Array);
    expect(key.verify?.(await sign(key, message), message, {})).toBe(true);
    expect(key.exportKey('pkcs8')).toBeInstanceOf(Uint8Array);
  });

  it('refuses a private key with a public half of another', async () => {
    const [a, b] = [await fresh(), await fresh()];
    const mixed = { ...(await a.exportKey('jwk')), ...(await b.exportPublicKey('jwk')) };
    await expect(importKey('noble', 'jwk', mixed, algorithm)).rejects.toThrow(code('INVALID_ARGUMENT'));
  });

  it('refuses material that is no key of it, and quotes none of it', async () => {
    const key = await fresh();
    const pkcs8 = asBytes(await key.exportKey('pkcs8'));
    const spki = asBytes(await key.exportPublicKey('spki'));
    const privateJwk = asJwk(await key.exportKey('jwk'));
    const raw = asBytes(await key.exportPublicKey('raw'));
    const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const x25519 = generateKeyPairSync('x25519');
    const bad = [
      ['pkcs8', new Uint8Array(0)],
      ['pkcs8', pkcs8.slice(0, -1)],
      ['pkcs8', Uint8Array.of(...pkcs8, 0)],
      ['pkcs8', spki],
      ['pkcs8', own(p256.privateKey.export({ format: 'der', type: 'pkcs8' }))],
      ['pkcs8', own(x25519.privateKey.export({ format: 'der', type: 'pkcs8' }))],
      ['spki', pkcs8],
      ['spki', own(p256.publicKey.export({ format: 'der', type: 'spki' }))],
      ['raw', raw.slice(1)],
      ['jwk', { ...privateJwk, crv: 'P-256' }],
      ['jwk', { ...privateJwk, alg: 'ES256' }],
      ['jwk', { ...privateJwk, d: `${privateJwk.d}=` }],
      ['jwk', { ...privateJwk, d: `${privateJwk.d}A` }],
      ['jwk', { ...privateJwk, d: '' }],
      ['jwk', { ...privateJwk, x: undefined }],
      ['jwk', Object({ ...privateJwk, d: { toString: () => 'AAAA' } })],
    ] as const;
    for (const [format, data] of bad) {
      const failure = importKey('noble', format, data, algorithm);
      await expect(failure, `${format} ${Object.keys(data).length}`).rejects.toThrow(
        code('INVALID_ARGUMENT'),
      );
      await expect(failure).rejects.not.toThrow(String(privateJwk.d));
    }
  });

  it('opens a copy, which wipe clears, and leaves the record alone', async () => {
    const material = await generate('noble', algorithm);
    if (!(material.secret instanceof Uint8Array)) throw new Error('expected bytes');
    const before = own(material.secret);
    const key = await open(material, algorithm);
    key.wipe();
    key.wipe();
    expect(material.secret).toStrictEqual(before);
    expect(() => key.sign?.(message, {})).toThrow(code('BAD_STATE'));
    expect(() => key.exportKey('pkcs8')).toThrow(code('BAD_STATE'));
    const again = await open(material, algorithm);
    material.secret.fill(0);
    expect(await verify(again, await sign(again, message), message)).toBe(true);
  });
});

describe('noble secp256k1', () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' } as const;
  const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';

  it('accepts high s and low s of one signature', async () => {
    const key = await open(await generate('noble', algorithm), algorithm);
    const signature = await sign(key, message);
    const s = BigInt(`0x${Buffer.from(signature.slice(32)).toString('hex')}`);
    const mirrored = (BigInt(`0x${ORDER}`) - s).toString(16).padStart(64, '0');
    const twin = Uint8Array.of(...signature.slice(0, 32), ...hex(mirrored));
    expect(await verify(key, twin, message)).toBe(true);
  });

  it('refuses 0, the order and what is above it as private keys', async () => {
    const good = asBytes(
      await (await open(await generate('noble', algorithm), algorithm)).exportKey('pkcs8'),
    );
    const at = Buffer.from(good).indexOf(Buffer.from([0x04, 0x20])) + 2;
    // The public half follows; its mismatch would be refused too, so it is the message that is checked.
    for (const scalar of ['00'.repeat(32), ORDER, 'ff'.repeat(32)]) {
      const bad = own(good);
      bad.set(hex(scalar), at);
      await expect(importKey('noble', 'pkcs8', bad, algorithm)).rejects.toThrow(/in the range of secp256k1/);
    }
  });

  it('refuses what is no point, and the point at infinity', async () => {
    const raw = asBytes(
      await (await open(await generate('noble', algorithm), algorithm)).exportPublicKey('raw'),
    );
    for (const bad of [
      raw.map((byte, at) => (at === 0 ? byte : 0xff)),
      new Uint8Array(65),
      new Uint8Array(1),
    ]) {
      await expect(importKey('noble', 'raw', bad, algorithm)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it('takes a compressed point and keeps it uncompressed', async () => {
    const key = await open(await generate('noble', algorithm), algorithm);
    const raw = asBytes(await key.exportPublicKey('raw'));
    const compressed = Uint8Array.of((raw[64] ?? 0) % 2 === 0 ? 2 : 3, ...raw.slice(1, 33));
    const { material } = await importKey('noble', 'raw', compressed, algorithm);
    expect(await (await open(material, algorithm)).exportPublicKey('raw')).toStrictEqual(raw);
  });
});

describe('noble Ed448', () => {
  // RFC 8032, section 7.4: the first two vectors.
  it.each([
    {
      secret:
        '6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b',
      publicKey:
        '5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180',
      data: '',
      signature:
        '533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980' +
        'ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600',
    },
    {
      secret:
        'c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e',
      publicKey:
        '43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480',
      data: '03',
      signature:
        '26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd77980' +
        '5e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00',
    },
  ])('signs as RFC 8032 does', async ({ secret, publicKey, data, signature }) => {
    const jwk = {
      kty: 'OKP',
      crv: 'Ed448',
      d: Buffer.from(hex(secret)).toString('base64url'),
      x: Buffer.from(hex(publicKey)).toString('base64url'),
    };
    const algorithm = { name: 'Ed448' } as const;
    const { material } = await importKey('noble', 'jwk', jwk, algorithm);
    expect(await sign(await open(material, algorithm), hex(data))).toStrictEqual(hex(signature));
  });

  it('agrees with the engine, where the engine has it', async () => {
    const algorithm = { name: 'Ed448' } as const;
    const noble = await open(await generate('noble', algorithm), algorithm);
    const { material } = await importKey(
      'webcrypto',
      'pkcs8',
      asBytes(await noble.exportKey('pkcs8')),
      algorithm,
    );
    const native = await open(material, algorithm);
    expect(await sign(native, message)).toStrictEqual(await sign(noble, message));
    expect(await native.exportPublicKey('spki')).toStrictEqual(await noble.exportPublicKey('spki'));
  });
});

describe('noble AES-GCM', () => {
  const iv = new Uint8Array(12).fill(3);
  const additionalData = utf8('header');

  it.each([128, 192, 256] as const)('of %i bits agrees with the engine and OpenSSL', async (length) => {
    const algorithm = { name: 'AES-GCM', length } as const;
    const material = await generate('noble', algorithm);
    const noble = await open(material, algorithm);
    const raw = asBytes(await noble.exportKey('raw'));
    expect(raw).toHaveLength(length / 8);
    const imported = await importKey('webcrypto', 'jwk', await noble.exportKey('jwk'), { name: 'AES-GCM' });
    expect(imported.algorithm).toStrictEqual(algorithm);
    const native = await open(imported.material, algorithm);
    for (const params of [
      { iv },
      { iv, additionalData },
      { iv: new Uint8Array(16) },
      { iv: new Uint8Array(128) },
    ]) {
      const sealed = await encrypt(noble, message, params);
      expect(sealed).toStrictEqual(await encrypt(native, message, params));
      expect(await decrypt(noble, sealed, params)).toStrictEqual(message);
    }
    const sealed = await encrypt(noble, message, { iv });
    const decipher = createDecipheriv(`aes-${length}-gcm`, raw, iv).setAuthTag(sealed.slice(-16));
    expect(own(decipher.update(sealed.slice(0, -16)))).toStrictEqual(message);
    decipher.final();
    for (const format of ['raw', 'jwk'] as const) {
      const again = await importKey('noble', format, await noble.exportKey(format), algorithm);
      expect(again.material.secret).toStrictEqual(material.secret);
    }
  });

  it('gives one message for every failed decryption', async () => {
    const algorithm = { name: 'AES-GCM', length: 192 } as const;
    const key: WorkingKey = await open(await generate('noble', algorithm), algorithm);
    const sealed = await encrypt(key, message, { iv, additionalData });
    const flipped = sealed.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
    for (const [data, params] of [
      [flipped, { iv, additionalData }],
      [sealed, { iv }],
      [sealed.slice(0, 8), { iv, additionalData }],
      [new Uint8Array(0), { iv, additionalData }],
    ] as const) {
      const failure = decrypt(key, data, params);
      await expect(failure).rejects.toThrow(code('INVALID_SIGNATURE'));
      await expect(failure).rejects.toThrow(
        /^decryption failed: the data, the iv, the additionalData or the key/,
      );
    }
  });

  it('refuses keys of other lengths, and works no more after wipe', async () => {
    const algorithm = { name: 'AES-GCM', length: 192 } as const;
    await expect(importKey('noble', 'raw', new Uint8Array(16), algorithm)).rejects.toThrow(
      code('INVALID_ARGUMENT'),
    );
    const jwk = { kty: 'oct', k: 'A'.repeat(32), alg: 'A128GCM' };
    await expect(importKey('noble', 'jwk', jwk, algorithm)).rejects.toThrow(code('INVALID_ARGUMENT'));
    const material = await generate('noble', algorithm);
    const key = await open(material, algorithm);
    key.wipe();
    expect(() => key.encrypt?.(message, { iv })).toThrow(code('BAD_STATE'));
    expect(() => key.exportKey('raw')).toThrow(code('BAD_STATE'));
    expect(() => key.exportPublicKey('spki')).toThrow(code('INVALID_ARGUMENT'));
    expect(material.secret).not.toStrictEqual(new Uint8Array(24));
  });
});
