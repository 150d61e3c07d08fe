// What an earlier host has found is believed only where it is whole, recent and of this very browser.
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VARIANTS } from '../../../src/algorithms/index.ts';
import { browserNow, readFound, writeFound } from '../../../src/host/found.ts';

afterEach(() => vi.unstubAllGlobals());

const NATIVE = new Set(['AES-GCM/256', 'ECDSA/P-256', 'HMAC']);
const BROWSER = '["0.1.0","Some/1.0",null]';
const NOW = 1_800_000_000_000;
const WEEK = 7 * 24 * 3_600_000;
const found = writeFound(NATIVE, BROWSER, NOW);

describe('what an earlier host has found', () => {
  it('is read as it was written, through a clone, for a week', () => {
    expect(readFound(structuredClone(found), BROWSER, NOW)).toStrictEqual(NATIVE);
    expect(readFound(found, BROWSER, NOW + WEEK)).toStrictEqual(NATIVE);
    const all = new Set(VARIANTS.map(({ variant }) => variant));
    expect(readFound(writeFound(all, BROWSER, NOW), BROWSER, NOW)).toStrictEqual(all);
  });

  it('is not believed of another browser or build, when it is old, or from the future', () => {
    expect(readFound(found, `${BROWSER} `, NOW)).toBeUndefined();
    expect(readFound(found, BROWSER, NOW + WEEK + 1)).toBeUndefined();
    expect(readFound(found, BROWSER, NOW - 1)).toBeUndefined();
  });

  it('is not believed with a variant that is none, one twice, or any member that is not ours', () => {
    for (const junk of [
      { ...found, variants: [...found.variants, 'constructor'] },
      { ...found, variants: ['HMAC', 'HMAC'] },
      { ...found, variants: 'HMAC' },
      { ...found, variants: [1] },
      { ...found, at: `${NOW}` },
      { ...found, at: Number.NaN },
      { ...found, more: true },
      { variants: found.variants },
      [found],
    ]) {
      expect(readFound(junk, BROWSER, NOW)).toBeUndefined();
    }
  });

  it('of any value whatever, is a set of variants or nothing', () => {
    const known = new Set(VARIANTS.map(({ variant }) => variant));
    void fc.assert(
      fc.property(fc.anything(), (junk) => {
        expect(readFound(junk, BROWSER, NOW)).toBeUndefined();
        const read = readFound({ ...found, variants: junk }, BROWSER, NOW);
        for (const variant of read ?? []) expect(known).toContain(variant);
      }),
    );
  });

  it('is kept under the full version, where the browser tells it: the user agent may not', async () => {
    const told = (version: string) => ({
      userAgent: 'Some/1.0.0.0',
      userAgentData: {
        getHighEntropyValues: async () => ({ fullVersionList: [{ brand: 'Some', version }] }),
      },
    });
    const of = (navigator: object) => {
      vi.stubGlobal('navigator', navigator);
      return browserNow();
    };
    const names = [
      await of(told('1.0.1')),
      await of(told('1.0.2')),
      await of({ userAgent: 'Some/1.0.0.0' }),
      await of({ userAgent: 'Some/1.0.0.0', userAgentData: {} }),
      await of({ userAgent: 'Other/1.0' }),
    ];
    expect(new Set(names).size).toBe(4);
    expect(names[2]).toBe(names[3]);
  });
});
