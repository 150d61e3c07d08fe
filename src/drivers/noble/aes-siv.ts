// AES-SIV by noble (RFC 5297): the tag comes first, and is the initial vector. Touches secret keys. See aes-gcm.ts on
// timing.
import { aessiv } from '@noble/ciphers/aes.js';
import { aesFamily } from './aes.ts';
import { cipherOf } from './operations.ts';

// A nonce is the last component before the plaintext (RFC 5297, section 3). What is absent is no component at all,
// which is not the same as an empty one.
export const aesSiv = aesFamily('AES-SIV', (held) =>
  cipherOf(({ additionalData, iv }) =>
    aessiv(held(), ...[additionalData, iv].filter((component) => component !== undefined)),
  ),
);
