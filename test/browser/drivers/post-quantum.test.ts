// Post-quantum keys by noble against the engine's own, where it has them: same formats byte for byte, each side reads,
// verifies and decapsulates what the other made, and both refuse the same malformed keys.
import { describe, expect, it } from 'vitest';
import type { KeyFormat, PlainName, Usage } from '../../../src/algorithms/types.ts';
import type { Bytes, WorkingKey } from '../../../src/drivers/driver.ts';
import { drivers } from '../../../src/drivers/index.ts';
import { engine } from '../../../src/drivers/webcrypto/engine.ts';

const message = new TextEncoder().encode('the message');
const context = new TextEncoder().encode('context');

/** Engines say MLKEM768-X25519 for X-Wing, and have the raw formats of it only. */
const ROWS: readonly (readonly [name: PlainName, native: string, secret: KeyFormat[], open: KeyFormat[]])[] =
  [
    ['ML-DSA-44', 'ML-DSA-44', ['pkcs8', 'raw-seed', 'jwk'], ['spki', 'raw-public', 'jwk']],
    ['ML-DSA-65', 'ML-DSA-65', ['pkcs8', 'raw-seed', 'jwk'], ['spki', 'raw-public', 'jwk']],
    ['ML-DSA-87', 'ML-DSA-87', ['pkcs8', 'raw-seed', 'jwk'], ['spki', 'raw-public', 'jwk']],
    ['ML-KEM-512', 'ML-KEM-512', ['pkcs8', 'raw-seed', 'jwk'], ['spki', 'raw-public', 'jwk']],
    ['ML-KEM-768', 'ML-KEM-768', ['pkcs8', 'raw-seed', 'jwk'], ['spki', 'raw-public', 'jwk']],
    ['ML-KEM-1024', 'ML-KEM-1024', ['pkcs8', 'raw-seed', 'jwk'], ['spki', 'raw-public', 'jwk']],
    ['X-Wing', 'MLKEM768-X25519', ['raw-seed'], ['raw-public']],
  ];

const subtle = engine();
const signs = (name: string) => name.startsWith('ML-DSA');
const privateUsages = (name: string): Usage[] => (signs(name) ? ['sign'] : ['decapsulateBits']);
const publicUsages = (name: string): Usage[] => (signs(name) ? ['verify'] : ['encapsulateBits']);

async function has(name: string): Promise<boolean> {
  try {
    await subtle.generateKey(name, true, [...privateUsages(name), ...publicUsages(name)]);
    return true;
  } catch {
    return false;
  }
}

async function nobleKey(name: PlainName, format: KeyFormat, data: unknown): Promise<WorkingKey> {
  const family = await drivers.noble.family({ name });
  const { material, algorithm } = await family.import(format, Object(data), { name }, true);
  return family.open(material, algorithm);
}

const bytes = (data: unknown): Bytes => new Uint8Array(Object(data));
const plain = (data: unknown): unknown => {
  if (data instanceof ArrayBuffer || data instanceof Uint8Array) return bytes(data);
  const { ext: _, key_ops: __, ...members } = Object(data);
  return members;
};

const there = new Map(
  await Promise.all(ROWS.map(async ([name, native]) => [name, await has(native)] as const)),
);

describe.each(ROWS)('%s', (name, native, secretFormats, publicFormats) => {
  const title = (text: string) => (there.get(name) ? text : `${text} (SKIPPED: not in this browser)`);
  const fresh = async () => {
    const family = await drivers.noble.family({ name });
    return family.open(await family.generate({ name }, true), { name });
  };

  it.skipIf(!there.get(name))(title('is written by both the same, and read by both'), async () => {
    const key = await fresh();
    const seed = bytes(await key.exportKey('raw-seed'));
    const privateKey = await subtle.importKey('raw-seed', seed, native, true, privateUsages(name));
    for (const format of secretFormats) {
      const exported = await key.exportKey(format);
      expect(plain(await subtle.exportKey(format, privateKey))).toStrictEqual(plain(exported));
      await subtle.importKey(format, exported, native, true, privateUsages(name));
    }
    const raw = bytes(await key.exportPublicKey('raw-public'));
    const publicKey = await subtle.importKey('raw-public', raw, native, true, publicUsages(name));
    for (const format of publicFormats) {
      const exported = await key.exportPublicKey(format);
      expect(plain(await subtle.exportKey(format, publicKey))).toStrictEqual(plain(exported));
      const again = await nobleKey(name, format, await subtle.exportKey(format, publicKey).then(plain));
      expect(bytes(await again.exportKey('raw-public'))).toStrictEqual(raw);
    }
  });

  it.skipIf(!there.get(name))(title('does for each side what the other one undoes'), async () => {
    const key = await fresh();
    const seed = bytes(await key.exportKey('raw-seed'));
    const raw = bytes(await key.exportPublicKey('raw-public'));
    const privateKey = await subtle.importKey('raw-seed', seed, native, true, privateUsages(name));
    const publicKey = await subtle.importKey('raw-public', raw, native, true, publicUsages(name));
    if (key.sign && key.verify) {
      for (const params of [{}, { context }]) {
        const signature = await key.sign(message, params);
        expect(await subtle.verify({ name: native, ...params }, publicKey, signature, message)).toBe(true);
        const theirs = bytes(await subtle.sign({ name: native, ...params }, privateKey, message));
        expect(await key.verify(theirs, message, params)).toBe(true);
      }
      return;
    }
    if (!key.encapsulate || !key.decapsulate) throw new Error('the key can do nothing');
    const ours = await key.encapsulate({});
    const found = await subtle.decapsulateBits?.(native, privateKey, ours.ciphertext);
    expect(bytes(found)).toStrictEqual(ours.sharedKey);
    const theirs = await subtle.encapsulateBits?.(native, publicKey);
    expect(await key.decapsulate(bytes(theirs?.ciphertext), {})).toStrictEqual(bytes(theirs?.sharedKey));
    // A changed ciphertext gives both the same other secret (FIPS 203, 6.3).
    const changed = ours.ciphertext.map((byte, index) => (index === 3 ? byte ^ 1 : byte));
    const rejected = await subtle.decapsulateBits?.(native, privateKey, changed);
    expect(await key.decapsulate(changed, {})).toStrictEqual(bytes(rejected));
  });

  it.skipIf(!there.get(name))(title('is refused by noble where the engine refuses it'), async () => {
    const key = await fresh();
    const cases: [KeyFormat, Bytes][] = [];
    for (const format of ['pkcs8', 'spki', 'raw-public'] as const) {
      if (!secretFormats.includes(format) && !publicFormats.includes(format)) continue;
      const whole = bytes(
        format === 'pkcs8' ? await key.exportKey(format) : await key.exportPublicKey(format),
      );
      // Each byte of the DER and the first of the key, each changed in two ways; and other lengths.
      for (let at = 0; at < 40; at++) {
        for (const bits of [0x01, 0x80, 0xff]) {
          cases.push([format, whole.map((byte, index) => (index === at ? byte ^ bits : byte))]);
        }
        cases.push([format, whole.slice(0, -1 - at)], [format, whole.slice(at + 1)]);
        cases.push([format, Uint8Array.of(...whole.slice(0, at), 0, ...whole.slice(at))]);
      }
    }
    for (const [format, data] of cases) {
      const usages = format === 'pkcs8' ? privateUsages(name) : publicUsages(name);
      const theirs = await subtle.importKey(format, data, native, true, usages).then(
        () => 'taken',
        () => 'refused',
      );
      const ours = await nobleKey(name, format, data).then(
        () => 'taken',
        () => 'refused',
      );
      // The engine takes any bytes for X-Wing and looks at them when it is to encapsulate.
      if (name === 'X-Wing' && theirs === 'taken') continue;
      expect(ours, `${format} ${data.slice(0, 48).join()} (${data.length})`).toBe(theirs);
    }
  });
});
