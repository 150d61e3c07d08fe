// AES-OCB (RFC 7253) on noble's AES, as in the Modern Algorithms draft. Touches secret keys. See aes-gcm.ts on timing.
import { aesFamily } from './aes.ts';
import { ocbOf } from './ocb.ts';
import { cipherOf, ivOf } from './operations.ts';

export const aesOcb = aesFamily('AES-OCB', (held) =>
  cipherOf((params) => ocbOf(held(), ivOf(params, 1, 15), params.additionalData, params.tagLength ?? 128)),
);
