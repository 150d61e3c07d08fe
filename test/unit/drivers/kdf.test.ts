// Key derivation by noble: the examples of the RFCs, Wycheproof, and the answers of OpenSSL and Node's WebCrypto.
import { hkdfSync, pbkdf2Sync, scryptSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HASHES } from '../../../src/algorithms/hash.ts';
import { parseParams } from '../../../src/algorithms/index.ts';
import type { OperationParams, PlainName } from '../../../src/algorithms/types.ts';
import type { Bytes } from '../../../src/drivers/driver.ts';
import { code, hex, importKey, open, toHex, utf8 } from './support.ts';

const folder = fileURLToPath(new URL('../../../../shared/vectors/wycheproof/', import.meta.url));
const absent = !existsSync(folder);
const promise = (text: string) => (absent ? `${text} (SKIPPED: no vectors in ../shared/vectors)` : text);

async function derive(name: PlainName, secret: Bytes, params: unknown, bits: number | null): Promise<Bytes> {
  const algorithm = { name };
  const { material } = await importKey('noble', 'raw-secret', secret, algorithm, false);
  const key = await open(material, algorithm);
  if (!key.deriveBits) throw new Error('the key cannot derive');
  return key.deriveBits(parseParams(algorithm, 'deriveBits', params), bits);
}

const openssl = (hash: string) => hash.toLowerCase().replace('sha-', 'sha');

describe('HKDF', () => {
  it.each([
    // RFC 5869, appendix A.1, A.3 and A.4.
    [
      'SHA-256',
      '0b'.repeat(22),
      '000102030405060708090a0b0c',
      'f0f1f2f3f4f5f6f7f8f9',
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    ],
    [
      'SHA-256',
      '0b'.repeat(22),
      '',
      '',
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    ],
    [
      'SHA-1',
      '0b'.repeat(11),
      '000102030405060708090a0b0c',
      'f0f1f2f3f4f5f6f7f8f9',
      '085a01ea1b10f36933068b56efa5ad81a4f14b822f5b091568a9cdd4f155fda2c22e422478d305f3f896',
    ],
  ])('with %s and secret %s gives what RFC 5869 gives', async (hash, secret, salt, info, expected) => {
    const params = { hash, salt: hex(salt), info: hex(info) };
    expect(toHex(await derive('HKDF', hex(secret), params, 42 * 8))).toBe(expected);
  });

  it.each(HASHES)('with %s agrees with OpenSSL, an empty secret included', async (hash) => {
    for (const secret of [new Uint8Array(), utf8('secret'), new Uint8Array(300).fill(7)]) {
      const expected = new Uint8Array(hkdfSync(openssl(hash), secret, 'salt', 'info', 77));
      const params = { hash, salt: utf8('salt'), info: utf8('info') };
      expect(await derive('HKDF', secret, params, 77 * 8)).toStrictEqual(expected);
    }
  });

  it('derives up to 255 blocks and no more; nothing if nothing is asked for', async () => {
    const params = { hash: 'SHA3-256', salt: new Uint8Array(), info: new Uint8Array() };
    expect(await derive('HKDF', utf8('x'), params, 255 * 256)).toHaveLength(255 * 32);
    await expect(derive('HKDF', utf8('x'), params, 255 * 256 + 8)).rejects.toThrow(code('INVALID_ARGUMENT'));
    expect(await derive('HKDF', utf8('x'), params, 0)).toHaveLength(0);
  });

  it.skipIf(absent)(promise('agrees with Wycheproof'), async () => {
    const { testGroups } = JSON.parse(readFileSync(`${folder}hkdf_sha256_test.json`, 'utf8'));
    let count = 0;
    for (const { tests } of testGroups) {
      for (const { tcId, ikm, salt, info, size, okm, result } of tests) {
        const params = { hash: 'SHA-256', salt: hex(salt), info: hex(info) };
        const derived = derive('HKDF', hex(ikm), params, size * 8);
        if (result === 'invalid') await expect(derived, `${tcId}`).rejects.toThrow(code('INVALID_ARGUMENT'));
        else expect(toHex(await derived), `vector ${tcId}`).toBe(okm);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(50);
  });
});

describe('PBKDF2', () => {
  it('gives what RFC 7914, section 11, gives', async () => {
    const params = { hash: 'SHA-256', salt: utf8('salt'), iterations: 1 };
    expect(toHex(await derive('PBKDF2', utf8('passwd'), params, 512))).toBe(
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
    );
  });

  it.each(HASHES)('with %s agrees with OpenSSL, an empty password included', async (hash) => {
    for (const password of [new Uint8Array(), utf8('password')]) {
      const expected = new Uint8Array(pbkdf2Sync(password, 'salt', 100, 70, openssl(hash)));
      const params = { hash, salt: utf8('salt'), iterations: 100 };
      expect(await derive('PBKDF2', password, params, 560)).toStrictEqual(expected);
    }
  });

  it.skipIf(absent)(
    promise('agrees with Wycheproof'),
    async () => {
      const { testGroups } = JSON.parse(readFileSync(`${folder}pbkdf2_hmacsha256_test.json`, 'utf8'));
      let count = 0;
      for (const { tests } of testGroups) {
        for (const { tcId, password, salt, iterationCount, dkLen, dk, result } of tests) {
          // The others say nothing new and take long in JavaScript.
          if (result !== 'valid' || iterationCount > 5000) continue;
          const params = { hash: 'SHA-256', salt: hex(salt), iterations: iterationCount };
          expect(toHex(await derive('PBKDF2', hex(password), params, dkLen * 8)), `vector ${tcId}`).toBe(dk);
          count += 1;
        }
      }
      expect(count).toBeGreaterThan(30);
    },
    60_000,
  );
});

describe('Node’s WebCrypto derives the same', () => {
  it.each([
    ['HKDF', { hash: 'SHA-384', salt: utf8('s'), info: utf8('i') }],
    ['PBKDF2', { hash: 'SHA-512', salt: utf8('s'), iterations: 7 }],
  ] as const)('%s', async (name, params) => {
    const key = await crypto.subtle.importKey('raw', utf8('secret'), name, false, ['deriveBits']);
    const native = new Uint8Array(await crypto.subtle.deriveBits({ name, ...params }, key, 256));
    expect(await derive(name, utf8('secret'), params, 256)).toStrictEqual(native);
  });
});

describe('Argon2', () => {
  /** RFC 9106, section 5. */
  const params = {
    nonce: new Uint8Array(16).fill(2),
    secretValue: new Uint8Array(8).fill(3),
    associatedData: new Uint8Array(12).fill(4),
    passes: 3,
    memory: 32,
    parallelism: 4,
  };
  const password = new Uint8Array(32).fill(1);

  it.each([
    ['Argon2d', '512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb'],
    ['Argon2i', 'c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8'],
    ['Argon2id', '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659'],
  ] as const)('%s gives what RFC 9106 gives', async (name, expected) => {
    expect(toHex(await derive(name, password, params, 256))).toBe(expected);
  });

  it('refuses less than 4 bytes, too little memory for its lanes, and too much', async () => {
    for (const bits of [null, 0, 24, 33]) {
      await expect(derive('Argon2id', password, params, bits)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
    for (const memory of [8, 31, 2 ** 20 + 1]) {
      const failure = derive('Argon2id', password, { ...params, memory }, 256);
      await expect(failure).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
  });
});

describe('scrypt', () => {
  it.each([
    // RFC 7914, section 12.
    [
      '',
      '',
      16,
      1,
      1,
      '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
    ],
    [
      'password',
      'NaCl',
      1024,
      8,
      16,
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    ],
  ])('of %o gives what RFC 7914 gives', async (password, salt, cost, blockSize, parallelism, expected) => {
    const params = { salt: utf8(salt), cost, blockSize, parallelism };
    expect(toHex(await derive('scrypt', utf8(password), params, 512))).toBe(expected);
  });

  it('has r = 8 and p = 1 unless told otherwise, as OpenSSL computes it', async () => {
    const expected = new Uint8Array(scryptSync('password', 'salt', 33, { N: 256, r: 8, p: 1 }));
    expect(await derive('scrypt', utf8('password'), { salt: utf8('salt'), cost: 256 }, 264)).toStrictEqual(
      expected,
    );
  });

  it('refuses a cost that is no power of two, more than 1 GiB, and no output', async () => {
    const salt = utf8('salt');
    for (const [params, bits] of [
      [{ salt, cost: 1000 }, 256],
      [{ salt, cost: 2 ** 24 }, 256],
      [{ salt, cost: 16 }, 0],
      [{ salt, cost: 16 }, null],
    ] as const) {
      await expect(derive('scrypt', utf8('x'), params, bits)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
  });
});

describe('every secret to derive from', () => {
  const params: Readonly<Record<string, OperationParams>> = {
    HKDF: { hash: 'SHA-256', salt: utf8('salt'), info: utf8('') },
    PBKDF2: { hash: 'SHA-256', salt: utf8('salt'), iterations: 20_000 },
    Argon2d: { nonce: utf8('saltsalt'), passes: 1, memory: 512, parallelism: 1 },
    Argon2i: { nonce: utf8('saltsalt'), passes: 1, memory: 512, parallelism: 1 },
    Argon2id: { nonce: utf8('saltsalt'), passes: 1, memory: 512, parallelism: 1 },
    scrypt: { salt: utf8('salt'), cost: 1024, blockSize: 8, parallelism: 1 },
  };
  const names = ['HKDF', 'PBKDF2', 'Argon2d', 'Argon2i', 'Argon2id', 'scrypt'] as const;

  it.each(names)('of %s: imports copy, a wipe ends use but no pending derivation', async (name) => {
    const secret = utf8('a secret');
    const { material, algorithm } = await importKey('noble', 'raw-secret', secret, { name }, false);
    secret.fill(0);
    expect(algorithm).toStrictEqual({ name });
    const key = await open(material, algorithm);
    const expected = await key.deriveBits?.(params[name] ?? {}, 256);
    expect(key.copySecret()).toStrictEqual(utf8('a secret'));
    const pending = key.deriveBits?.(params[name] ?? {}, 256);
    key.wipe();
    key.wipe();
    expect(await pending).toStrictEqual(expected);
    expect(() => key.deriveBits?.(params[name] ?? {}, 256)).toThrow(code('BAD_STATE'));
    expect(() => key.copySecret()).toThrow(code('BAD_STATE'));
    expect(material.secret).toStrictEqual(utf8('a secret'));
  });

  it.each(names)('of %s: is never exported or generated, and has its own formats only', async (name) => {
    const { material, algorithm } = await importKey('noble', 'raw-secret', utf8('x'), { name }, false);
    const key = await open(material, algorithm);
    expect(() => key.exportKey('raw')).toThrow(code('NOT_SUPPORTED'));
    expect(() => key.exportPublicKey('spki')).toThrow(code('INVALID_ARGUMENT'));
    const { drivers } = await import('../../../src/drivers/index.ts');
    const family = await drivers.noble.family({ name });
    expect(() => family.generate({ name }, false)).toThrow(code('NOT_SUPPORTED'));
    await expect(importKey('noble', 'jwk', { kty: 'oct', k: 'AA' }, { name })).rejects.toThrow(
      code('NOT_SUPPORTED'),
    );
    const raw = importKey('noble', 'raw', utf8('x'), { name });
    if (name.startsWith('Argon2')) await expect(raw).rejects.toThrow(code('NOT_SUPPORTED'));
    else await expect(raw).resolves.toHaveProperty('material.driver', 'noble');
    for (const bits of [null, 7, 12, -8, Number.NaN]) {
      expect(() => key.deriveBits?.(params[name] ?? {}, bits)).toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it.each([
    ['PBKDF2', { hash: 'SHA3-256', salt: utf8('s'), iterations: 2 ** 32 - 1 }, 256],
    ['PBKDF2', { hash: 'SHA3-256', salt: utf8('s'), iterations: 2 ** 20 }, 17 * 256],
    ['Argon2id', { nonce: utf8('saltsalt'), passes: 2 ** 32 - 1, memory: 8, parallelism: 1 }, 256],
    ['Argon2d', { nonce: utf8('saltsalt'), passes: 17, memory: 2 ** 20, parallelism: 1 }, 256],
    ['Argon2i', { nonce: utf8('saltsalt'), passes: 1, memory: 2 ** 20, parallelism: 2 ** 17 }, 256],
    ['scrypt', { salt: utf8('s'), cost: 2, blockSize: 1024, parallelism: 1024 }, 256],
    ['scrypt', { salt: utf8('s'), cost: 2 ** 20, blockSize: 8, parallelism: 1000 }, 256],
    ['PBKDF2', { hash: 'SHA3-256', salt: utf8('s'), iterations: 1 }, 2 ** 27],
    ['Argon2id', { nonce: utf8('saltsalt'), passes: 1, memory: 8, parallelism: 1 }, 2 ** 27],
    ['scrypt', { salt: utf8('s'), cost: 2, blockSize: 1, parallelism: 1 }, 2 ** 27],
  ] as const)(
    'of %s: work of more than minutes is refused before it begins, %#',
    async (name, asked, bits) => {
      const { material, algorithm } = await importKey('noble', 'raw-secret', utf8('x'), { name }, false);
      const key = await open(material, algorithm);
      expect(() => key.deriveBits?.(parseParams(algorithm, 'deriveBits', asked), bits)).toThrow(
        code('INVALID_ARGUMENT'),
      );
    },
  );

  it('lets other tasks run while it derives', async () => {
    const { material, algorithm } = await importKey('noble', 'raw', utf8('x'), { name: 'PBKDF2' }, false);
    const key = await open(material, algorithm);
    let turns = 0;
    let done = false;
    const others = (): void => {
      turns += 1;
      if (!done) setImmediate(others);
    };
    setImmediate(others);
    await key.deriveBits?.({ hash: 'SHA3-512', salt: utf8('salt'), iterations: 20_000 }, 512);
    done = true;
    expect(turns).toBeGreaterThan(3);
  });
});
