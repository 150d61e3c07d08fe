// The hybrid KEMs by noble: sizes, every format there and back, agreement of both sides, and what must be refused.
import { describe, expect, it } from 'vitest';
import { asBytes, asJwk, code, generate, importKey, open } from './support.ts';

const SIZES = {
  'MLKEM768-X25519': { publicKey: 1216, ciphertext: 1120 },
  'MLKEM768-P256': { publicKey: 1249, ciphertext: 1153 },
  'MLKEM1024-P384': { publicKey: 1665, ciphertext: 1665 },
} as const;
const NAMES = ['MLKEM768-X25519', 'MLKEM768-P256', 'MLKEM1024-P384'] as const;

describe.each(NAMES)('%s', (name) => {
  const algorithm = { name } as const;

  it('agrees on a secret, through a key that went through each format', async () => {
    const material = await generate('noble', algorithm, true);
    const key = await open(material, algorithm);
    const raw = asBytes(await key.exportPublicKey('raw-public'));
    expect(raw).toHaveLength(SIZES[name].publicKey);
    const seed = asBytes(await key.exportKey('raw-seed'));
    expect(seed).toHaveLength(32);
    const jwk = asJwk(await key.exportKey('jwk'));
    expect(jwk).toMatchObject({ kty: 'AKP', alg: name });
    const publicKey = await importKey('noble', 'raw-public', raw, algorithm);
    const shared = await (await open(publicKey.material, algorithm)).encapsulate?.({});
    if (shared === undefined) throw new Error('nothing was encapsulated');
    expect(shared.sharedKey).toHaveLength(32);
    expect(shared.ciphertext).toHaveLength(SIZES[name].ciphertext);
    for (const [format, data] of [
      ['raw-seed', seed],
      ['jwk', jwk],
    ] as const) {
      const again = await importKey('noble', format, data, algorithm);
      const opened = await open(again.material, algorithm);
      expect(await opened.decapsulate?.(shared.ciphertext, {})).toStrictEqual(shared.sharedKey);
      expect(await opened.exportPublicKey('raw-public')).toStrictEqual(raw);
    }
  });

  it('refuses ciphertexts and keys of other sizes, and points that are not on the curve', async () => {
    const key = await open(await generate('noble', algorithm, true), algorithm);
    const short = async () => key.decapsulate?.(new Uint8Array(SIZES[name].ciphertext - 1), {});
    await expect(short()).rejects.toThrow(code('INVALID_ARGUMENT'));
    const wrong = importKey('noble', 'raw-public', new Uint8Array(SIZES[name].publicKey + 1), algorithm);
    await expect(wrong).rejects.toThrow(code('INVALID_ARGUMENT'));
    await expect(importKey('noble', 'raw-seed', new Uint8Array(31), algorithm)).rejects.toThrow(
      code('INVALID_ARGUMENT'),
    );
    if (name === 'MLKEM768-X25519') return;
    const broken = asBytes(await key.exportPublicKey('raw-public'));
    broken.fill(1, -64);
    const use = async () => {
      const { material } = await importKey('noble', 'raw-public', broken, algorithm);
      return (await open(material, algorithm)).encapsulate?.({});
    };
    await expect(use()).rejects.toThrow(code('INVALID_ARGUMENT'));
  });
});
