// What capabilities() tells beside the drivers, and what it loads.
import { expect, test } from 'vitest';
import { DIGEST_NAMES } from '../../../src/algorithms/digests.ts';
import { VARIANTS } from '../../../src/algorithms/index.ts';
import { bytes, failure, freshStore } from './open.ts';

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

test('G6 capabilities: every digest is told with who computes it, the engine where it does', async () => {
  const keys = await freshStore();
  const { digests } = await keys.capabilities();
  expect(Object.keys(digests)).toStrictEqual(DIGEST_NAMES);
  for (const [name, driver] of Object.entries(digests)) {
    const algorithm = { name, outputLength: 256 };
    const native = crypto.subtle.digest(algorithm, bytes('x')).then(
      () => 'webcrypto',
      () => 'noble',
    );
    expect([name, driver]).toStrictEqual([name, await native]);
    expect([name, (await keys.subtle.digest(algorithm, bytes('x'))).byteLength]).not.toStrictEqual([name, 0]);
  }
});

test('capabilities: whatever is listed can be prefetched, and nothing else', async () => {
  const keys = await freshStore();
  const { algorithms, digests } = await keys.capabilities();
  const variants = VARIANTS.map(({ sample }) => sample.name);
  const names = [...Object.keys(algorithms), ...variants, ...Object.keys(digests)];
  expect((await keys.capabilities({ prefetch: names })).algorithms).toStrictEqual(algorithms);
  const junk = (prefetch: unknown) => keys.capabilities({ prefetch: prefetch as string[] });
  expect((await failure(junk(['Ed448', 'constructor']))).code).toBe('NOT_SUPPORTED');
  expect((await failure(junk([1]))).code).toBe('INVALID_ARGUMENT');
  expect((await failure(junk('Ed448'))).code).toBe('INVALID_ARGUMENT');
});
