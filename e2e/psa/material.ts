// Key material as PSA writes it, wrapped into the formats that keyslot takes: PKCS #8 (RFC 5958) and SPKI (RFC
// 5280). Hexadecimal throughout. What is wrong with the material stays wrong.
import { createPrivateKey, createPublicKey } from 'node:crypto';

/** AlgorithmIdentifiers in DER: rsaEncryption, and id-ecPublicKey with a curve (RFC 3279, RFC 5480). */
const RSA = '300d06092a864886f70d0101010500';
const EC: Readonly<Record<string, string>> = {
  'P-256': '301306072a8648ce3d020106082a8648ce3d030107',
  'P-384': '301006072a8648ce3d020106052b81040022',
  'P-521': '301006072a8648ce3d020106052b81040023',
  secp256k1: '301006072a8648ce3d020106052b8104000a',
};

const VERSION_0 = '020100';
const VERSION_1 = '020101';

function element(tag: string, ...parts: readonly string[]): string {
  const contents = parts.join('');
  const length = contents.length / 2;
  const digits = length.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return tag + (length < 128 ? even : (128 + even.length / 2).toString(16) + even) + contents;
}

const sequence = (...parts: readonly string[]) => element('30', ...parts);
const octets = (contents: string) => element('04', contents);
const bits = (contents: string) => element('03', '00', contents);

/** Of an RSAPrivateKey (RFC 8017). */
export function rsaPkcs8(pkcs1: string): string {
  return sequence(VERSION_0, RSA, octets(pkcs1));
}

/** Of an RSAPublicKey (RFC 8017). */
export function rsaSpki(pkcs1: string): string {
  return sequence(RSA, bits(pkcs1));
}

/** Of a private key as a number; whoever reads it computes the public half. */
export function ecPkcs8(curve: string, scalar: string): string {
  return sequence(VERSION_0, EC[curve] ?? '', octets(sequence(VERSION_1, octets(scalar))));
}

/** The length of a well-formed RSA key in bits. */
export function rsaBits(pkcs1: string): number | undefined {
  const input = { key: Buffer.from(pkcs1, 'hex'), format: 'der', type: 'pkcs1' } as const;
  for (const read of [createPrivateKey, createPublicKey]) {
    try {
      return read(input).asymmetricKeyDetails?.modulusLength;
    } catch {
      // Not of this form; perhaps of the other.
    }
  }
  return undefined;
}
