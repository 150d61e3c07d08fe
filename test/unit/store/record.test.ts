// What is read back is what was written, or it is not called so.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSame } from '../../../src/store/record.ts';
import { type Plain, plain } from './plain.ts';

const isTable = (value: Plain): value is { [name: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** The same value with one difference, somewhere. */
function spoil(value: Plain, choose: (choices: number) => number): Plain {
  if (value instanceof Uint8Array) {
    if (value.length === 0 || choose(3) === 0) return Uint8Array.of(...value, 0);
    const at = choose(value.length);
    return value.map((byte, index) => (index === at ? byte ^ (1 << choose(8)) : byte));
  }
  if (Array.isArray(value)) {
    if (value.length === 0 || choose(4) === 0) return [...value, null];
    if (choose(4) === 0) return value.slice(0, -1);
    const at = choose(value.length);
    return value.map((item, index) => (index === at ? spoil(item, choose) : item));
  }
  if (isTable(value)) {
    const members = Object.entries(value);
    const at = choose(members.length + 1);
    if (members.length === at) return Object.fromEntries([...members, ['an added member', null]]);
    if (choose(4) === 0) return Object.fromEntries(members.filter((_, index) => index !== at));
    return Object.fromEntries(
      members.map(([name, item], index) => [name, index === at ? spoil(item, choose) : item]),
    );
  }
  // What engines were seen to do to a key that they cannot keep.
  if (value !== null) return null;
  return choose(2) === 0 ? 0 : '';
}

describe('isSame', () => {
  it('knows the structured clone of any record', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(isSame(value, structuredClone(value))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('sees one difference anywhere, from either side', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(plain, fc.infiniteStream(fc.nat({ max: 1000 })), (value, numbers) => {
        const spoiled = spoil(value, (choices) => (numbers.next().value ?? 0) % choices);
        expect(isSame(value, spoiled)).toBe(false);
        expect(isSame(spoiled, value)).toBe(false);
      }),
      { numRuns: 4000 },
    );
  });

  it('asks nothing of the order of members', () => {
    fc.assert(
      fc.property(plain.filter(isTable), (value) => {
        expect(isSame(value, Object.fromEntries(Object.entries(value).toReversed()))).toBe(true);
      }),
    );
  });

  it('takes a member that was written as undefined for one that was not written', () => {
    expect(isSame({ id: 'a', label: undefined }, { id: 'a' })).toBe(true);
    expect(isSame({ id: 'a' }, { id: 'a', label: 'b' })).toBe(false);
    expect(isSame({ secret: null }, {})).toBe(false);
  });

  it('tells lists, tables and dates apart, also where they have no members', () => {
    const kinds = [[], {}, new Date(0), new Date(1), new Uint8Array(), null];
    for (const [at, written] of kinds.entries()) {
      for (const [other, read] of kinds.entries()) {
        expect(isSame({ metadata: written }, structuredClone({ metadata: read }))).toBe(at === other);
      }
    }
    expect(isSame(['a'], { 0: 'a' })).toBe(false);
  });
});

async function key(
  extractable: boolean,
  usages: KeyUsage[],
  hash = 'SHA-256',
  length = 256,
): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'HMAC', hash, length }, extractable, usages);
}

describe('isSame, of native keys', () => {
  it('knows the clone of a key, inside a record too', async () => {
    const written = await key(false, ['sign', 'verify']);
    const record = { id: 'a', material: { secret: written, publicKey: null } };
    expect(isSame(written, structuredClone(written))).toBe(true);
    expect(isSame(record, structuredClone(record))).toBe(true);
  });

  it('sees what an engine made of it that is no key', async () => {
    const written = await key(false, ['sign']);
    for (const read of [null, undefined, {}, [], 'key', 0, new Uint8Array(32)]) {
      expect(isSame(written, read), String(read)).toBe(false);
      expect(isSame({ secret: written }, { secret: read }), String(read)).toBe(false);
    }
  });

  it('sees every difference that can be seen', async () => {
    const written = await key(false, ['sign', 'verify']);
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ]);
    const p384 = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign']);
    for (const read of [
      await key(true, ['sign', 'verify']),
      await key(false, ['sign']),
      await key(false, ['sign', 'verify'], 'SHA-512'),
      await key(false, ['sign', 'verify'], 'SHA-256', 128),
      pair.privateKey,
      pair.publicKey,
    ]) {
      expect(isSame(written, read)).toBe(false);
      expect(isSame(read, written)).toBe(false);
    }
    expect(isSame(pair.privateKey, pair.publicKey)).toBe(false);
    expect(isSame(pair.privateKey, p384.privateKey)).toBe(false);
  });

  it('compares the type, though no two whole keys differ in nothing else', async () => {
    const written = await key(false, ['sign']);
    const { type, extractable, algorithm, usages } = written;
    const seenAs = (members: Record<string, unknown>): unknown =>
      Object.create(
        CryptoKey.prototype,
        Object.fromEntries(Object.entries(members).map(([name, value]) => [name, { value }])),
      );
    expect(isSame(written, seenAs({ type, extractable, algorithm, usages }))).toBe(true);
    expect(isSame(written, seenAs({ type: 'private', extractable, algorithm, usages }))).toBe(false);
  });

  it('asks nothing of the order of usages, nor of the bytes, which nobody can see', async () => {
    expect(isSame(await key(false, ['sign', 'verify']), await key(false, ['verify', 'sign']))).toBe(true);
  });
});
