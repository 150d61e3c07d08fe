// Damaged keys of every format: what noble takes, the engine takes too, as the same key; and what it refuses, it refuses
// with its own error. KEYSLOT_FUZZ multiplies the runs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyAlgorithm, KeyFormat } from '../../../src/algorithms/types.ts';
import type { Bytes } from '../../../src/drivers/driver.ts';
import { KeystoreError } from '../../../src/errors.ts';
import { asBytes, asJwk, generate, importKey, open, toHex } from './support.ts';

const { subtle } = globalThis.crypto;
const RUNS = 150 * Number(process.env['KEYSLOT_FUZZ'] ?? 1);

interface Tested {
  readonly algorithm: KeyAlgorithm;
  readonly native: Algorithm & { namedCurve?: string };
  readonly usages: readonly [KeyUsage[], KeyUsage[]];
}
const ec = (name: 'ECDSA' | 'ECDH', namedCurve: 'P-256' | 'P-384' | 'P-521'): Tested =>
  name === 'ECDSA'
    ? {
        algorithm: { name, namedCurve, hash: 'any' },
        native: { name, namedCurve },
        usages: [['sign'], ['verify']],
      }
    : { algorithm: { name, namedCurve }, native: { name, namedCurve }, usages: [['deriveBits'], []] };
const okp = (name: 'Ed25519' | 'Ed448' | 'X25519' | 'X448'): Tested => ({
  algorithm: { name },
  native: { name },
  usages: name.startsWith('Ed') ? [['sign'], ['verify']] : [['deriveBits'], []],
});
const TESTED = [
  ec('ECDSA', 'P-256'),
  ec('ECDSA', 'P-384'),
  ec('ECDH', 'P-521'),
  ec('ECDH', 'P-256'),
  okp('Ed25519'),
  okp('Ed448'),
  okp('X25519'),
  okp('X448'),
].map((tested) => ({ ...tested, what: Object.values(tested.native).join(' ') }));

/** What is done to bytes at a place, which is a fraction of their length. */
const spoil = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  how: fc.constantFrom('set', 'flip', 'insert', 'remove', 'cut', 'append', 'repeat', 'zero'),
  value: fc.oneof(
    fc.nat(255),
    fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 0x30, 0x31, 0x80, 0x81, 0xa0, 0xa1, 0xff),
  ),
});
type Spoil = typeof spoil extends fc.Arbitrary<infer T> ? T : never;

const spoilers: Readonly<Record<Spoil['how'], (bytes: number[], at: number, value: number) => number[]>> = {
  set: (bytes, at, value) => bytes.with(at, value),
  flip: (bytes, at, value) => bytes.with(at, (bytes[at] ?? 0) ^ (1 << (value % 8))),
  insert: (bytes, at, value) => bytes.toSpliced(at, 0, value),
  remove: (bytes, at) => bytes.toSpliced(at, 1),
  cut: (bytes, at) => bytes.slice(0, at),
  append: (bytes, _, value) => [...bytes, value],
  repeat: (bytes, at, value) => bytes.toSpliced(at, 0, ...bytes.slice(at, at + (value % 40))),
  zero: (bytes, at, value) =>
    bytes.map((byte, index) => (index >= at && index < at + (value % 70) ? 0 : byte)),
};

/** Near the front, where a key's form is, as often as anywhere. */
function spoiled(whole: Bytes, spoils: readonly Spoil[]): Bytes {
  const bytes = spoils.reduce<number[]>(
    (current, { at, how, value }) => {
      const reach = value % 2 === 0 ? current.length : Math.min(current.length, 48);
      const place = Math.floor(at * reach);
      return current.length === 0 && how !== 'append' ? current : spoilers[how](current, place, value);
    },
    [...whole],
  );
  return new Uint8Array(bytes);
}

const MEMBERS = ['kty', 'crv', 'x', 'y', 'd', 'alg'] as const;
const jwkSpoil = fc.record({
  member: fc.constantFrom(...MEMBERS),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  how: fc.constantFrom('set', 'insert', 'remove', 'drop', 'replace', 'last'),
  text: fc.oneof(
    fc.constantFrom(
      'A',
      '-',
      '_',
      '+',
      '/',
      '=',
      '==',
      ' ',
      '\n',
      '.',
      'é',
      'EC',
      'OKP',
      'oct',
      'RSA',
      'P-256',
      'ES256',
    ),
    fc.constantFrom(
      'P-384',
      'P-521',
      'ES384',
      'ES512',
      'Ed25519',
      'EdDSA',
      'Ed448',
      'X25519',
      'X448',
      'ECDH-ES',
      'A',
    ),
    fc.string({ maxLength: 4 }),
  ),
});

type JwkSpoil = typeof jwkSpoil extends fc.Arbitrary<infer T> ? T : never;

function spoiledJwk(jwk: JsonWebKey, spoils: readonly JwkSpoil[]): JsonWebKey {
  const fields: Record<string, unknown> = { ...jwk };
  delete fields['key_ops'];
  for (const { member, at, how, text } of spoils) {
    const value = fields[member];
    const old = typeof value === 'string' ? value : '';
    const place = Math.floor(at * (old.length + 1));
    if (how === 'drop') delete fields[member];
    else if (how === 'replace') fields[member] = text;
    else if (how === 'last') fields[member] = old.slice(0, -1) + text.slice(0, 1);
    else
      fields[member] =
        old.slice(0, place) + (how === 'remove' ? '' : text) + old.slice(place + (how === 'insert' ? 0 : 1));
  }
  return fields;
}

/** The key as its canonical bytes, or null where it is refused with keyslot's error. */
async function ours(tested: Tested, format: KeyFormat, data: Bytes | JsonWebKey): Promise<string | null> {
  try {
    const { material, algorithm } = await importKey('noble', format, data, tested.algorithm);
    const key = await open(material, algorithm);
    return toHex(asBytes(await key.exportKey(material.type === 'private' ? 'pkcs8' : 'spki')));
  } catch (error) {
    expect(error).toBeInstanceOf(KeystoreError);
    expect(error).toMatchObject({ code: expect.stringMatching(/^(INVALID_ARGUMENT|NOT_SUPPORTED)$/) });
    return null;
  }
}

async function engines(
  { native, usages }: Tested,
  format: 'pkcs8' | 'spki' | 'raw' | 'jwk',
  data: Bytes | JsonWebKey,
): Promise<string> {
  const isPrivate = format === 'pkcs8' || (format === 'jwk' && 'd' in data);
  const key = await (format === 'jwk'
    ? subtle.importKey('jwk', asJwk(data), native, true, usages[isPrivate ? 0 : 1])
    : subtle.importKey(format, asBytes(data), native, true, usages[isPrivate ? 0 : 1]));
  return toHex(new Uint8Array(await subtle.exportKey(isPrivate ? 'pkcs8' : 'spki', key)));
}

describe.each(TESTED)('damaged keys of $what', (tested) => {
  const made = generate('noble', tested.algorithm).then((material) => open(material, tested.algorithm));
  const spoils = fc.array(spoil, { minLength: 1, maxLength: 3 });

  it.each(['pkcs8', 'spki', 'raw'] as const)('as %s', async (format) => {
    const key = await made;
    const whole = asBytes(await (format === 'pkcs8' ? key.exportKey(format) : key.exportPublicKey(format)));
    expect(await ours(tested, format, whole)).toBe(await engines(tested, format, whole));
    await fc.assert(
      fc.asyncProperty(spoils, async (list) => {
        const data = spoiled(whole, list);
        const found = await ours(tested, format, data);
        if (found === null) return;
        expect(await engines(tested, format, data)).toBe(found);
      }),
      { numRuns: RUNS },
    );
  });

  it.each(['private', 'public'] as const)('as %s jwk', async (type) => {
    const key = await made;
    const whole = asJwk(await (type === 'private' ? key.exportKey('jwk') : key.exportPublicKey('jwk')));
    expect(await ours(tested, 'jwk', whole)).toBe(await engines(tested, 'jwk', whole));
    await fc.assert(
      fc.asyncProperty(fc.array(jwkSpoil, { minLength: 1, maxLength: 2 }), async (list) => {
        const data = spoiledJwk(whole, list);
        const found = await ours(tested, 'jwk', data);
        if (found === null) return;
        expect(await engines(tested, 'jwk', data)).toBe(found);
      }),
      { numRuns: RUNS },
    );
  });
});
