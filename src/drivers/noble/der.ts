// SubjectPublicKeyInfo (RFC 5280, section 4.1) and PKCS #8 (RFC 5958) of every family, as the engines write them.
// They are read as strictly as the strictest engine reads them: version 0, no public half beside the private key (the
// one in an ECPrivateKey is inside of it), attributes passed over. Touches private keys, see asn1.ts.
import {
  Set as AsnSet,
  type BaseBlock,
  BitString,
  Constructed,
  Integer,
  ObjectIdentifier,
  OctetString,
  Primitive,
  Sequence,
} from 'asn1js';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';
import { bitsOf, CONTEXT, elementsOf, isSame, isTagged, malformed, octetsOf, read, write } from './asn1.ts';

/** An AlgorithmIdentifier: its object identifier, and the curve's where EC keys have it as the parameters. */
export interface DerAlgorithm {
  readonly oid: string;
  readonly curve?: string;
}

export function encodeSpki(algorithm: DerAlgorithm, publicKey: Bytes): Bytes {
  return write(new Sequence({ value: [identifierOf(algorithm), new BitString({ valueHex: publicKey })] }));
}

/** @throws KeystoreError `INVALID_ARGUMENT` if it is no SPKI, or one of another algorithm. */
export function decodeSpki(algorithm: DerAlgorithm, der: Bytes): Bytes {
  const [identifier, publicKey, ...rest] = sequenceOf(der);
  const bits = bitsOf(publicKey);
  if (rest.length > 0) throw malformed();
  checkIdentifier(identifier, algorithm);
  return new Uint8Array(bits);
}

/** @param privateKey - what the algorithm puts into the OCTET STRING: an encoding of its own. Not kept, not cleared. */
export function encodePkcs8(algorithm: DerAlgorithm, privateKey: Bytes): Bytes {
  const blank = new OctetString({ valueHex: new Uint8Array(privateKey.length) });
  const der = write(new Sequence({ value: [new Integer({ value: 0 }), identifierOf(algorithm), blank] }));
  return over(der, privateKey, elementsOf(read(der))[2]);
}

/**
 * @returns what is in the OCTET STRING, in a buffer of its own: the caller's to clear.
 * @throws KeystoreError `INVALID_ARGUMENT` if it is no PKCS #8, or one of another algorithm.
 */
export function decodePkcs8(algorithm: DerAlgorithm, der: Bytes): Bytes {
  const [version, identifier, privateKey, attributes, ...rest] = sequenceOf(der);
  const octets = stringOf(privateKey);
  const isKnown = isSame(version, new Integer({ value: 0 }));
  if (!isKnown || rest.length > 0 || (attributes && !areAttributes(attributes))) throw malformed();
  checkIdentifier(identifier, algorithm);
  return new Uint8Array(octets);
}

/**
 * An OCTET STRING, such as RFC 8410's CurvePrivateKey; with `tag`, a context-specific element in its place
 * (`[0] IMPLICIT`), such as the seed of RFC 9881 and RFC 9935. Not kept, not cleared.
 */
export function encodeOctets(secret: Bytes, tag?: number): Bytes {
  const valueHex = new Uint8Array(secret.length);
  const blank =
    tag === undefined
      ? new OctetString({ valueHex })
      : new Primitive({ idBlock: { tagClass: CONTEXT, tagNumber: tag }, valueHex });
  const der = write(blank);
  return over(der, secret, read(der));
}

/**
 * @returns the octets, in a buffer of their own: the caller's to clear.
 * @throws KeystoreError `INVALID_ARGUMENT` for any other element.
 */
export function decodeOctets(der: Bytes, tag?: number): Bytes {
  const found = read(der);
  if (tag === undefined) return new Uint8Array(stringOf(found));
  if (isTagged(found, tag)) return new Uint8Array(octetsOf(found));
  throw malformed();
}

/** Writes a secret over the zeros that stand for it in `der`; `place` is the element, read from `der`. */
export function over(der: Bytes, secret: Bytes, place: BaseBlock | undefined): Bytes {
  octetsOf(place).set(secret);
  return der;
}

export function sequenceOf(der: Bytes): readonly BaseBlock[] {
  const found = read(der);
  if (found instanceof Sequence) return elementsOf(found);
  throw malformed();
}

/** The octets of an OCTET STRING: a view. */
export function stringOf(block: BaseBlock | undefined): Uint8Array {
  if (block instanceof OctetString) return octetsOf(block);
  throw malformed();
}

function identifierOf({ oid, curve }: DerAlgorithm): Sequence {
  const members = curve === undefined ? [oid] : [oid, curve];
  return new Sequence({ value: members.map((value) => new ObjectIdentifier({ value })) });
}

function checkIdentifier(identifier: BaseBlock | undefined, algorithm: DerAlgorithm): void {
  if (isSame(identifier, identifierOf(algorithm))) return;
  throw invalid('the key is of another algorithm or curve than stated');
}

/** RFC 5958, section 2: `[0]`, each of a type and a set of values. They say nothing about the key. */
function areAttributes(block: BaseBlock): boolean {
  return (
    isTagged(block, 0) &&
    block instanceof Constructed &&
    elementsOf(block).every((attribute) => {
      if (!(attribute instanceof Sequence)) return false;
      const [type, values, ...rest] = elementsOf(attribute);
      return type instanceof ObjectIdentifier && values instanceof AsnSet && rest.length === 0;
    })
  );
}
