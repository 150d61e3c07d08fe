// What the tables say of noble is what it does: each of its variants is tried, operation by operation and format by format.
import { describe, expect, it } from 'vitest';
import { VARIANTS } from '../../../src/algorithms/index.ts';
import { detailOf, nobleDetail } from '../../../src/drivers/detail.ts';
import { NOBLE_VARIANTS, noble } from '../../../src/drivers/noble/index.ts';

/** Their signatures take seconds each; one of the twelve has the same code and the same formats. */
const SLOW = /^SLH-DSA-(?!SHA2-128f)/;

describe('the detail of noble’s algorithms', () => {
  for (const { variant, sample } of VARIANTS) {
    if (!NOBLE_VARIANTS.has(variant) || SLOW.test(variant)) continue;
    it(`${variant}: the tables say what is seen by trying`, async () => {
      expect(nobleDetail(sample)).toStrictEqual(await detailOf(noble, sample));
    });
  }
});
