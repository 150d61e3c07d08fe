// AES-OCB against RFC 7253, appendix A, and against OpenSSL on data of every shape.
import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Bytes, WorkingKey } from '../../../src/drivers/driver.ts';
import { code, decrypt, encrypt, hex, importKey, open, toHex } from './support.ts';

async function keyOf(key: Bytes): Promise<WorkingKey> {
  const algorithm = { name: 'AES-OCB', length: key.length * 8, tagLength: 64 } as const;
  const imported = await importKey('noble', 'raw-secret', key, algorithm);
  return open(imported.material, algorithm);
}

const count = (size: number): Bytes => Uint8Array.from({ length: size }, (_, index) => index);

/** The last digit of the nonce, sizes of the associated data and of the plaintext, the ciphertext. */
const SAMPLES = [
  ['0', 0, 0, '785407bfffc8ad9edcc5520ac9111ee6'],
  ['1', 8, 8, '6820b3657b6f615a5725bda0d3b4eb3a257c9af1f8f03009'],
  ['2', 8, 0, '81017f8203f081277152fade694a0a00'],
  ['3', 0, 8, '45dd69f8f5aae72414054cd1f35d82760b2cd00d2f99bfa9'],
  ['4', 16, 16, '571d535b60b277188be5147170a9a22c3ad7a4ff3835b8c5701c1ccec8fc3358'],
  ['5', 16, 0, '8cf761b6902ef764462ad86498ca6b97'],
  ['6', 0, 16, '5ce88ec2e0692706a915c00aeb8b2396f40e1c743f52436bdf06d8fa1eca343d'],
  ['7', 24, 24, '1ca2207308c87c010756104d8840ce1952f09673a448a122c92c62241051f57356d7f3c90bb0e07f'],
  ['8', 24, 0, '6dc225a071fc1b9f7c69f93b0f1e10de'],
  ['9', 0, 24, '221bd0de7fa6fe993eccd769460a0af2d6cded0c395b1c3ce725f32494b9f914d85c0b1eb38357ff'],
  [
    'a',
    32,
    32,
    'bd6f6c496201c69296c11efd138a467abd3c707924b964deaffc40319af5a48540fbba186c5553c68ad9f592a79a4240',
  ],
  ['b', 32, 0, 'fe80690bee8a485d11f32965bc9d2a32'],
  [
    'c',
    0,
    32,
    '2942bfc773bda23cabc6acfd9bfd5835bd300f0973792ef46040c53f1432bcdfb5e1dde3bc18a5f840b52e653444d5df',
  ],
  [
    'd',
    40,
    40,
    'd5ca91748410c1751ff8a2f618255b68a0a12e093ff454606e59f9c1d0ddc54b65e8628e568bad7aed07ba06a4a69483a7035490c5769e60',
  ],
  ['e', 40, 0, 'c5cd9d1850c141e358649994ee701b68'],
  [
    'f',
    0,
    40,
    '4412923493c57d5de0d700f753cce0d1d2d95060122e9f15a5ddbfc5787e50b5cc55ee507bcb084e479ad363ac366b95a98ca5f3000b1479',
  ],
] as const;

describe('AES-OCB of RFC 7253, appendix A', () => {
  it.each(SAMPLES)('sample %s', async (digit, aadSize, size, sealed) => {
    const key = await keyOf(count(16));
    const params = { iv: hex(`bbaa9988776655443322110${digit}`), additionalData: count(aadSize) };
    expect(toHex(await encrypt(key, count(size), params))).toBe(sealed);
    expect(await decrypt(key, hex(sealed), params)).toStrictEqual(count(size));
    for (let at = 0; at < sealed.length / 2; at++) {
      const forged = hex(sealed).map((byte, index) => (index === at ? byte ^ 1 : byte));
      await expect(decrypt(key, forged, params)).rejects.toThrow(code('INVALID_SIGNATURE'));
    }
    const other = { ...params, additionalData: count(aadSize + 1) };
    await expect(decrypt(key, hex(sealed), other)).rejects.toThrow(code('INVALID_SIGNATURE'));
    await expect(decrypt(key, hex(sealed).slice(0, 7), params)).rejects.toThrow(code('INVALID_SIGNATURE'));
  });

  it('the sample with a tag of 96 bits', async () => {
    const key = await keyOf(count(16).reverse());
    const params = { iv: hex('bbaa9988776655443322110d'), additionalData: count(40), tagLength: 96 };
    const sealed =
      '1792a4e31e0755fb03e31b22116e6c2ddf9efd6e33d536f1a0124b0a55bae884ed93481529c76b6ad0c515f4d1cdd4fdac4f02aa';
    expect(toHex(await encrypt(key, count(40), params))).toBe(sealed);
    expect(await decrypt(key, hex(sealed), params)).toStrictEqual(count(40));
  });

  it.each([
    [128, 128, '67e944d23256c5e0b6c61fa22fdf1ea2'],
    [192, 128, 'f673f2c3e7174aae7bae986ca9f29e17'],
    [256, 128, 'd90eb8e9c977c88b79dd793d7ffa161c'],
    [128, 96, '77a3d8e73589158d25d01209'],
    [192, 96, '05d56ead2752c86be6932c5e'],
    [256, 96, '5458359ac23b0cba9e6330dd'],
    [128, 64, '192c9b7bd90ba06a'],
    [192, 64, '0066bc6e0ef34e24'],
    [256, 64, '7d4ea5d445501cbe'],
  ])('the iterated test with keys of %i and tags of %i bits', async (length, tagLength, expected) => {
    const bytes = new Uint8Array(length / 8);
    bytes[bytes.length - 1] = tagLength;
    const key = await keyOf(bytes);
    const nonce = (number: number) => {
      const iv = new Uint8Array(12);
      new DataView(iv.buffer).setUint32(8, number);
      return iv;
    };
    const sealed: Bytes[] = [];
    const none = new Uint8Array(0);
    for (let i = 0; i < 128; i++) {
      const s = new Uint8Array(i);
      const turns: [Bytes, Bytes][] = [
        [s, s],
        [none, s],
        [s, none],
      ];
      for (const [index, [additionalData, data]] of turns.entries()) {
        sealed.push(await encrypt(key, data, { iv: nonce(3 * i + index + 1), additionalData, tagLength }));
      }
    }
    const additionalData = new Uint8Array(Buffer.concat(sealed));
    expect(toHex(await encrypt(key, none, { iv: nonce(385), additionalData, tagLength }))).toBe(expected);
  });
});

it('AES-OCB agrees with OpenSSL for nonces of 1 to 15 bytes, views at odd offsets and long data', async () => {
  for (let round = 0; round < 60; round++) {
    const secret = crypto.getRandomValues(new Uint8Array([16, 24, 32][round % 3] ?? 16));
    const key = await keyOf(secret);
    const iv = crypto.getRandomValues(new Uint8Array(1 + (round % 15)));
    const tagLength = [64, 96, 128][round % 3] ?? 128;
    const additionalData = crypto.getRandomValues(new Uint8Array(round * 7)).subarray(round % 5);
    const data = crypto.getRandomValues(new Uint8Array(round * 31 + 5)).subarray(round % 4);
    const name = `aes-${secret.length * 8}-ocb` as 'aes-128-ocb';
    const cipher = createCipheriv(name, secret, iv, { authTagLength: tagLength / 8 });
    cipher.setAAD(additionalData, { plaintextLength: data.length });
    const body = Buffer.concat([cipher.update(data), cipher.final()]);
    const expected = new Uint8Array(Buffer.concat([body, cipher.getAuthTag()]));
    const params = { iv, additionalData, tagLength };
    expect(await encrypt(key, data, params), `round ${round}`).toStrictEqual(expected);
    expect(await decrypt(key, expected, params), `round ${round}`).toStrictEqual(new Uint8Array(data));
  }
});
