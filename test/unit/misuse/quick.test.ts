// The quick yes of the host's hot path (src/host/quick.ts): it never lets pass what the schema would refuse or change.
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { isPlain } from '../../../src/host/quick.ts';
import { requests } from '../../../src/host/requests.ts';
import type { Method } from '../../../src/rpc/protocol.ts';

const METHODS: readonly Method[] = ['sign', 'verify', 'encrypt', 'decrypt'];

const HANDLE = { id: 'a', generation: '0'.repeat(32) };
const PLAIN = { call: 1, handle: HANDLE, data: new Uint8Array(3) };

/** A member's value: often right, often almost. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    '',
    'a',
    '\ud800',
    'x'.repeat(65),
    'é'.repeat(200),
    -1,
    0.5,
    600_001,
  ),
  fc.constantFrom<unknown>(NaN, 2 ** 53, new Uint8Array(2), new ArrayBuffer(2), new Uint16Array(2), []),
  fc.nat(),
  fc.record(
    {
      id: fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constant(1)),
      generation: fc.string({ maxLength: 70 }),
    },
    { requiredKeys: [] },
  ),
  fc.constantFrom<unknown>(HANDLE, { ...HANDLE, more: 1 }),
  fc.anything(),
);

const MEMBERS = ['call', 'timeout', 'handle', 'data', 'signature', 'params', 'more'];

/** One or two members changed: almost right is where the two could differ. */
const input = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...MEMBERS), value), { maxLength: 2 })
      .map((members) => ({ ...PLAIN, ...Object.fromEntries(members) })),
  },
  { weight: 1, arbitrary: fc.anything() },
);

describe('G11 closed: the quick yes', () => {
  it('says yes to ordinary operations', () => {
    expect(isPlain('sign', PLAIN)).toBe(true);
    expect(isPlain('verify', { ...PLAIN, signature: new Uint8Array(64), timeout: 5 })).toBe(true);
    expect(isPlain('encrypt', { ...PLAIN, params: { iv: new Uint8Array(12) } })).toBe(true);
  });

  it('says yes to nothing else than the schema passes, as it is', () => {
    let passed = 0;
    fc.assert(
      fc.property(fc.constantFrom(...METHODS), input, (method, candidate) => {
        if (!isPlain(method, candidate)) return;
        passed += 1;
        const judged = v.safeParse(requests[method], candidate);
        expect(judged.success).toBe(true);
        expect(judged.output).toEqual(candidate);
      }),
      { numRuns: 20_000 },
    );
    expect(passed).toBeGreaterThan(100);
  });

  it('leaves every other method to its schema', () => {
    for (const method of Object.keys(requests) as Method[]) {
      if (!METHODS.includes(method)) expect(isPlain(method, PLAIN)).toBe(false);
    }
  });
});
