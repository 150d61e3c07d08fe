// What nativeDetail says of this browser is what it does: tried again by hand.
import { describe, expect, it } from 'vitest';
import { nativeDetail, nativeDigests } from '../../../src/drivers/detail.ts';
import { probeNative } from '../../../src/drivers/probe.ts';

const detail = await nativeDetail();
const native = await probeNative();

describe('the detail of native algorithms', () => {
  it('lists the variants that the probe finds, each with all that its family does', () => {
    expect(new Set(detail.keys())).toStrictEqual(native);
    for (const [variant, { driver, operations, formats }] of detail) {
      expect(driver).toBe('webcrypto');
      expect([variant, operations.length]).not.toStrictEqual([variant, 0]);
      expect([variant, Object.keys(formats).length]).not.toStrictEqual([variant, 0]);
    }
  });

  it('lists the digests that the engine gives, whole', async () => {
    expect(await nativeDigests()).toStrictEqual(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']);
  });

  it('tells operations, formats and hashes apart', () => {
    expect(detail.get('ECDSA/P-256')).toStrictEqual({
      driver: 'webcrypto',
      generates: true,
      operations: ['sign', 'verify'],
      formats: {
        private: { imports: ['pkcs8', 'jwk'], exports: ['pkcs8', 'jwk'] },
        public: {
          imports: ['spki', 'raw', 'raw-public', 'jwk'],
          exports: ['spki', 'raw', 'raw-public', 'jwk'],
        },
      },
      hashes: ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'],
    });
    expect(detail.get('HKDF')).toStrictEqual({
      driver: 'webcrypto',
      generates: false,
      operations: ['deriveBits'],
      formats: { secret: { imports: ['raw', 'raw-secret'], exports: [] } },
      hashes: ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'],
    });
    expect(detail.get('AES-KW/128')).toMatchObject({ operations: ['wrap', 'unwrap'] });
    expect(detail.get('RSA-OAEP')).toMatchObject({
      operations: ['encrypt', 'decrypt'],
      hashes: ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'],
    });
  });
});
