// AES-GCM by noble (NIST SP 800-38D), for the lengths an engine lacks: 192 bits in Chromium. Touches secret keys.
// noble's AES uses tables: its timing depends on the key, see the threat model of @noble/ciphers.
import { gcm } from '@noble/ciphers/aes.js';
import { aesFamily } from './aes.ts';
import { gcmOf } from './gcm.ts';
import { cipherOf, ivOf } from './operations.ts';

/** noble takes no shorter nonce. In bytes. */
const MIN_NONCE = 8;

export const aesGcm = aesFamily('AES-GCM', (held) =>
  cipherOf((params) => {
    const { additionalData, tagLength = 128 } = params;
    const iv = ivOf(params, 1, Number.POSITIVE_INFINITY);
    if (tagLength === 128 && iv.length >= MIN_NONCE) return gcm(held(), iv, additionalData);
    return gcmOf(held(), iv, additionalData, tagLength);
  }),
);
