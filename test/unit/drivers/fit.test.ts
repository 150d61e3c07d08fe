// What keyslot looks at of a secret key for engines that do not.
import { expect, test } from 'vitest';
import { checkFit } from '../../../src/drivers/webcrypto/fit.ts';

const accepts = (data: Uint8Array<ArrayBuffer> | JsonWebKey, algorithm: unknown): string => {
  try {
    checkFit(data, algorithm);
    return 'accepted';
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
};

test('a secret key’s JWK is one of bytes', () => {
  const k = 'AAAAAAAAAAAAAAAAAAAAAA';
  expect(accepts({ kty: 'oct', k }, { name: 'AES-GCM' })).toBe('accepted');
  expect(accepts({ kty: 'EC', k }, { name: 'AES-GCM' })).toBe('INVALID_ARGUMENT');
  expect(accepts({ k }, { name: 'HMAC', hash: 'SHA-256' })).toBe('INVALID_ARGUMENT');
  expect(accepts({ kty: 'EC' }, { name: 'ECDSA' })).toBe('accepted');
});

test('an HMAC key has the length that is stated, to the bit', () => {
  const lengths = [120, 121, 128, 129, undefined];
  const found = lengths.map((length) => accepts(new Uint8Array(16), { name: 'HMAC', length }));
  expect(found).toEqual(['INVALID_ARGUMENT', 'accepted', 'accepted', 'INVALID_ARGUMENT', 'accepted']);
  expect(accepts(new Uint8Array(16), { name: 'AES-GCM', length: 256 })).toBe('accepted');
});
