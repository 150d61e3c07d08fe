// What an earlier worker has found of operations and formats is told only where it is whole, recent and of this very browser.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VariantDetail } from '../../../src/algorithms/types.ts';
import { type FoundDetail, readDetail, writeDetail } from '../../../src/host/found-detail.ts';

const BROWSER = '["0.1.0","Some/1.0",null]';
const NOW = 1_800_000_000_000;
const WEEK = 7 * 24 * 3_600_000;
const HMAC: VariantDetail = {
  driver: 'webcrypto',
  generates: true,
  operations: ['sign', 'verify'],
  formats: { secret: { imports: ['raw', 'jwk'], exports: ['raw'] } },
  hashes: ['SHA-256', 'SHA3-256'],
};
const EC: VariantDetail = {
  driver: 'webcrypto',
  generates: true,
  operations: ['deriveBits'],
  formats: { private: { imports: [], exports: [] }, public: { imports: ['spki'], exports: [] } },
};
const all: FoundDetail = {
  variants: new Map([
    ['HMAC', HMAC],
    ['ECDH/P-256', EC],
  ]),
  digests: ['SHA-1', 'SHA-256'],
};
const found = writeDetail(all, BROWSER, NOW);
const withHmac = (detail: unknown) => ({ ...found, details: [{ variant: 'HMAC', detail }] });

describe('what an earlier worker has found', () => {
  it('is read as it was written, through a clone, for a week', () => {
    expect(readDetail(structuredClone(found), BROWSER, NOW + WEEK)).toStrictEqual(all);
    expect(readDetail(found, BROWSER, NOW + WEEK + 1)).toBeUndefined();
    expect(readDetail(found, `${BROWSER} `, NOW)).toBeUndefined();
  });

  it('is nothing where it is from before digests were told', () => {
    const { digests, ...earlier } = found;
    expect(digests).toStrictEqual(['SHA-1', 'SHA-256']);
    expect(readDetail(earlier, BROWSER, NOW)).toBeUndefined();
  });

  it('is nothing where any part of it is none of ours', () => {
    for (const junk of [
      { ...found, more: true },
      { ...found, details: [...found.details, ...found.details] },
      { ...found, details: [{ variant: 'constructor', detail: HMAC }] },
      { ...found, digests: ['SHA3-256'] },
      { ...found, digests: { 'SHA-256': 'webcrypto' } },
      withHmac({ ...HMAC, driver: 'noble' }),
      withHmac({ ...HMAC, operations: ['sign', 'toString'] }),
      withHmac({ ...HMAC, formats: { ...HMAC.formats, other: { imports: [], exports: [] } } }),
      withHmac({ ...HMAC, formats: { secret: { imports: ['raw'] } } }),
      withHmac({ ...HMAC, hashes: [1] }),
    ]) {
      expect(readDetail(junk, BROWSER, NOW)).toBeUndefined();
    }
    void fc.assert(
      fc.property(fc.anything(), (junk) => {
        expect(readDetail(junk, BROWSER, NOW)).toBeUndefined();
        expect(readDetail(withHmac(junk), BROWSER, NOW)).toBeUndefined();
      }),
    );
  });
});
