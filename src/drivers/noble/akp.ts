// What noble's post-quantum families share: an "algorithm key pair" (RFC 9881, RFC 9935, RFC 9909; JWK of type AKP),
// whose formats differ only in sizes and names. Touches private keys; what is computed with them is the family's.

import { isBytes } from '../../algorithms/input.ts';
import { keyTypeOfImport } from '../../algorithms/material.ts';
import type { KeyAlgorithm, KeyFormat, PlainName } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver, Imported, MaybePromise, WorkingKey } from '../driver.ts';
import { invalid, noPublicHalf, unsupported, wiped } from '../failures.ts';
import { pickJwk } from '../jwk.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { decodePkcs8, decodeSpki, encodePkcs8, encodeSpki } from './der.ts';

/** Sizes in bytes. */
export interface Scheme {
  readonly name: PlainName;
  /** `null` where no structure of ASN.1 is defined: then the public half is kept as its bare bytes. */
  readonly oid: string | null;
  /** The private key's own format: a seed where there is one. */
  readonly secretFormat: 'raw-seed' | 'raw-private';
  readonly secretSize: number;
  readonly publicSize: number;
  /** What PKCS #8's OCTET STRING holds, in a buffer of its own; and back, in a buffer of its own. */
  encodePrivate(secret: Bytes): Bytes;
  decodePrivate(octets: Bytes): Bytes;
  /** Whether making a key and signing leave the host's thread to others. */
  readonly apart?: boolean;
  generateSecret(): MaybePromise<Bytes>;
  publicKeyOf(secret: Bytes): Bytes;
  /** Throws (anything) for bytes of the right size that are no public key. */
  checkPublicKey?(publicKey: Bytes): void;
  /** What the private operations take, in a buffer of its own. */
  expand(secret: Bytes): Bytes;
  withPublic(publicKey: Bytes): Operations;
  /** @param expanded - made at first use, kept until the wipe. Throws `BAD_STATE` from then on. */
  withPrivate(expanded: () => Bytes): Operations;
}

export type Operations = Pick<WorkingKey, 'sign' | 'verify' | 'encapsulate' | 'decapsulate'>;

export function akpFamily(scheme: Scheme): FamilyDriver {
  const { apart = false } = scheme;
  return {
    apart,
    async generate() {
      const secret = await scheme.generateSecret();
      const publicKey = kept(scheme, scheme.publicKeyOf(secret));
      return { driver: 'noble', type: 'private', secret, publicKey };
    },
    import: (format, data) => importKey(scheme, format, data),
    open({ secret, publicKey, type }) {
      if (publicKey === null) throw noPublicHalf();
      const half = openPublic(scheme, restored(scheme, publicKey));
      if (type === 'public') return half;
      if (!isBytes(secret)) throw invalid('this key belongs to another driver');
      if (secret.length !== scheme.secretSize)
        throw invalid('the private key is not of its algorithm’s length');
      return openPrivate(scheme, secret, half);
    },
  };
}

function importKey(scheme: Scheme, format: KeyFormat, data: Bytes | JsonWebKey): Imported {
  const algorithm: KeyAlgorithm = { name: scheme.name };
  if (keyTypeOfImport(algorithm, format, data) === 'public') {
    const publicKey = kept(scheme, checkedPublic(scheme, findPublic(scheme, format, data)));
    return { material: { driver: 'noble', type: 'public', secret: null, publicKey }, algorithm };
  }
  const secret = findPrivate(scheme, format, data);
  try {
    if (secret.length !== scheme.secretSize) {
      throw invalid(`the private key of ${scheme.name} must be ${scheme.secretSize} bytes`);
    }
    const derived = scheme.publicKeyOf(secret);
    if (format === 'jwk' && !sameBytes(findPublic(scheme, format, data), derived)) {
      throw invalid('pub of the JWK does not belong to its priv');
    }
    const publicKey = kept(scheme, derived);
    return { material: { driver: 'noble', type: 'private', secret, publicKey }, algorithm };
  } catch (error) {
    secret.fill(0);
    throw error;
  }
}

function identified({ oid, name }: Scheme): { oid: string } {
  if (oid === null) throw unsupported(`${name} has no format of ASN.1`);
  return { oid };
}

/** What a record keeps of a public half. */
function kept(scheme: Scheme, publicKey: Bytes): Bytes {
  return scheme.oid === null ? new Uint8Array(publicKey) : encodeSpki(identified(scheme), publicKey);
}

function restored(scheme: Scheme, publicKey: Bytes): Bytes {
  return scheme.oid === null ? checkedPublic(scheme, publicKey) : decodeSpki(identified(scheme), publicKey);
}

function findPublic(scheme: Scheme, format: KeyFormat, data: Bytes | JsonWebKey): Bytes {
  if (format === 'jwk')
    return decodeBase64url(membersOf(scheme, data).pub, scheme.publicSize, 'pub of the JWK');
  if (!isBytes(data)) throw invalid(`a key in format '${format}' must be a Uint8Array`);
  return format === 'spki' ? decodeSpki(identified(scheme), data) : data;
}

/** In a buffer of its own. */
function findPrivate(scheme: Scheme, format: KeyFormat, data: Bytes | JsonWebKey): Bytes {
  if (format === 'jwk') {
    return decodeBase64url(membersOf(scheme, data).priv, scheme.secretSize, 'priv of the JWK');
  }
  if (!isBytes(data)) throw invalid(`a key in format '${format}' must be a Uint8Array`);
  if (format !== 'pkcs8') return new Uint8Array(data);
  const octets = decodePkcs8(identified(scheme), data);
  try {
    return scheme.decodePrivate(octets);
  } finally {
    octets.fill(0);
  }
}

function membersOf({ name }: Scheme, data: unknown) {
  const jwk = pickJwk(data);
  if (jwk.kty === 'AKP' && jwk.alg === name) return jwk;
  throw invalid(`the JWK must have kty 'AKP' and alg '${name}'`);
}

function checkedPublic(scheme: Scheme, publicKey: Bytes): Bytes {
  if (publicKey.length === scheme.publicSize) {
    try {
      scheme.checkPublicKey?.(publicKey);
      return publicKey;
    } catch (cause) {
      throw invalid(`the public key is none of ${scheme.name}`, cause);
    }
  }
  throw invalid(`the public key of ${scheme.name} must be ${scheme.publicSize} bytes`);
}

function openPrivate(scheme: Scheme, material: Bytes, half: WorkingKey): WorkingKey {
  const secret = new Uint8Array(material);
  let expanded: Bytes | null = null;
  let live = true;
  const held = (): Bytes => {
    if (!live) throw wiped();
    return secret;
  };
  return {
    ...half,
    signsApart: scheme.apart ?? false,
    ...scheme.withPrivate(() => {
      expanded ??= scheme.expand(held());
      return expanded;
    }),
    exportKey(format) {
      if (format === scheme.secretFormat) return new Uint8Array(held());
      if (format === 'pkcs8') return exportPkcs8(scheme, held());
      if (format !== 'jwk') throw invalid(`a private key of ${scheme.name} has no format '${format}'`);
      return { ...half.exportPublicKey(format), priv: encodeBase64url(held()) };
    },
    copySecret: () => new Uint8Array(held()),
    wipe() {
      live = false;
      secret.fill(0);
      expanded?.fill(0);
      expanded = null;
    },
  };
}

function exportPkcs8(scheme: Scheme, secret: Bytes): Bytes {
  const octets = scheme.encodePrivate(secret);
  try {
    return encodePkcs8(identified(scheme), octets);
  } finally {
    octets.fill(0);
  }
}

function openPublic(scheme: Scheme, publicKey: Bytes): WorkingKey {
  const exportPublicKey = (format: KeyFormat): Bytes | JsonWebKey => {
    if (format === 'spki') return encodeSpki(identified(scheme), publicKey);
    if (format === 'raw-public') return new Uint8Array(publicKey);
    const jwk = { kty: 'AKP', alg: scheme.name, pub: encodeBase64url(publicKey) };
    if (format === 'jwk') return jwk;
    throw invalid("a public key has the formats 'spki', 'raw-public' and 'jwk'");
  };
  return {
    ...scheme.withPublic(publicKey),
    exportKey: exportPublicKey,
    exportPublicKey,
    copySecret: () => null,
    wipe: () => {},
  };
}

/** For public values; it stops at the first difference. */
function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
