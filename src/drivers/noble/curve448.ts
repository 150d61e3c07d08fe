// Ed448 (RFC 8032, section 5.2) and X448 (RFC 7748, section 5) by noble.
import { ed448 as nobleEd, x448 as nobleX } from '@noble/curves/ed448.js';
import { concatBytes } from '@noble/curves/utils.js';
import { shake256 } from '@noble/hashes/sha3.js';
import { agreement } from './agreement.ts';
import { eddsa } from './eddsa.ts';
import { okp } from './okp.ts';
import { pairFamily } from './pair.ts';

/** dom4(0, context), RFC 8032, section 2: pure, with its length before the context. */
function dom4(context: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concatBytes(new TextEncoder().encode('SigEd448'), Uint8Array.of(0, context.length), context);
}

// Object identifiers: RFC 8410, section 3.
export const ed448 = pairFamily(
  okp({
    name: 'Ed448',
    oid: '1.3.101.113',
    size: 57,
    generateSecret: () => nobleEd.utils.randomSecretKey(),
    publicKeyOf: (secret) => nobleEd.getPublicKey(secret),
  }),
  eddsa({
    name: 'Ed448',
    noble: nobleEd,
    challenge: (context, ...parts) => shake256(concatBytes(dom4(context), ...parts), { dkLen: 114 }),
  }),
);

export const x448 = pairFamily(
  okp({
    name: 'X448',
    oid: '1.3.101.111',
    size: 56,
    generateSecret: () => nobleX.utils.randomSecretKey(),
    publicKeyOf: (secret) => nobleX.getPublicKey(secret),
  }),
  agreement('X448', (secret, publicKey) => nobleX.getSharedSecret(secret, publicKey)),
);
