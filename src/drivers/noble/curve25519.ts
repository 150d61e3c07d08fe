// Ed25519 (RFC 8032, section 5.1) and X25519 (RFC 7748, section 5) by noble.
import { ed25519 as nobleEd, x25519 as nobleX } from '@noble/curves/ed25519.js';
import { concatBytes } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { agreement } from './agreement.ts';
import { eddsa } from './eddsa.ts';
import { okp } from './okp.ts';
import { pairFamily } from './pair.ts';

// Object identifiers: RFC 8410, section 3.
export const ed25519 = pairFamily(
  okp({
    name: 'Ed25519',
    oid: '1.3.101.112',
    size: 32,
    generateSecret: () => nobleEd.utils.randomSecretKey(),
    publicKeyOf: (secret) => nobleEd.getPublicKey(secret),
  }),
  eddsa({ name: 'Ed25519', noble: nobleEd, challenge: (_, ...parts) => sha512(concatBytes(...parts)) }),
);

export const x25519 = pairFamily(
  okp({
    name: 'X25519',
    oid: '1.3.101.110',
    size: 32,
    generateSecret: () => nobleX.utils.randomSecretKey(),
    publicKeyOf: (secret) => nobleX.getPublicKey(secret),
  }),
  agreement('X25519', (secret, publicKey) => nobleX.getSharedSecret(secret, publicKey)),
);
