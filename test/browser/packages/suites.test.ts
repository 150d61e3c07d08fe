/// <reference types="vite/client" />
// The suites of webcrypto-test-suite and @peculiar/webcrypto-test with `subtle` in the place of their SubtleCrypto: keys
// in the caller, in the host, and computed by noble. What is excluded is run too, and must fail: see exclusions.ts.
import peculiar from '@peculiar/webcrypto-test/build/index.js?raw';
import { type Keystore, openKeystore } from 'keyslot';
import { afterAll, describe, expect, it } from 'vitest';
import suite from 'webcrypto-test-suite/src/index.js?raw';
import { type Case, casesOf } from './collect.ts';
import { EXCLUDED } from './exclusions.ts';

const PLACES = ['in the caller', 'in the host', 'by noble'] as const;

type Register = (keys: Keystore) => readonly Case[];

const cryptoOf = ({ subtle }: Keystore) => ({
  subtle,
  getRandomValues: crypto.getRandomValues.bind(crypto),
});

const SUITES: Readonly<Record<string, Register>> = {
  'webcrypto-test-suite': (keys) =>
    casesOf(suite, (run) => (run as (config: object) => void)({ crypto: cryptoOf(keys) })),
  '@peculiar/webcrypto-test': (keys) =>
    casesOf(peculiar, (exported) => {
      const { WebcryptoTest } = exported as { WebcryptoTest: { check(crypto: object): void } };
      WebcryptoTest.check(cryptoOf(keys));
    }),
};

for (const place of PLACES) {
  const keys = await openKeystore({
    name: `packages-${place}-${crypto.randomUUID()}`,
    subtle: place === 'in the caller' ? 'caller' : 'host',
    fallback: place === 'by noble',
  });
  afterAll(() => keys.close());

  describe.each(Object.entries(SUITES))(`%s, subtle ${place}`, (name, register) => {
    const cases = register(keys);
    const excludedBy = ({ path }: Case) => EXCLUDED.find((its) => its.suite === name && its.path.test(path));
    const [excluded, included] = [cases.filter(excludedBy), cases.filter((its) => !excludedBy(its))];

    it.each(included)('$path', async ({ run }) => {
      await run();
    });
    it.each(excluded.map((its) => ({ ...its, reason: excludedBy(its)?.reason })))(
      'EXCLUDED $path: $reason',
      async ({ run }) => {
        await expect(Promise.resolve().then(run)).rejects.toThrow();
      },
    );
    it(`${cases.length} cases: ${included.length} run, ${excluded.length} excluded`, () => {
      for (const exclusion of EXCLUDED.filter((its) => its.suite === name)) {
        expect(
          cases.some(({ path }) => exclusion.path.test(path)),
          String(exclusion.path),
        ).toBe(true);
      }
    });
  });
}
