// What capabilities() tells beside the drivers, and what it loads.
import { expect, test } from 'vitest';
import { VARIANTS } from '../../../src/algorithms/index.ts';
import { failure, freshStore } from './open.ts';

test('G6 capabilities: every variant that has a driver is told with operations and formats of that driver', async () => {
  const keys = await freshStore();
  const { algorithms, details } = await keys.capabilities();
  expect(Object.keys(details).sort()).toStrictEqual(Object.keys(algorithms).sort());
  for (const [variant, { driver, operations, formats }] of Object.entries(details)) {
    expect([variant, driver]).toStrictEqual([variant, algorithms[variant]]);
    expect([variant, operations.length > 0]).toStrictEqual([variant, true]);
    expect([variant, Object.keys(formats).length > 0]).toStrictEqual([variant, true]);
  }
  expect(details['ECDSA/secp256k1']).toMatchObject({ driver: 'noble', operations: ['sign', 'verify'] });
  expect(details['ECDSA/secp256k1']?.hashes).toContain('Keccak-256');
  expect(details['HKDF']).toMatchObject({ generates: false, operations: ['deriveBits'] });
  // The second question finds the answer there: the same, to the last member.
  expect((await keys.capabilities()).details).toStrictEqual(details);
});

test('capabilities: whatever is listed can be prefetched, and nothing else', async () => {
  const keys = await freshStore();
  const { algorithms } = await keys.capabilities();
  const names = [...Object.keys(algorithms), ...VARIANTS.map(({ sample }) => sample.name), 'SHA3-256'];
  expect((await keys.capabilities({ prefetch: names })).algorithms).toStrictEqual(algorithms);
  const junk = (prefetch: unknown) => keys.capabilities({ prefetch: prefetch as string[] });
  expect((await failure(junk(['Ed448', 'constructor']))).code).toBe('NOT_SUPPORTED');
  expect((await failure(junk([1]))).code).toBe('INVALID_ARGUMENT');
  expect((await failure(junk('Ed448'))).code).toBe('INVALID_ARGUMENT');
});
