// noble's secret-key algorithms against the vectors of their specifications, through the driver.
import { describe, expect, it } from 'vitest';
import type { KeyAlgorithm, OperationParams } from '../../../src/algorithms/types.ts';
import type { WorkingKey } from '../../../src/drivers/driver.ts';
import { code, decrypt, encrypt, hex, importKey, open, sign, toHex, utf8, verify } from './support.ts';

async function keyOf(algorithm: KeyAlgorithm, key: string): Promise<WorkingKey> {
  const imported = await importKey('noble', 'raw-secret', hex(key), algorithm);
  expect(imported.algorithm).toStrictEqual(algorithm);
  return open(imported.material, algorithm);
}

interface Sealed {
  readonly source: string;
  readonly algorithm: KeyAlgorithm;
  readonly key: string;
  readonly params: OperationParams;
  readonly data: string;
  readonly sealed: string;
}

const SUNSCREEN = toHex(
  utf8(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  ),
);
const SUNSCREEN_KEY = '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f';
const SUNSCREEN_DATA = hex('50515253c0c1c2c3c4c5c6c7');
const NIST_KEY = '2b7e151628aed2a6abf7158809cf4f3c';
const NIST_BLOCKS =
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
  '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710';

const SEALED: readonly Sealed[] = [
  {
    source: 'SP 800-38A F.5.1',
    algorithm: { name: 'AES-CTR', length: 128 },
    key: NIST_KEY,
    params: { iv: hex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'), counterLength: 128 },
    data: NIST_BLOCKS,
    sealed:
      '874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff' +
      '5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee',
  },
  {
    source: 'RFC 5297 A.1',
    algorithm: { name: 'AES-SIV', length: 256 },
    key: 'fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
    params: { additionalData: hex('101112131415161718191a1b1c1d1e1f2021222324252627') },
    data: '112233445566778899aabbccddee',
    sealed: '85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c',
  },
  {
    source: 'RFC 8452 C.1, empty',
    algorithm: { name: 'AES-GCM-SIV', length: 128 },
    key: '01000000000000000000000000000000',
    params: { iv: hex('030000000000000000000000') },
    data: '',
    sealed: 'dc20e2d83f25705bb49e439eca56de25',
  },
  {
    source: 'RFC 8452 C.1, with additional data',
    algorithm: { name: 'AES-GCM-SIV', length: 128 },
    key: '01000000000000000000000000000000',
    params: { iv: hex('030000000000000000000000'), additionalData: hex('01') },
    data: '0200000000000000',
    sealed: '1e6daba35669f4273b0a1a2560969cdf790d99759abd1508',
  },
  {
    source: 'RFC 8452 C.2, empty',
    algorithm: { name: 'AES-GCM-SIV', length: 256 },
    key: `01${'00'.repeat(31)}`,
    params: { iv: hex('030000000000000000000000') },
    data: '',
    sealed: '07f5f4169bbf55a8400cd47ea6fd400f',
  },
  {
    source: 'RFC 8439 2.8.2',
    algorithm: { name: 'ChaCha20-Poly1305' },
    key: SUNSCREEN_KEY,
    params: { iv: hex('070000004041424344454647'), additionalData: SUNSCREEN_DATA },
    data: SUNSCREEN,
    sealed:
      'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b' +
      '1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc' +
      '3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691',
  },
  {
    source: 'draft-irtf-cfrg-xchacha A.3.1',
    algorithm: { name: 'XChaCha20-Poly1305' },
    key: SUNSCREEN_KEY,
    params: {
      iv: hex('404142434445464748494a4b4c4d4e4f5051525354555657'),
      additionalData: SUNSCREEN_DATA,
    },
    data: SUNSCREEN,
    sealed:
      'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39' +
      'ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9' +
      '21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49',
  },
];

describe('ciphers by noble', () => {
  it.each(SEALED)('$algorithm.name agrees with $source', async ({ algorithm, key, params, data, sealed }) => {
    const opened = await keyOf(algorithm, key);
    expect(toHex(await encrypt(opened, hex(data), params))).toBe(sealed);
    const plaintext = await decrypt(opened, hex(sealed), params);
    expect(toHex(plaintext)).toBe(data);
    expect(plaintext.buffer.byteLength).toBe(plaintext.length);
    if (algorithm.name === 'AES-CTR') return;
    const forged = hex(sealed).map((byte, index) => (index === sealed.length / 2 - 1 ? byte ^ 1 : byte));
    await expect(decrypt(opened, forged, params)).rejects.toThrow(code('INVALID_SIGNATURE'));
    await expect(decrypt(opened, hex(sealed).slice(0, 12), params)).rejects.toThrow(
      code('INVALID_SIGNATURE'),
    );
    await expect(decrypt(opened, new Uint8Array(0), params)).rejects.toThrow(code('INVALID_SIGNATURE'));
  });

  it.each(SEALED.filter(({ params }) => params.iv !== undefined))(
    '$algorithm.name ($source) refuses nonces of lengths it has not, in its own words',
    async ({ algorithm, key, params: { iv: _, ...params } }) => {
      const opened = await keyOf(algorithm, key);
      for (const rest of [{}, { iv: hex('') }, { iv: new Uint8Array(17) }]) {
        const refusal = code('INVALID_ARGUMENT');
        await expect(encrypt(opened, hex('00'), { ...params, ...rest })).rejects.toThrow(refusal);
        await expect(decrypt(opened, new Uint8Array(32), { ...params, ...rest })).rejects.toThrow(refusal);
      }
    },
  );

  // RFC 3394, sections 4.1, 4.4 and 4.6.
  it.each([
    [
      '000102030405060708090a0b0c0d0e0f',
      '00112233445566778899aabbccddeeff',
      '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5',
    ],
    [
      '000102030405060708090a0b0c0d0e0f1011121314151617',
      '00112233445566778899aabbccddeeff0001020304050607',
      '031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2',
    ],
    [
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      '00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f',
      '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
    ],
  ])('AES-KW wraps as RFC 3394 does with %s', async (key, data, wrapped) => {
    const { wrap, unwrap } = await keyOf({ name: 'AES-KW', length: key.length * 4 }, key);
    if (!wrap || !unwrap) throw new Error('the key cannot wrap');
    expect(toHex(await wrap(hex(data), {}))).toBe(wrapped);
    const unwrapped = await unwrap(hex(wrapped), {});
    expect(toHex(unwrapped)).toBe(data);
    expect(unwrapped.buffer.byteLength).toBe(unwrapped.length);
    const forged = hex(wrapped).map((byte, index) => (index === 3 ? byte ^ 1 : byte));
    for (const bad of [forged, hex(wrapped).slice(8), hex(wrapped).slice(1), new Uint8Array(0)]) {
      expect(() => unwrap(bad, {})).toThrow(code('INVALID_SIGNATURE'));
    }
    for (const size of [0, 8, 12, 17]) {
      expect(() => wrap(new Uint8Array(size), {})).toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it('AES-SIV takes a nonce as the last component, and tells absent from empty', async () => {
    // RFC 5297, A.2, has two strings before the nonce; one is what additionalData can be.
    const key = await keyOf(
      { name: 'AES-SIV', length: 256 },
      '7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f',
    );
    const data = utf8('this is some plaintext');
    const iv = hex('09f911029d74e35bd84156c5635688c0');
    const seals = await Promise.all(
      [{}, { iv }, { additionalData: iv }, { additionalData: hex('') }, { additionalData: hex(''), iv }].map(
        (params) => encrypt(key, data, params),
      ),
    );
    expect(new Set(seals.map(toHex)).size).toBe(4);
    expect(seals[1]).toStrictEqual(seals[2]);
  });
});

interface Tagged {
  readonly source: string;
  readonly algorithm: KeyAlgorithm;
  readonly key: string;
  readonly params: OperationParams;
  readonly data: string;
  readonly tag: string;
}

const count = (size: number, from = 0): string =>
  toHex(Uint8Array.from({ length: size }, (_, index) => from + index));

const KMAC_KEY = count(32, 0x40);
const customization = utf8('My Tagged Application');

const TAGGED: readonly Tagged[] = [
  ...[
    ['', 'bb1d6929e95937287fa37d129b756746'],
    [NIST_BLOCKS.slice(0, 32), '070a16b46b4d4144f79bdd9dd04a287c'],
    [NIST_BLOCKS.slice(0, 80), 'dfa66747de9ae63030ca32611497c827'],
    [NIST_BLOCKS, '51f0bebf7e3b9d92fc49741779363cfe'],
  ].map(([data = '', tag = '']) => ({
    source: `RFC 4493, section 4, ${data.length / 2} bytes`,
    algorithm: { name: 'AES-CMAC', length: 128 } as const,
    key: NIST_KEY,
    params: {},
    data,
    tag,
  })),
  {
    source: "NIST's KMAC sample 1",
    algorithm: { name: 'KMAC128', length: 256 },
    key: KMAC_KEY,
    params: { outputLength: 256 },
    data: '00010203',
    tag: 'e5780b0d3ea6f7d3a429c5706aa43a00fadbd7d49628839e3187243f456ee14e',
  },
  {
    source: "NIST's KMAC sample 2",
    algorithm: { name: 'KMAC128', length: 256 },
    key: KMAC_KEY,
    params: { outputLength: 256, customization },
    data: '00010203',
    tag: '3b1fba963cd8b0b59e8c1a6d71888b7143651af8ba0a7070c0979e2811324aa5',
  },
  {
    source: "NIST's KMAC sample 3",
    algorithm: { name: 'KMAC128', length: 256 },
    key: KMAC_KEY,
    params: { outputLength: 256, customization },
    data: count(200),
    tag: '1f5b4e6cca02209e0dcb5ca635b89a15e271ecc760071dfd805faa38f9729230',
  },
  {
    source: "NIST's KMAC sample 4",
    algorithm: { name: 'KMAC256', length: 256 },
    key: KMAC_KEY,
    params: { outputLength: 512, customization },
    data: '00010203',
    tag:
      '20c570c31346f703c9ac36c61c03cb64c3970d0cfc787e9b79599d273a68d2f7' +
      'f69d4cc3de9d104a351689f27cf6f5951f0103f33f4f24871024d9c27773a8dd',
  },
  {
    source: "BLAKE2's known answers",
    algorithm: { name: 'BLAKE2b', length: 512 },
    key: count(64),
    params: {},
    data: '',
    tag:
      '10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786' +
      'b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568',
  },
  {
    source: "BLAKE2's known answers",
    algorithm: { name: 'BLAKE2s', length: 256 },
    key: count(32),
    params: {},
    data: '',
    tag: '48a8997da407876b3d79c0d92325ad3b89cbb754d86ab71aee047ad345fd2c49',
  },
  {
    source: "BLAKE3's test_vectors.json, 0 bytes",
    algorithm: { name: 'BLAKE3', length: 256 },
    key: toHex(utf8('whats the Elvish word for friend')),
    params: {},
    data: '',
    tag: '92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26',
  },
  {
    source: "BLAKE3's test_vectors.json, 1 byte",
    algorithm: { name: 'BLAKE3', length: 256 },
    key: toHex(utf8('whats the Elvish word for friend')),
    params: {},
    data: '00',
    tag: '6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b',
  },
];

describe('MACs by noble', () => {
  it.each(TAGGED)('$algorithm.name agrees with $source', async ({ algorithm, key, params, data, tag }) => {
    const opened = await keyOf(algorithm, key);
    const made = await sign(opened, hex(data), params);
    expect(toHex(made)).toBe(tag);
    expect(made.buffer.byteLength).toBe(made.length);
    expect(await verify(opened, hex(tag), hex(data), params)).toBe(true);
    expect(await verify(opened, hex(tag), hex(`${data}00`), params)).toBe(false);
    const forged = hex(tag).map((byte, index) => (index === 0 ? byte ^ 0x80 : byte));
    for (const bad of [forged, hex(tag).slice(0, -1), hex(`${tag}00`), new Uint8Array(0)]) {
      expect(await verify(opened, bad, hex(data), params)).toBe(false);
    }
  });

  it('KMAC counts tags and keys in bits, and leaves the unused ones zero', async () => {
    const key = await keyOf({ name: 'KMAC128', length: 256 }, KMAC_KEY);
    const whole = await sign(key, utf8('data'), { outputLength: 16 });
    const tag = await sign(key, utf8('data'), { outputLength: 13 });
    expect(tag).toHaveLength(2);
    expect((tag[1] ?? 1) & 7).toBe(0);
    // The length is part of what is hashed, so it is no prefix of a longer tag.
    expect(toHex(tag)).not.toBe(toHex(Uint8Array.of(whole[0] ?? 0, (whole[1] ?? 0) & 0xf8)));
    expect(await sign(key, utf8('data'), { outputLength: 0 })).toHaveLength(0);
    const algorithm = { name: 'KMAC256', length: 9 } as const;
    const { material } = await importKey('noble', 'raw-secret', hex('ffff'), algorithm);
    expect(material.secret).toStrictEqual(hex('ff80'));
    const short = await open(material, algorithm);
    const even = await keyOf({ name: 'KMAC256', length: 16 }, 'ff80');
    const params = { outputLength: 256 };
    expect(await sign(short, utf8('data'), params)).not.toStrictEqual(await sign(even, utf8('data'), params));
  });

  it('BLAKE takes tags of other lengths, in whole bytes', async () => {
    const key = await keyOf({ name: 'BLAKE2b', length: 64 }, count(8));
    expect(await sign(key, utf8('data'), { outputLength: 160 })).toHaveLength(20);
    await expect(sign(key, utf8('data'), { outputLength: 12 })).rejects.toThrow(code('INVALID_ARGUMENT'));
    const blake3 = await keyOf({ name: 'BLAKE3', length: 256 }, count(32));
    expect(await sign(blake3, utf8('data'), { outputLength: 1024 })).toHaveLength(128);
  });
});
