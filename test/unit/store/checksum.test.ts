// The encoding under the checksum of a record: one for all that are the same, another for all that are not.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isIntact, loadChecksums, withChecksum } from '../../../src/store/checksum.ts';
import { isSame } from '../../../src/store/record.ts';
import { plain } from './plain.ts';

await loadChecksums();

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const checksum = (said: unknown): string => hex(withChecksum({ said }).checksum);

describe('the checksum', () => {
  it('calls no record damaged while it cannot be made yet', async () => {
    const whole = withChecksum({ said: 1 });
    vi.resetModules();
    const early = await import('../../../src/store/checksum.ts');
    expect(() => early.isIntact(whole)).toThrow('before its checksum could be');
    await early.loadChecksums();
    expect(early.isIntact(whole)).toBe(true);
  });

  it('is the same for the same record, in whatever order its members are', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(checksum(reversed(value))).toBe(checksum(value));
        expect(isIntact(structuredClone(withChecksum({ value })))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is another for everything that is not the same', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(checksum(a) === checksum(b)).toBe(isSame(a, b));
      }),
      { numRuns: 4000 },
    );
  });

  it('tells apart what looks alike in a text', () => {
    const alike = [
      ...[0, -0, '0', '-0', null, 'null', false, 'false', '', [], {}, [[]], [{}], [null], { '': null }],
      ...[new Uint8Array(), new Uint8Array(1), new Uint8Array(2), '<0>', '<1>', [0], ['<1>']],
      ...[
        [new Uint8Array([1]), new Uint8Array([2, 3])],
        [new Uint8Array([1, 2]), new Uint8Array([3])],
      ],
      ...[['a', 'b'], ['a,b'], ['a","b'], { a: 'b' }, { 'a":"b': null }, 'a\ud800', 'a\ud801', 'a\ufffd'],
      ...[1e21, '1e+21', 1e-7, 0.1, 0.1 + Number.EPSILON, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE],
    ];
    expect(new Set(alike.map(checksum)).size).toBe(alike.length);
  });

  it('takes a member that is undefined for one that is not there', () => {
    expect(checksum({ label: undefined })).toBe(checksum({}));
  });

  it('is none for what no record has', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    // 60 bytes of it would unfold to 2^60 members.
    let bomb: unknown = [];
    for (let level = 0; level < 60; level += 1) bomb = [bomb, bomb];
    let deep: unknown = [];
    for (let level = 0; level < 60_000; level += 1) deep = [deep];
    const others = [
      Number.NaN,
      Infinity,
      1n,
      [undefined],
      new Date(0),
      new Map(),
      new Set(),
      /a/,
      new Error('a'),
    ];
    const large = [
      new Uint8Array(140_000),
      'x'.repeat(140_000),
      new Array(4e9),
      Array.from({ length: 140_000 }),
    ];
    const views = [new ArrayBuffer(1), new Uint16Array(1), new DataView(new ArrayBuffer(1))];
    for (const said of [loop, bomb, deep, ...others, ...large, ...views]) {
      expect(() => withChecksum({ said })).toThrow(Error);
      expect(isIntact({ said, checksum: new Uint8Array(32) })).toBe(false);
    }
  });

  it('is one of 32 bytes, all of them', () => {
    const whole = withChecksum({ said: 1 });
    expect(isIntact(whole)).toBe(true);
    for (const checksum of [
      new Uint8Array(),
      whole.checksum.slice(1),
      new Uint8Array([...whole.checksum, 0]),
    ]) {
      expect(isIntact({ ...whole, checksum })).toBe(false);
    }
  });

  it('covers all that can be seen of a native key, and nothing that an engine may add', async () => {
    const make = (extractable: boolean, usages: KeyUsage[], hash = 'SHA-256', length = 256) =>
      crypto.subtle.generateKey({ name: 'HMAC', hash, length }, extractable, usages);
    const key = await make(false, ['sign', 'verify']);
    const others = [
      await make(true, ['sign', 'verify']),
      await make(false, ['sign']),
      await make(false, ['sign', 'verify'], 'SHA-512'),
      await make(false, ['sign', 'verify'], 'SHA-256', 128),
      await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']),
      { type: key.type },
    ];
    expect(new Set([key, ...others].map(checksum)).size).toBe(others.length + 1);
    expect(checksum(await make(false, ['verify', 'sign']))).toBe(checksum(key));
    const value = (of: unknown) => ({ value: of });
    const { type, extractable, algorithm, usages } = key;
    const shownMore: unknown = Object.create(CryptoKey.prototype, {
      type: value(type),
      extractable: value(extractable),
      usages: value([...usages, 'sign'].slice(0, 2)),
      algorithm: value({ ...algorithm, provider: 'new' }),
    });
    expect(checksum(shownMore)).toBe(checksum(key));
  });

  it('is what it always was', () => {
    const record = {
      version: 1,
      id: 'é\u0000"',
      attributes: { usages: ['sign'], metadata: { b: [1.5, -0, 1e21, null], a: true } },
      material: { secret: new Uint8Array([1, 2, 3]), publicKey: null },
    };
    expect(hex(withChecksum(record).checksum)).toMatchInlineSnapshot(
      `"5cf3291d53ee3371900e9719e6db6fea4c05891d0a5828b3771bdaa5d30b69e3"`,
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
