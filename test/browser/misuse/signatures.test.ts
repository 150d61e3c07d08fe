// Ciphertexts and signatures that are not what the key made, with the engine's own cryptography and with noble's.
import type { Key } from 'keyslot';
import { expect, test } from 'vitest';
import { ROWS, title } from '../../misuse/rows.ts';
import { bytes, freshStore } from '../keystore/open.ts';
import { picture } from './picture.ts';
import { refusal } from './refusal.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const IV = new Uint8Array(12);
const additionalData = bytes('about it');

/** The same with one bit changed. */
const flipped = (whole: Bytes, at: number): Bytes =>
  whole.map((byte, index) => (index === (at + whole.length) % whole.length ? byte ^ 1 : byte));

test(
  title('wrong tag or padding', 'one message for every cause, every length of key and both drivers'),
  async () => {
    const keys = await freshStore();
    const messages = new Set<string>();
    const usages = ['encrypt', 'decrypt'] as const;
    for (const length of [128, 192, 256] as const) {
      const init = { lifetime: 'volatile', algorithm: { name: 'AES-GCM', length }, usages } as const;
      const key = await keys.generateKey({ id: `key ${length}`, ...init });
      const other = await keys.generateKey({ id: `other ${length}`, ...init });
      const right = await key.encrypt(bytes('a plaintext'), { iv: IV, additionalData });
      const before = await picture(keys);
      const wrong: readonly (readonly [Key, Bytes, Bytes, Bytes | undefined])[] = [
        [key, flipped(right, -1), IV, additionalData],
        [key, flipped(right, 0), IV, additionalData],
        [key, right.slice(0, -1), IV, additionalData],
        [key, right.slice(0, 15), IV, additionalData],
        [key, new Uint8Array(), IV, additionalData],
        [key, right, flipped(IV, 0), additionalData],
        [key, right, new Uint8Array(16), additionalData],
        [key, right, IV, flipped(additionalData, 0)],
        [key, right, IV, undefined],
        [other, right, IV, additionalData],
      ];
      for (const [its, data, iv, additional] of wrong) {
        const options = additional === undefined ? { iv } : { iv, additionalData: additional };
        const error = await refusal(its.decrypt(data, options));
        expect(error.code).toBe(ROWS['wrong tag or padding']);
        expect(error.cause).toBeUndefined();
        messages.add(error.message);
      }
      expect(await picture(keys)).toEqual(before);
      expect(await key.decrypt(right, { iv: IV, additionalData })).toEqual(bytes('a plaintext'));
    }
    const { algorithms } = await keys.capabilities();
    expect(new Set([algorithms['AES-GCM/128'], algorithms['AES-GCM/192']])).toEqual(
      new Set(['webcrypto', 'noble']),
    );
    expect([...messages]).toHaveLength(1);
  },
);

const SIGNING = {
  'P-256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  secp256k1: { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' },
  Ed25519: 'Ed25519',
  Ed448: 'Ed448',
  HMAC: { name: 'HMAC', hash: 'SHA-256' },
  'RSA-PSS': { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048 },
} as const;

// Every verification there is asks a question, and gets an answer: no method yet takes a signature for granted.
test(
  title('wrong signature where an exception is due', 'where none is: `verify` answers false'),
  async () => {
    const keys = await freshStore();
    const data = bytes('data');
    for (const [id, algorithm] of Object.entries(SIGNING)) {
      const key = await keys.generateKey({ id, lifetime: 'volatile', algorithm, usages: ['sign', 'verify'] });
      const right = await key.sign(data);
      const before = await picture(keys);
      for (const wrong of [
        flipped(right, -1),
        right.slice(0, -1),
        new Uint8Array(),
        new Uint8Array(right.length),
      ]) {
        expect(await key.verify(wrong, data)).toBe(false);
      }
      expect(await key.verify(right, bytes('other data'))).toBe(false);
      expect(await picture(keys)).toEqual(before);
      expect(await key.verify(right, data)).toBe(true);
    }
    const init = { id: 'mac', lifetime: 'volatile', algorithm: SIGNING.HMAC, usages: ['verify'] } as const;
    const mac = await keys.generateKey({ ...init, multipart: true });
    const before = await picture(keys);
    const operation = await mac.startVerify();
    await operation.update(data);
    expect(await operation.finish(new Uint8Array(32))).toBe(false);
    expect(await picture(keys)).toEqual(before);
  },
);
