// AES-GCM-SIV by noble (RFC 8452). Touches secret keys. See aes-gcm.ts on timing.
import { gcmsiv } from '@noble/ciphers/aes.js';
import { aesFamily } from './aes.ts';
import { cipherOf, ivOf } from './operations.ts';

export const aesGcmSiv = aesFamily('AES-GCM-SIV', (held) =>
  cipherOf((params) => gcmsiv(held(), ivOf(params, 12), params.additionalData)),
);
