// Digests by noble: the examples of their standards, OpenSSL's answers, and what the parser takes.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DIGEST_NAMES, digestNamed, parseDigest } from '../../../src/algorithms/digests.ts';
import { digest } from '../../../src/drivers/noble/digest.ts';
import { code, hex, toHex, utf8 } from './support.ts';

/** RFC 9861, section 5: 00 01 02 … FA, again and again. */
const pattern = (length: number) => Uint8Array.from({ length }, (_, index) => index % 251);
const ones = (length: number) => new Uint8Array(length).fill(0xff);
const empty = new Uint8Array();

const compute = (algorithm: unknown, data = empty) => toHex(digest(parseDigest(algorithm), data));

describe('known answers', () => {
  const email = { customization: utf8('Email Signature') };

  it.each([
    // NIST's examples for SP 800-185, samples 1 and 3.
    [
      'cSHAKE128',
      { outputLength: 256, ...email },
      '00010203',
      'c1c36925b6409a04f1b504fcbca9d82b4017277cb5ed2b2065fc1d3814d5aaf5',
    ],
    [
      'cSHAKE256',
      { outputLength: 512, functionName: empty, ...email },
      '00010203',
      'd008828e2b80ac9d2218ffee1d070c48b8e4c87bff32c9699d5b6896eee0edd164020e2be0560858d9c00c037e34a96937c561a74c412bb4c746469527281c8c',
    ],
    // RFC 9861, section 5.
    [
      'TurboSHAKE128',
      { outputLength: 256 },
      '',
      '1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c',
    ],
    [
      'TurboSHAKE128',
      { outputLength: 256, domainSeparation: 1 },
      'ffffff',
      'bf323f940494e88ee1c540fe660be8a0c93f43d15ec006998462fa994eed5dab',
    ],
    [
      'TurboSHAKE256',
      { outputLength: 512 },
      '',
      '367a329dafea871c7802ec67f905ae13c57695dc2c6663c61035f59a18f8e7db11edc0e12e91ea60eb6b32df06dd7f002fbafabb6e13ec1cc20d995547600db0',
    ],
    ['KT128', { outputLength: 256 }, '', '1ac2d450fc3b4205d19da7bfca1b37513c0803577ac7167f06fe2ce1f0ef39e5'],
    [
      'KT128',
      { outputLength: 256, customization: pattern(41) },
      'ff',
      'd848c5068ced736f4462159b9867fd4c20b808acc3d5bc48e0b06ba0a3762ec4',
    ],
    [
      'KT256',
      { outputLength: 512 },
      '',
      'b23d2e9cea9f4904e02bec06817fc10ce38ce8e93ef4c89e6537076af8646404e3e8b68107b8833a5d30490aa33482353fd4adc7148ecb782855003aaebde4a9',
    ],
    // The empty message, by the authors of each.
    ['BLAKE3', {}, '', 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
    ['Keccak-256', {}, '', 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
  ] as const)('%s %o', (name, params, message, expected) => {
    expect(compute({ name, ...params }, hex(message))).toBe(expected);
  });

  it('of KangarooTwelve over more than one chunk (RFC 9861, section 5)', () => {
    const kt128 = { name: 'KT128', outputLength: 256 };
    expect(compute(kt128, pattern(17 ** 3))).toBe(
      'cb552e2ec77d9910701d578b457ddf772c12e322e4ee7fe417f92c758f0d59d0',
    );
    expect(compute(kt128, pattern(8191))).toBe(
      '1b577636f723643e990cc7d6a659837436fd6a103626600eb8301cd1dbe553d6',
    );
    expect(compute(kt128, pattern(8192))).toBe(
      '48f256f6772f9edfb6a8b661ec92dc93b95ebd05a08a17b39ae3490870c926c3',
    );
    expect(compute({ ...kt128, customization: pattern(41 ** 2) }, ones(3))).toBe(
      'c389e5009ae57120854c2e8c64670ac01358cf4c1baf89447a724234dc7ced74',
    );
    const long = compute({ name: 'KT128', outputLength: 10032 * 8 });
    expect(long.slice(-64)).toBe('e8dc563642f7228c84684c898405d3a834799158c079b12880277a1d28e2ff6d');
  });
});

describe('OpenSSL computes the same', () => {
  const messages = [0, 1, 135, 136, 137, 1000].map(pattern);

  it.each([
    ['SHA-1', 'sha1'],
    ['SHA-256', 'sha256'],
    ['SHA-384', 'sha384'],
    ['SHA-512', 'sha512'],
    ['SHA3-256', 'sha3-256'],
    ['SHA3-384', 'sha3-384'],
    ['SHA3-512', 'sha3-512'],
    ['BLAKE2b', 'blake2b512'],
    ['BLAKE2s', 'blake2s256'],
  ])('%s', (name, openssl) => {
    for (const message of messages) {
      expect(compute(name, message)).toBe(createHash(openssl).update(message).digest('hex'));
    }
  });

  it.each([
    ['cSHAKE128', 'shake128'],
    ['cSHAKE256', 'shake256'],
  ])('%s without customization, which is SHAKE', (name, openssl) => {
    for (const message of messages) {
      for (const outputLength of [8, 256, 384, 4096]) {
        const expected = createHash(openssl, { outputLength: outputLength / 8 }).update(message);
        expect(compute({ name, outputLength }, message)).toBe(expected.digest('hex'));
      }
    }
  });
});

describe('output lengths', () => {
  it('of cSHAKE need not be whole bytes; the bits not asked for are zero', () => {
    const whole = digest(parseDigest({ name: 'cSHAKE128', outputLength: 16 }), empty);
    for (let bits = 9; bits < 16; bits++) {
      const part = digest(parseDigest({ name: 'cSHAKE128', outputLength: bits }), empty);
      expect(part).toHaveLength(2);
      expect(part[0]).toBe(whole[0]);
      expect(part[1]).toBe((whole[1] ?? 0) & (0xff << (16 - bits)) & 0xff);
    }
    expect(compute({ name: 'cSHAKE256', outputLength: 0 })).toBe('');
  });

  it('of BLAKE2 and BLAKE3 may be chosen', () => {
    expect(compute({ name: 'BLAKE2b', outputLength: 256 })).toHaveLength(64);
    expect(compute({ name: 'BLAKE3', outputLength: 1024 })).toHaveLength(256);
  });
});

describe('parseDigest', () => {
  it('takes names in any case, as string and as dictionary, and returns one form', () => {
    for (const name of DIGEST_NAMES) {
      const bare = { name: name.toLowerCase(), ...(/SHAKE|^KT/.test(name) ? { outputLength: 256 } : {}) };
      expect(parseDigest(bare).name).toBe(name);
      expect(digestNamed(name.toUpperCase())).toBe(name);
    }
    expect(parseDigest('sha3-256')).toStrictEqual({ name: 'SHA3-256' });
    expect(parseDigest({ name: 'turboshake128', outputLength: 8 })).toStrictEqual({
      name: 'TurboSHAKE128',
      outputLength: 8,
      domainSeparation: 0x1f,
    });
    expect(digestNamed('constructor')).toBeUndefined();
  });

  it.each([
    ['MD5', 'NOT_SUPPORTED'],
    ['toString', 'NOT_SUPPORTED'],
    [{ name: 'SHA-256', outputLength: 256 }, 'INVALID_ARGUMENT'],
    ['cSHAKE128', 'INVALID_ARGUMENT'],
    [{ name: 'cSHAKE128', outputLength: -1 }, 'INVALID_ARGUMENT'],
    [{ name: 'cSHAKE128', outputLength: 2 ** 32 }, 'INVALID_ARGUMENT'],
    [{ name: 'cSHAKE128', length: 256 }, 'INVALID_ARGUMENT'],
    [{ name: 'cSHAKE128', outputLength: 8, customization: 'text' }, 'INVALID_ARGUMENT'],
    [{ name: 'TurboSHAKE128', outputLength: 0 }, 'INVALID_ARGUMENT'],
    [{ name: 'TurboSHAKE128', outputLength: 12 }, 'INVALID_ARGUMENT'],
    [{ name: 'TurboSHAKE128', outputLength: 8, domainSeparation: 0 }, 'INVALID_ARGUMENT'],
    [{ name: 'TurboSHAKE128', outputLength: 8, domainSeparation: 0x80 }, 'INVALID_ARGUMENT'],
    [{ name: 'KT128', outputLength: 0 }, 'INVALID_ARGUMENT'],
    [{ name: 'KT256', outputLength: 9 }, 'INVALID_ARGUMENT'],
    [{ name: 'BLAKE2b', outputLength: 520 }, 'INVALID_ARGUMENT'],
    [{ name: 'BLAKE2s', outputLength: 264 }, 'INVALID_ARGUMENT'],
    [null, 'INVALID_ARGUMENT'],
    [7, 'INVALID_ARGUMENT'],
    [{ name: 7 }, 'INVALID_ARGUMENT'],
    [[], 'INVALID_ARGUMENT'],
  ] as const)('refuses %o', (input, expected) => {
    expect(() => parseDigest(input)).toThrow(code(expected));
  });
});
