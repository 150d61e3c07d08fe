// ECPrivateKey (RFC 5915), the private key inside an EC key's PKCS #8, as OpenSSL and the engines write it: with its
// public half, and without a second naming of the curve. Touches private keys, see asn1.ts.
import {
  type BaseBlock,
  BitString,
  Constructed,
  Integer,
  ObjectIdentifier,
  OctetString,
  Sequence,
} from 'asn1js';
import type { Bytes } from '../driver.ts';
import { bitsOf, CONTEXT, elementsOf, isSame, isTagged, malformed } from './asn1.ts';
import { over, sequenceOf, stringOf } from './der.ts';

export interface FoundEcKey {
  /** In a buffer of its own: the caller's to clear. */
  readonly secret: Bytes;
  readonly publicKey: Bytes | null;
}

/** Neither argument is kept or cleared. */
export function encodeEcPrivateKey(secret: Bytes, publicKey: Bytes): Bytes {
  const blank = new OctetString({ valueHex: new Uint8Array(secret.length) });
  const half = tagged(1, new BitString({ valueHex: publicKey }));
  const der = new Uint8Array(new Sequence({ value: [new Integer({ value: 1 }), blank, half] }).toBER());
  return over(der, secret, sequenceOf(der)[1]);
}

/**
 * @param curve - object identifier of the curve, which may be named here again.
 * @throws KeystoreError `INVALID_ARGUMENT` for anything but such a key of this curve.
 */
export function decodeEcPrivateKey(curve: string, der: Bytes): FoundEcKey {
  const [version, privateKey, ...optional] = sequenceOf(der);
  const secret = stringOf(privateKey);
  if (!isSame(version, new Integer({ value: 1 }))) throw malformed();
  const named = tagged(0, new ObjectIdentifier({ value: curve }));
  if (isTagged(optional[0], 0) && !isSame(optional.shift(), named)) throw malformed();
  const publicKey = isTagged(optional[0], 1) ? publicHalf(optional.shift()) : null;
  if (optional.length > 0) throw malformed();
  return { secret: new Uint8Array(secret), publicKey };
}

function publicHalf(block: BaseBlock | undefined): Bytes {
  const [bits, ...rest] = elementsOf(block);
  if (rest.length > 0) throw malformed();
  return new Uint8Array(bitsOf(bits));
}

function tagged(tagNumber: number, inner: BaseBlock): Constructed {
  return new Constructed({ idBlock: { tagClass: CONTEXT, tagNumber }, value: [inner] });
}
