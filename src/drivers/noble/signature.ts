// What noble's signature families share: formats, the pairing of halves, a private key's one copy.
// Touches private keys. The curve itself is a table of functions.
import { keyTypeOfImport } from '../../algorithms/index.ts';
import { isBytes } from '../../algorithms/input.ts';
import type { HashName, ImportAlgorithm, KeyAlgorithm, KeyFormat } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver, Imported, Material, WorkingKey } from '../driver.ts';
import { invalid, noPublicHalf, unsupported, wiped } from '../failures.ts';
import { type JwkMembers, pickJwk } from '../jwk.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { type DerAlgorithm, decodePkcs8, decodeSpki, encodePkcs8, encodeSpki } from './der.ts';

/** Sign and verify may differ by the key's hash, so they are made per key. */
export interface Signing {
  sign(data: Bytes, secret: Bytes): Bytes;
  verify(signature: Bytes, data: Bytes, publicKey: Bytes): boolean;
}

/** A private key as found, and the public half beside it. */
export interface FoundPrivate {
  readonly secret: Bytes;
  readonly publicKey: Bytes | null;
}

export interface Curve {
  readonly name: string;
  readonly der: DerAlgorithm;
  /** The contents of PKCS #8's privateKey. */
  readonly encodePrivate: (secret: Bytes, publicKey: Bytes) => Bytes;
  readonly decodePrivate: (octets: Bytes) => FoundPrivate;
  /** Sizes in bytes. */
  readonly secretSize: number;
  readonly signatureSize: number;
  generateSecret(): Bytes;
  /** Throws (anything) if the secret is out of range. */
  publicKeyOf(secret: Bytes): Bytes;
  /** The canonical encoding of a point. Throws (anything) if it is not one of the curve. */
  checkPublicKey(encoded: Uint8Array): Bytes;
  toJwk(publicKey: Bytes): JwkMembers;
  /** The encoded point of `x` (and `y`). Throws INVALID_ARGUMENT if the JWK is of another curve. */
  fromJwk(jwk: JwkMembers, algorithm: ImportAlgorithm): Bytes;
  signing(algorithm: KeyAlgorithm): Signing;
}

/** The hash of an ECDSA algorithm; a family's algorithm is known by the time it is used. */
export function hashOf(algorithm: ImportAlgorithm): HashName {
  if (algorithm.name === 'ECDSA' && algorithm.hash !== 'any') return algorithm.hash;
  throw invalid('this algorithm belongs to another driver');
}

export function signatureFamily(curve: Curve): FamilyDriver {
  return {
    generate(): Material {
      const secret = curve.generateSecret();
      const publicKey = encodeSpki(curve.der, curve.publicKeyOf(secret));
      return { driver: 'noble', type: 'private', secret, publicKey };
    },
    import: (format, data, algorithm) => importKey(curve, format, data, algorithm),
    open(material, algorithm) {
      const { secret, publicKey } = material;
      if (publicKey === null) throw noPublicHalf();
      // Checked when it came in; decoded here once, so that verify need not.
      const point = decodeSpki(curve.der, publicKey);
      if (material.type === 'public') return openPublic(curve, point, algorithm);
      if (!isBytes(secret)) throw invalid('this key belongs to another driver');
      if (secret.length !== curve.secretSize) throw invalid('the private key is not of its curve’s length');
      return openPrivate(curve, secret, point, algorithm);
    },
  };
}

function importKey(
  curve: Curve,
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  asked: ImportAlgorithm,
): Imported {
  const algorithm = complete(asked);
  if (keyTypeOfImport(algorithm, format, data) === 'public') {
    const point = checkedPoint(curve, findPublic(curve, format, data, algorithm));
    const publicKey = encodeSpki(curve.der, point);
    return { material: { driver: 'noble', type: 'public', secret: null, publicKey }, algorithm };
  }
  const { secret, publicKey: stated } = findPrivate(curve, format, data, algorithm);
  try {
    const point = derivePoint(curve, secret);
    if (stated !== null && !sameBytes(checkedPoint(curve, stated), point)) {
      throw invalid('the public half in the key does not belong to its private half');
    }
    const publicKey = encodeSpki(curve.der, point);
    const kept = new Uint8Array(secret);
    return { material: { driver: 'noble', type: 'private', secret: kept, publicKey }, algorithm };
  } finally {
    secret.fill(0);
  }
}

function findPublic(curve: Curve, format: KeyFormat, data: unknown, algorithm: KeyAlgorithm): Uint8Array {
  if (format === 'jwk') return curve.fromJwk(pickJwk(data), algorithm);
  if (!isBytes(data)) throw invalid(`a key in format '${format}' must be a Uint8Array`);
  return format === 'spki' ? decodeSpki(curve.der, data) : data;
}

function findPrivate(curve: Curve, format: KeyFormat, data: unknown, algorithm: KeyAlgorithm): FoundPrivate {
  if (format === 'jwk') {
    const jwk = pickJwk(data);
    const publicKey = new Uint8Array(curve.fromJwk(jwk, algorithm));
    return { secret: decodeBase64url(jwk.d, curve.secretSize, 'd of the JWK'), publicKey };
  }
  if (!isBytes(data)) throw invalid(`a key in format '${format}' must be a Uint8Array`);
  const octets = decodePkcs8(curve.der, data);
  try {
    return curve.decodePrivate(octets);
  } finally {
    octets.fill(0);
  }
}

function writePkcs8(curve: Curve, secret: Bytes, point: Bytes): Bytes {
  const octets = curve.encodePrivate(secret, point);
  try {
    return encodePkcs8(curve.der, octets);
  } finally {
    octets.fill(0);
  }
}

function derivePoint(curve: Curve, secret: Bytes): Bytes {
  if (secret.length === curve.secretSize) {
    try {
      return curve.publicKeyOf(secret);
    } catch {
      // Refused below; the library's message may speak of the secret, so it is not kept.
    }
  }
  throw invalid(`the private key must be ${curve.secretSize} bytes in the range of ${curve.name}`);
}

function checkedPoint(curve: Curve, encoded: Uint8Array): Bytes {
  try {
    return curve.checkPublicKey(encoded);
  } catch (cause) {
    throw invalid(`the public key is not a point of ${curve.name}`, cause);
  }
}

function openPrivate(curve: Curve, material: Bytes, point: Bytes, algorithm: KeyAlgorithm): WorkingKey {
  const signing = curve.signing(algorithm);
  // The one copy, in a buffer that only this closure has. The scalars that noble derives from it for a
  // signature are bigints, which nothing can clear; for that reason none is kept between signatures,
  // though it would save Ed448 about half of the time of each.
  const secret = new Uint8Array(material);
  let live = true;
  const held = (): Bytes => {
    if (!live) throw wiped();
    return secret;
  };
  const half = openPublic(curve, point, algorithm);
  return {
    ...half,
    sign: (data) => signing.sign(data, held()),
    exportKey(format) {
      if (format === 'pkcs8') return writePkcs8(curve, held(), point);
      if (format !== 'jwk') throw invalid("a private key has the formats 'pkcs8' and 'jwk'");
      return { ...curve.toJwk(point), d: encodeBase64url(held()), ext: true, key_ops: ['sign'] };
    },
    copySecret: () => new Uint8Array(held()),
    wipe() {
      live = false;
      secret.fill(0);
    },
  };
}

function openPublic(curve: Curve, point: Bytes, algorithm: KeyAlgorithm): WorkingKey {
  const signing = curve.signing(algorithm);
  const exportPublicKey = (format: KeyFormat): Bytes | JsonWebKey => {
    if (format === 'spki') return encodeSpki(curve.der, point);
    if (format === 'raw') return new Uint8Array(point);
    if (format === 'jwk') return { ...curve.toJwk(point), ext: true, key_ops: ['verify'] };
    throw invalid("a public key has the formats 'spki', 'raw' and 'jwk'");
  };
  return {
    // noble throws for a signature of the wrong length; WebCrypto, and so keyslot, calls it invalid.
    verify: (signature, data) =>
      signature.length === curve.signatureSize && signing.verify(signature, data, point),
    exportKey: exportPublicKey,
    exportPublicKey,
    copySecret: () => null,
    wipe: () => {},
  };
}

function complete(algorithm: ImportAlgorithm): KeyAlgorithm {
  if (algorithm.name === 'ECDSA' || algorithm.name === 'Ed448') return algorithm;
  throw unsupported('noble has no such signature algorithm here');
}

/** For public values; it stops at the first difference. */
function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
