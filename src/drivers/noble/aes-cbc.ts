// AES-CBC by noble (NIST SP 800-38A, 6.2) with the padding of RFC 5652, 6.3. Touches secret keys. See aes-gcm.ts on
// timing. Nothing authenticates the data, as everywhere with this mode: that one error has every cause takes nothing
// from a caller who tells attackers that it occurred.
import { cbc } from '@noble/ciphers/aes.js';
import { aesFamily } from './aes.ts';
import { cipherOf, ivOf } from './operations.ts';

export const aesCbc = aesFamily('AES-CBC', (held) => cipherOf((params) => cbc(held(), ivOf(params, 16))));
