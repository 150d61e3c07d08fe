// What the tables say of noble is what it does: each of its variants is tried, operation by operation and format by format.
import { describe, expect, it, vi } from 'vitest';
import { DIGEST_NAMES, parseDigest } from '../../../src/algorithms/digests.ts';
import { ENGINE_HASHES } from '../../../src/algorithms/hash.ts';
import { VARIANTS } from '../../../src/algorithms/index.ts';
import { detailOf, nativeDigests, nobleDetail } from '../../../src/drivers/detail.ts';
import { digest } from '../../../src/drivers/noble/digest.ts';
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

describe('the detail of digests', () => {
  it('noble has all that are not the engine’s, as capabilities() says without trying', () => {
    for (const name of DIGEST_NAMES.filter((its) => !ENGINE_HASHES.some((hash) => hash === its))) {
      const sized = /SHAKE|^KT/.test(name) ? { name, outputLength: 256 } : name;
      expect([name, digest(parseDigest(sized), new Uint8Array(1)).length]).not.toStrictEqual([name, 0]);
    }
  });

  it('an engine’s digest that fails, or has another length, is not there', async () => {
    const real = crypto.subtle.digest.bind(crypto.subtle);
    const faulty = vi.spyOn(crypto.subtle, 'digest').mockImplementation(async (algorithm, data) => {
      if (algorithm === 'SHA-1') throw new DOMException('gone', 'NotSupportedError');
      const digest = await real(algorithm, data);
      return algorithm === 'SHA-384' ? digest.slice(1) : digest;
    });
    expect(await nativeDigests()).toStrictEqual(['SHA-256', 'SHA-512']);
    faulty.mockRestore();
  });
});
