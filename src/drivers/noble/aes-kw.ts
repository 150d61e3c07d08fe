// AES-KW by noble (RFC 3394, NIST SP 800-38F, 6.2). Touches secret keys and the keys that they wrap. See aes-gcm.ts on
// timing.
import { aeskw } from '@noble/ciphers/aes.js';
import { invalid } from '../failures.ts';
import { aesFamily } from './aes.ts';
import { decryptWith } from './operations.ts';

export const aesKw = aesFamily('AES-KW', (held) => ({
  wrap(data) {
    if (data.length >= 16 && data.length % 8 === 0) return aeskw(held()).encrypt(data);
    throw invalid('AES-KW wraps a multiple of 8 bytes, 16 at least (RFC 3394, section 2)');
  },
  unwrap: (data) => decryptWith(aeskw(held()), data),
}));
