// AES-CMAC by noble (RFC 4493, NIST SP 800-38B). Touches secret keys. See aes-gcm.ts on timing.
import { cmac } from '@noble/ciphers/aes.js';
import { aesFamily } from './aes.ts';
import { macOf } from './operations.ts';

export const aesCmac = aesFamily('AES-CMAC', (held) => macOf((data) => cmac(data, held())));
