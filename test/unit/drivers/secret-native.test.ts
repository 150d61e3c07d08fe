// noble's secret keys against Node's WebCrypto and OpenSSL, in both directions: same bytes from the same inputs.
import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { HashName, OperationParams } from '../../../src/algorithms/types.ts';
import type { Bytes, WorkingKey } from '../../../src/drivers/driver.ts';
import {
  asBytes,
  asJwk,
  code,
  decrypt,
  encrypt,
  generate,
  importKey,
  open,
  sign,
  utf8,
  verify,
} from './support.ts';

const { subtle } = crypto;
const message = utf8('sixteen bytes are a block, and these are more than three of them');
const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));
const own = (buffer: ArrayBuffer): Bytes => new Uint8Array(buffer);

const AES_USAGES = {
  'AES-GCM': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'AES-CTR': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'AES-CBC': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'AES-KW': ['wrapKey', 'unwrapKey'],
} as const;
type Native = keyof typeof AES_USAGES;

/** One key, with noble and with the engine. */
async function both(name: Native, length: number): Promise<{ noble: WorkingKey; native: CryptoKey }> {
  const algorithm = { name, length, ...(name === 'AES-GCM' ? { tagLength: 32 } : {}) };
  const noble = await open(await generate('noble', algorithm), algorithm);
  const raw = asBytes(await noble.exportKey('raw'));
  const native = await subtle.importKey('raw', raw, name, true, [...AES_USAGES[name]]);
  return { noble, native };
}

async function agree(
  { noble, native }: { noble: WorkingKey; native: CryptoKey },
  data: Bytes,
  params: OperationParams,
  engineParams: AesGcmParams | AesCtrParams | AesCbcParams,
): Promise<void> {
  const sealed = own(await subtle.encrypt(engineParams, native, data));
  expect(await encrypt(noble, data, params)).toStrictEqual(sealed);
  const plaintext = await decrypt(noble, sealed, params);
  expect(plaintext).toStrictEqual(data.slice());
  expect(plaintext.buffer.byteLength).toBe(plaintext.length);
}

const CASES = Object.keys(AES_USAGES).flatMap((name) =>
  [128, 192, 256].map((length) => [name as Native, length] as const),
);

describe('AES by noble and by the engine', () => {
  it.each(CASES)('%s/%i: the same exports, each imported by the other', async (name, length) => {
    const { noble, native } = await both(name, length);
    expect(await noble.exportKey('raw')).toStrictEqual(own(await subtle.exportKey('raw', native)));
    expect(await noble.exportKey('raw-secret')).toStrictEqual(await noble.exportKey('raw'));
    const jwk = await subtle.exportKey('jwk', native);
    expect(asJwk(await noble.exportKey('jwk'))).toStrictEqual(jwk);
    const back = await importKey('noble', 'jwk', jwk, { name, length });
    expect(back.algorithm).toStrictEqual({ name, length });
    expect(back.material.secret).toStrictEqual(await noble.exportKey('raw'));
  });

  it.each([128, 192, 256])('AES-GCM/%i: every tag length', async (length) => {
    const keys = await both('AES-GCM', length);
    const iv = random(12);
    const additionalData = random(21);
    for (const tagLength of [32, 64, 96, 104, 112, 120, 128]) {
      const params = { iv, tagLength };
      await agree(keys, message, params, { name: 'AES-GCM', ...params });
      const full = { iv, tagLength, additionalData };
      await agree(keys, message.subarray(3), full, { name: 'AES-GCM', ...full });
      const sealed = await encrypt(keys.noble, message, full);
      for (const at of [0, message.length, sealed.length - 1]) {
        const forged = sealed.map((byte, index) => (index === at ? byte ^ 1 : byte));
        await expect(decrypt(keys.noble, forged, full)).rejects.toThrow(code('INVALID_SIGNATURE'));
      }
      const short = sealed.slice(0, tagLength / 8 - 1);
      await expect(decrypt(keys.noble, short, full)).rejects.toThrow(code('INVALID_SIGNATURE'));
      await expect(decrypt(keys.noble, sealed, { ...full, iv: random(12) })).rejects.toThrow(
        code('INVALID_SIGNATURE'),
      );
    }
  });

  it('AES-GCM: nonces of 1 to 200 bytes as OpenSSL has them, with every tag', async () => {
    const secret = random(24);
    const algorithm = { name: 'AES-GCM', length: 192, tagLength: 32 } as const;
    const { material } = await importKey('noble', 'raw', secret, algorithm);
    const key = await open(material, algorithm);
    for (const size of [1, 2, 7, 8, 11, 12, 13, 16, 17, 64, 128]) {
      for (const tagLength of [32, 120, 128]) {
        const iv = random(size);
        const cipher = createCipheriv('aes-192-gcm', secret, iv, { authTagLength: tagLength / 8 });
        cipher.setAAD(message);
        const body = Buffer.concat([cipher.update(message), cipher.final()]);
        const expected = new Uint8Array(Buffer.concat([body, cipher.getAuthTag()]));
        const params = { iv, additionalData: message, tagLength };
        expect(await encrypt(key, message, params), `${size} bytes`).toStrictEqual(expected);
        expect(await decrypt(key, expected, params)).toStrictEqual(message);
      }
    }
    const params = { iv: random(200), tagLength: 32 };
    expect(await decrypt(key, await encrypt(key, message, params), params)).toStrictEqual(message);
  });

  it.each([128, 192, 256])('AES-CBC/%i: data of 0 to 33 bytes', async (length) => {
    const keys = await both('AES-CBC', length);
    const iv = random(16);
    for (let size = 0; size <= 33; size++) await agree(keys, random(size), { iv }, { name: 'AES-CBC', iv });
    const sealed = await encrypt(keys.noble, message, { iv });
    for (const bad of [sealed.slice(0, -1), sealed.slice(0, 16), new Uint8Array(0)]) {
      await expect(decrypt(keys.noble, bad, { iv })).rejects.toThrow(code('INVALID_SIGNATURE'));
    }
  });

  it.each([128, 192, 256])(
    'AES-CTR/%i: counters of every length, before and after they wrap',
    async (length) => {
      const keys = await both('AES-CTR', length);
      for (let counterLength = 1; counterLength <= 128; counterLength++) {
        const counters = [random(16), new Uint8Array(16).fill(0xff), new Uint8Array(16).fill(0xff)];
        counters[2]?.set([0xfe], 15);
        for (const counter of counters) {
          const size = Math.min(70, 2 ** counterLength * 16);
          const params = { iv: counter, counterLength };
          await agree(keys, random(size), params, { name: 'AES-CTR', counter, length: counterLength });
        }
      }
    },
  );

  it('AES-CTR: no more blocks than the counter has values', async () => {
    const keys = await both('AES-CTR', 128);
    for (const [counterLength, blocks] of [
      [1, 2],
      [4, 16],
      [8, 256],
    ] as const) {
      const iv = random(16);
      await agree(
        keys,
        random(blocks * 16),
        { iv, counterLength },
        { name: 'AES-CTR', counter: iv, length: counterLength },
      );
      const tooMuch = random(blocks * 16 + 1);
      const refusal = code('INVALID_ARGUMENT');
      await expect(encrypt(keys.noble, tooMuch, { iv, counterLength })).rejects.toThrow(refusal);
      await expect(decrypt(keys.noble, tooMuch, { iv, counterLength })).rejects.toThrow(refusal);
    }
  });

  it.each([128, 192, 256])('AES-KW/%i: wraps what the engine unwraps, and back', async (length) => {
    const { noble, native } = await both('AES-KW', length);
    const raw = random(40);
    const inner = await subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
    const wrapped = own(await subtle.wrapKey('raw', inner, native, 'AES-KW'));
    expect(await noble.wrap?.(raw, {})).toStrictEqual(wrapped);
    expect(await noble.unwrap?.(wrapped, {})).toStrictEqual(raw);
  });
});

const HASH_NAMES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256', 'SHA3-384', 'SHA3-512'] as const;
const JWK_ALGS = ['HS1', 'HS256', 'HS384', 'HS512', 'HS3-256', 'HS3-384', 'HS3-512'];

describe('HMAC by noble', () => {
  it.each(HASH_NAMES.map((hash, index) => [hash, JWK_ALGS[index]] as const))(
    'with %s agrees with OpenSSL, in one go and in steps; its JWK says %s',
    async (hash, alg) => {
      const algorithm = { name: 'HMAC', hash, length: 8 * 200 } as const;
      const material = await generate('noble', algorithm);
      const key = await open(material, algorithm);
      const raw = asBytes(await key.exportKey('raw'));
      expect(raw).toHaveLength(200);
      const openssl = createHmac(hash.toLowerCase().replace('sha-', 'sha'), raw).update(message).digest();
      const tag = await sign(key, message);
      expect(tag).toStrictEqual(new Uint8Array(openssl));
      expect(await verify(key, tag, message)).toBe(true);
      expect(await verify(key, tag.slice(1), message)).toBe(false);
      const steps = key.startMac?.();
      steps?.update(message.subarray(0, 5));
      steps?.update(message.subarray(5));
      expect(steps?.finish()).toStrictEqual(tag);
      const jwk = asJwk(await key.exportKey('jwk'));
      expect(jwk.alg).toBe(alg);
      const back = await importKey('noble', 'jwk', jwk, { name: 'HMAC', hash });
      expect(back).toStrictEqual({ material, algorithm });
      const wrong = { ...jwk, alg: hash === 'SHA-256' ? 'HS1' : 'HS256' };
      await expect(importKey('noble', 'jwk', wrong, { name: 'HMAC', hash })).rejects.toThrow(
        code('INVALID_ARGUMENT'),
      );
      if (hash.startsWith('SHA3')) return;
      const native = await subtle.importKey('jwk', jwk, { name: 'HMAC', hash }, true, ['sign', 'verify']);
      expect(await subtle.exportKey('jwk', native)).toStrictEqual(jwk);
      expect(own(await subtle.sign('HMAC', native, message))).toStrictEqual(tag);
    },
  );

  it('clears the bits of a key that ends within a byte', async () => {
    const algorithm = { name: 'HMAC', hash: 'SHA3-256', length: 11 } as const;
    const { material } = await importKey('noble', 'raw', Uint8Array.of(0xff, 0xff), algorithm);
    expect(material.secret).toStrictEqual(Uint8Array.of(0xff, 0xe0));
    for (let round = 0; round < 20; round++) {
      const made = asBytes(
        await (await open(await generate('noble', algorithm), algorithm)).exportKey('raw'),
      );
      expect(made).toHaveLength(2);
      expect((made[1] ?? 1) & 0x1f).toBe(0);
    }
    for (const size of [1, 3]) {
      await expect(importKey('noble', 'raw', new Uint8Array(size), algorithm)).rejects.toThrow(
        code('INVALID_ARGUMENT'),
      );
    }
  });
});

const sha = (hash: HashName) => ({ name: 'HMAC', hash, length: 256 }) as const;

describe('every secret key by noble', () => {
  it.each([
    [{ name: 'AES-GCM', length: 256 }, 'A256GCM'],
    [{ name: 'AES-OCB', length: 128 }, 'A128OCB'],
    [{ name: 'AES-SIV', length: 512 }, undefined],
    [{ name: 'AES-GCM-SIV', length: 128 }, undefined],
    [{ name: 'AES-CMAC', length: 192 }, undefined],
    [{ name: 'AES-KW', length: 192 }, 'A192KW'],
    [{ name: 'ChaCha20-Poly1305' }, 'C20P'],
    [{ name: 'XChaCha20-Poly1305' }, 'XC20P'],
    [{ name: 'KMAC128', length: 128 }, 'K128'],
    [{ name: 'KMAC256', length: 256 }, 'K256'],
    [{ name: 'BLAKE2b', length: 512 }, undefined],
    [{ name: 'BLAKE2s', length: 256 }, undefined],
    [{ name: 'BLAKE3', length: 256 }, undefined],
    [sha('SHA-256'), 'HS256'],
    [sha('SHA3-384'), 'HS3-384'],
  ] as const)('%o: formats, one copy, and nothing after wipe', async (algorithm, alg) => {
    const material = await generate('noble', algorithm);
    const secret = material.secret;
    if (!(secret instanceof Uint8Array)) throw new Error('expected bytes');
    const before = new Uint8Array(secret);
    expect(before).toHaveLength('length' in algorithm ? algorithm.length / 8 : 32);
    const key = await open(material, algorithm);
    const jwk = asJwk(await key.exportKey('jwk'));
    expect(jwk.alg).toBe(alg);
    expect('alg' in jwk).toBe(alg !== undefined);

    for (const format of ['jwk', 'raw-secret'] as const) {
      const exported = await key.exportKey(format);
      const back = await importKey('noble', format, exported, algorithm);
      expect(back).toStrictEqual({ material, algorithm });
      expect(back.material.secret).not.toBe(exported);
    }
    const foreign = { ...jwk, alg: 'A192GCM' };
    for (const bad of [foreign, { ...jwk, kty: 'EC' }, { ...jwk, k: `${jwk.k}AAAA` }, { ...jwk, k: '' }]) {
      await expect(importKey('noble', 'jwk', bad, algorithm)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
    await expect(importKey('noble', 'raw-secret', random(before.length + 1), algorithm)).rejects.toThrow(
      code('INVALID_ARGUMENT'),
    );
    await expect(importKey('noble', 'pkcs8', random(32), algorithm)).rejects.toThrow(code('NOT_SUPPORTED'));
    const spoiled = { ...material, secret: before.slice(1) };
    await expect(open(spoiled, algorithm)).rejects.toThrow(code('INVALID_ARGUMENT'));

    const copy = key.copySecret();
    expect(copy).toStrictEqual(before);
    expect(() => key.exportPublicKey('jwk')).toThrow(code('INVALID_ARGUMENT'));
    key.wipe();
    key.wipe();
    expect(material.secret).toStrictEqual(before);
    expect(copy).toStrictEqual(before);
    const params = { iv: random(12), outputLength: 256 };
    for (const use of [
      () => key.sign?.(message, params) ?? key.encrypt?.(message, params) ?? key.wrap?.(random(16), params),
      () =>
        key.verify?.(random(32), message, params) ??
        key.decrypt?.(message, params) ??
        key.unwrap?.(random(24), params),
      () => key.exportKey('jwk'),
      () => key.exportKey('raw-secret'),
      () => key.copySecret(),
    ]) {
      expect(use).toThrow(code('BAD_STATE'));
    }
  });

  it('clears the bytes it holds', async () => {
    const algorithm = { name: 'ChaCha20-Poly1305' } as const;
    const material = await generate('noble', algorithm);
    const filled = vi.spyOn(Uint8Array.prototype, 'fill');
    try {
      const key = await open(material, algorithm);
      expect(filled).not.toHaveBeenCalled();
      key.wipe();
      expect(filled.mock.calls).toStrictEqual([[0]]);
      expect(filled.mock.contexts).toStrictEqual([new Uint8Array(32)]);
      expect(filled.mock.contexts[0]).not.toBe(material.secret);
    } finally {
      filled.mockRestore();
    }
  });

  it('keeps a copy of its own, and no key has the plain format raw that the draft does not give it', async () => {
    const algorithm = { name: 'AES-OCB', length: 128 } as const;
    const material = await generate('noble', algorithm);
    const key = await open(material, algorithm);
    expect(() => key.exportKey('raw')).toThrow(code('NOT_SUPPORTED'));
    await expect(importKey('noble', 'raw', random(16), algorithm)).rejects.toThrow(code('NOT_SUPPORTED'));
    if (material.secret instanceof Uint8Array) material.secret.fill(0);
    expect(await key.exportKey('raw-secret')).not.toStrictEqual(new Uint8Array(16));
  });

  it('refuses the key of another family', async () => {
    const material = await generate('noble', { name: 'AES-GCM', length: 128 });
    await expect(open(material, { name: 'AES-GCM', length: 256 })).rejects.toThrow(code('INVALID_ARGUMENT'));
    await expect(generate('noble', { name: 'AES-GCM-SIV', length: 192 })).rejects.toThrow(
      code('NOT_SUPPORTED'),
    );
  });
});
