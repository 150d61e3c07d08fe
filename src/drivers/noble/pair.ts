// What noble's curves share, whatever is computed on them: formats, the pairing of halves, a private key's one copy.
// Touches private keys. The curve itself is a table of functions.

import { isBytes } from '../../algorithms/input.ts';
import { keyTypeOfImport } from '../../algorithms/material.ts';
import type { ImportAlgorithm, KeyAlgorithm, KeyFormat } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver, Imported, Material, WorkingKey } from '../driver.ts';
import { invalid, noPublicHalf, unsupported, wiped } from '../failures.ts';
import { type JwkMembers, pickJwk } from '../jwk.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { type DerAlgorithm, decodePkcs8, decodeSpki, encodePkcs8, encodeSpki } from './der.ts';

/** A private key as found, and the public half beside it. */
export interface FoundPrivate {
  readonly secret: Bytes;
  readonly publicKey: Bytes | null;
}

export interface Curve {
  readonly name: string;
  readonly der: DerAlgorithm;
  /** In bytes. */
  readonly secretSize: number;
  /** The contents of PKCS #8's privateKey. */
  encodePrivate(secret: Bytes, publicKey: Bytes): Bytes;
  decodePrivate(octets: Bytes): FoundPrivate;
  generateSecret(): Bytes;
  /** Throws (anything) if the secret is out of range. */
  publicKeyOf(secret: Bytes): Bytes;
  /** A public key as it is kept. Throws (anything) if it is none of the curve. */
  checkPublicKey(encoded: Uint8Array): Bytes;
  toJwk(publicKey: Bytes): JwkMembers;
  /** The encoded point of `x` (and `y`). Throws INVALID_ARGUMENT if the JWK is of another curve. */
  fromJwk(jwk: JwkMembers): Bytes;
}

/** What is done with keys of a curve. */
export interface Purpose {
  /** Of the private and of the public half, as a JWK's `key_ops` has them. */
  readonly usages: { readonly private: readonly string[]; readonly public: readonly string[] };
  /** The algorithm, if it is this family's. Throws otherwise. */
  complete(algorithm: ImportAlgorithm): KeyAlgorithm;
  /** `alg` of an exported JWK, for algorithms whose JWKs have it. */
  readonly alg?: string;
  /** Whether an imported JWK may have this `alg`. */
  acceptsAlg(alg: string, algorithm: KeyAlgorithm): boolean;
  /** @param held - the secret, or BAD_STATE when it was wiped; not to be kept. */
  withPrivate(held: () => Bytes, algorithm: KeyAlgorithm): Partial<WorkingKey>;
  withPublic(publicKey: Bytes, algorithm: KeyAlgorithm): Partial<WorkingKey>;
}

export function pairFamily(curve: Curve, purpose: Purpose): FamilyDriver {
  return {
    generate(): Material {
      const secret = curve.generateSecret();
      const publicKey = encodeSpki(curve.der, curve.publicKeyOf(secret));
      return { driver: 'noble', type: 'private', secret, publicKey };
    },
    import: (format, data, algorithm) => importKey(curve, purpose, format, data, algorithm),
    open(material, algorithm) {
      const { secret, publicKey } = material;
      if (publicKey === null) throw noPublicHalf();
      // Checked when it came in; decoded here once, so that verify need not.
      const point = decodeSpki(curve.der, publicKey);
      const opened: Opened = { curve, purpose, point, algorithm: purpose.complete(algorithm) };
      if (material.type === 'public') return openPublic(opened);
      if (!isBytes(secret)) throw invalid('this key belongs to another driver');
      if (secret.length !== curve.secretSize) throw invalid('the private key is not of its curve’s length');
      return openPrivate(opened, secret);
    },
  };
}

function importKey(
  curve: Curve,
  purpose: Purpose,
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  asked: ImportAlgorithm,
): Imported {
  const algorithm = purpose.complete(asked);
  const type = keyTypeOfImport(algorithm, format, data);
  const jwk = format === 'jwk' ? pickJwk(data) : null;
  if (jwk?.alg !== undefined && !purpose.acceptsAlg(jwk.alg, algorithm)) {
    throw invalid(
      'alg of the JWK is not that of the key’s algorithm; leave it out, or import it as what it is',
    );
  }
  if (type === 'public') {
    const point = checkedPoint(curve, jwk ? curve.fromJwk(jwk) : findPublic(curve, format, data));
    const publicKey = encodeSpki(curve.der, point);
    return { material: { driver: 'noble', type, secret: null, publicKey }, algorithm };
  }
  const { secret, publicKey: stated } = jwk ? privateOfJwk(curve, jwk) : findPrivate(curve, format, data);
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

function bytesOf(format: KeyFormat, data: unknown): Bytes {
  if (isBytes(data)) return data;
  throw invalid(`a key in format '${format}' must be a Uint8Array`);
}

function findPublic(curve: Curve, format: KeyFormat, data: unknown): Uint8Array {
  const bytes = bytesOf(format, data);
  return format === 'spki' ? decodeSpki(curve.der, bytes) : bytes;
}

function findPrivate(curve: Curve, format: KeyFormat, data: unknown): FoundPrivate {
  const octets = decodePkcs8(curve.der, bytesOf(format, data));
  try {
    return curve.decodePrivate(octets);
  } finally {
    octets.fill(0);
  }
}

function privateOfJwk(curve: Curve, jwk: JwkMembers): FoundPrivate {
  const publicKey = curve.fromJwk(jwk);
  return { secret: decodeBase64url(jwk.d, curve.secretSize, 'd of the JWK'), publicKey };
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
    throw invalid(`the public key is not one of ${curve.name}`, cause);
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

interface Opened {
  readonly curve: Curve;
  readonly purpose: Purpose;
  readonly point: Bytes;
  readonly algorithm: KeyAlgorithm;
}

function publicJwk({ curve, purpose, point }: Opened): JsonWebKey {
  return { ...curve.toJwk(point), ...(purpose.alg === undefined ? {} : { alg: purpose.alg }), ext: true };
}

function openPrivate(opened: Opened, material: Bytes): WorkingKey {
  const { curve, purpose, point, algorithm } = opened;
  // The one copy, in a buffer that only this closure has. The scalars that noble derives from it for an operation are
  // bigints, which nothing can clear; for that reason none is kept between operations, though it would save Ed448
  // about half of the time of each signature.
  const secret = new Uint8Array(material);
  let live = true;
  const held = (): Bytes => {
    if (!live) throw wiped();
    return secret;
  };
  return {
    ...openPublic(opened),
    ...purpose.withPrivate(held, algorithm),
    exportKey(format) {
      if (format === 'pkcs8') return writePkcs8(curve, held(), point);
      if (format !== 'jwk') throw invalid("a private key has the formats 'pkcs8' and 'jwk'");
      return { ...publicJwk(opened), d: encodeBase64url(held()), key_ops: [...purpose.usages.private] };
    },
    copySecret: () => new Uint8Array(held()),
    wipe() {
      live = false;
      secret.fill(0);
    },
  };
}

function openPublic(opened: Opened): WorkingKey {
  const { curve, purpose, point, algorithm } = opened;
  const exportPublicKey = (format: KeyFormat): Bytes | JsonWebKey => {
    if (format === 'spki') return encodeSpki(curve.der, point);
    if (format === 'raw' || format === 'raw-public') return new Uint8Array(point);
    if (format === 'jwk') return { ...publicJwk(opened), key_ops: [...purpose.usages.public] };
    throw invalid("a public key has the formats 'spki', 'raw', 'raw-public' and 'jwk'");
  };
  return {
    ...purpose.withPublic(point, algorithm),
    exportKey: exportPublicKey,
    exportPublicKey,
    copySecret: () => null,
    wipe: () => {},
  };
}

export function foreign(): Error {
  return unsupported('noble has no such algorithm on this curve');
}

/** For public values; it stops at the first difference. */
function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
