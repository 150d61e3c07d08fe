// Keys of Ed25519, Ed448, X25519 and X448: RFC 8410 and, as JWK, RFC 8037. Any bytes of the right length are a public
// key, as in every engine: RFC 7748 has no others, and for EdDSA a bad one verifies nothing. Touches private keys.
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { decodeOctets, encodeOctets } from './der.ts';
import type { Curve } from './pair.ts';

export interface Okp {
  readonly name: 'Ed25519' | 'Ed448' | 'X25519' | 'X448';
  readonly oid: string;
  /** Of both halves, in bytes. */
  readonly size: number;
  generateSecret(): Bytes;
  publicKeyOf(secret: Bytes): Bytes;
}

export function okp({ name, oid, size, generateSecret, publicKeyOf }: Okp): Curve {
  return {
    name,
    der: { oid },
    secretSize: size,
    encodePrivate: (secret) => encodeOctets(secret),
    decodePrivate: (octets) => ({ secret: decodeOctets(octets), publicKey: null }),
    generateSecret,
    publicKeyOf,
    checkPublicKey(encoded) {
      if (encoded.length === size) return new Uint8Array(encoded);
      throw new Error(`not ${size} bytes`);
    },
    toJwk: (publicKey) => ({ kty: 'OKP', crv: name, x: encodeBase64url(publicKey) }),
    fromJwk(jwk) {
      if (jwk.kty === 'OKP' && jwk.crv === name) return decodeBase64url(jwk.x, size, 'x of the JWK');
      throw invalid(`the JWK must have kty 'OKP' and crv '${name}'`);
    },
  };
}
