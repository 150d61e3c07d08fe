// The DER codec alone: what it writes is what OpenSSL writes, and what it reads has one form only.
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/drivers/driver.ts';
import {
  type DerAlgorithm,
  decodePkcs8,
  decodeSpki,
  encodePkcs8,
  encodeSpki,
} from '../../../src/drivers/noble/der.ts';
import { KeystoreError } from '../../../src/errors.ts';
import { code, hex, toHex } from './support.ts';

const CURVE = hex('06052b8104000a');
const EC: DerAlgorithm = { identifier: hex('301006072a8648ce3d020106052b8104000a'), namedCurve: CURVE };
const ED448: DerAlgorithm = { identifier: hex('300506032b6571'), namedCurve: null };

const ec = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
const ed = generateKeyPairSync('ed448');
const der = (key: typeof ec.privateKey | typeof ec.publicKey, type: 'pkcs8' | 'spki'): Bytes =>
  new Uint8Array(key.export({ format: 'der', type }));

const keys = [
  {
    curve: 'secp256k1',
    algorithm: EC,
    other: ED448,
    pkcs8: der(ec.privateKey, 'pkcs8'),
    spki: der(ec.publicKey, 'spki'),
    secretSize: 32,
  },
  {
    curve: 'Ed448',
    algorithm: ED448,
    other: EC,
    pkcs8: der(ed.privateKey, 'pkcs8'),
    spki: der(ed.publicKey, 'spki'),
    secretSize: 57,
  },
];

/** A TLV made here, with a length in the form that is asked for. */
function tlv(
  tag: string,
  contents: string,
  form: 'shortest' | 'long' | 'longer' | 'indefinite' = 'shortest',
) {
  const size = (contents.length / 2).toString(16);
  const byte = size.padStart(2, '0');
  if (form === 'indefinite') return `${tag}80${contents}0000`;
  if (form === 'longer') return `${tag}8200${byte}${contents}`;
  return form === 'long' || contents.length >= 256
    ? `${tag}81${byte}${contents}`
    : `${tag}${byte}${contents}`;
}

const MALFORMED = code('INVALID_ARGUMENT');

describe.each(keys)('DER of $curve', ({ algorithm, other, pkcs8, spki, secretSize }) => {
  const publicKey = decodeSpki(algorithm, spki);
  const { secret } = decodePkcs8(algorithm, pkcs8);

  it('is what OpenSSL writes', () => {
    expect(secret).toHaveLength(secretSize);
    expect(encodeSpki(algorithm, publicKey)).toStrictEqual(spki);
    expect(encodePkcs8(algorithm, secret, publicKey)).toStrictEqual(pkcs8);
  });

  it('comes back from any halves', () => {
    const half = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
    fc.assert(
      fc.property(half(secretSize), half(publicKey.length), (anySecret, anyPublic) => {
        const written = encodePkcs8(algorithm, new Uint8Array(anySecret), new Uint8Array(anyPublic));
        const found = decodePkcs8(algorithm, written);
        expect(toHex(found.secret)).toBe(toHex(anySecret));
        for (const half of found.publicKeys) expect(toHex(half)).toBe(toHex(anyPublic));
        expect(found.publicKeys).toHaveLength(algorithm.namedCurve ? 1 : 0);
      }),
    );
  });

  it('hands out copies, which are cleared without harm to the caller', () => {
    const before = toHex(pkcs8);
    decodePkcs8(algorithm, pkcs8).secret.fill(0);
    decodeSpki(algorithm, spki).fill(0);
    expect(toHex(pkcs8)).toBe(before);
    expect(decodeSpki(algorithm, spki)).toStrictEqual(publicKey);
  });

  it('has one form: a changed byte is refused, or is a byte of the key', () => {
    const version = contentsAt(pkcs8) / 2 + 2;
    for (const [at, byte] of pkcs8.entries()) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff, byte ^ 0x20, byte ^ 1]) {
        const changed = pkcs8.map((old, index) => (index === at ? value : old));
        const again = rewritten(algorithm, changed);
        // The version alone may differ: 1 is allowed, 0 is written.
        if (again !== undefined && at !== version) expect(again).toBe(toHex(changed));
      }
    }
  });

  it('refuses the rest and the lack of it', () => {
    for (let size = 0; size < pkcs8.length; size++) {
      expect(() => decodePkcs8(algorithm, pkcs8.slice(0, size))).toThrow(MALFORMED);
    }
    for (let size = 0; size < spki.length; size++) {
      expect(() => decodeSpki(algorithm, spki.slice(0, size))).toThrow(MALFORMED);
    }
    expect(() => decodePkcs8(algorithm, Uint8Array.of(...pkcs8, 0))).toThrow(MALFORMED);
    expect(() => decodeSpki(algorithm, Uint8Array.of(...spki, 0))).toThrow(MALFORMED);
    // One more element, inside.
    const inside = (bytes: Bytes) => hex(tlv('30', `${toHex(bytes).slice(contentsAt(bytes))}0500`));
    expect(() => decodePkcs8(algorithm, inside(pkcs8))).toThrow(MALFORMED);
    expect(() => decodeSpki(algorithm, inside(spki))).toThrow(MALFORMED);
  });

  it('refuses other algorithms', () => {
    expect(() => decodePkcs8(other, pkcs8)).toThrow(MALFORMED);
    expect(() => decodeSpki(other, spki)).toThrow(MALFORMED);
  });

  it('refuses the BER forms of every length', () => {
    const id = toHex(algorithm.identifier);
    const point = toHex(publicKey);
    for (const form of ['long', 'longer', 'indefinite'] as const) {
      // What has 128 bytes or more needs its long form; only the others have a choice.
      expect(() => decodeSpki(algorithm, hex(tlv('30', id + tlv('03', `00${point}`), form)))).toThrow(
        MALFORMED,
      );
      expect(() => decodeSpki(algorithm, hex(tlv('30', id + tlv('03', `00${point}`, form))))).toThrow(
        MALFORMED,
      );
      expect(() =>
        decodeSpki(algorithm, hex(tlv('30', tlv('30', id.slice(4), form) + tlv('03', `00${point}`)))),
      ).toThrow(MALFORMED);
      for (const place of ['outer', 'version', 'octets', 'secret'] as const) {
        const written = build(algorithm, toHex(secret), place, form);
        if (written !== build(algorithm, toHex(secret), 'none', form)) {
          expect(() => decodePkcs8(algorithm, hex(written)), `${place} ${form}`).toThrow(MALFORMED);
        }
      }
      expect(() => decodePkcs8(algorithm, hex(build(algorithm, toHex(secret), 'none', form)))).not.toThrow();
    }
    // A constructed string, and unused bits.
    const wrapped = tlv('24', tlv('04', toHex(pkcs8).slice(-40)));
    expect(() => decodePkcs8(algorithm, hex(tlv('30', `020100${id}${wrapped}`)))).toThrow(MALFORMED);
    expect(() => decodeSpki(algorithm, hex(tlv('30', id + tlv('03', `01${point}`))))).toThrow(MALFORMED);
    expect(() => decodeSpki(algorithm, hex(tlv('30', id + tlv('03', ''))))).toThrow(MALFORMED);
  });

  it('refuses versions that do not exist, and ones that are not minimal', () => {
    for (const version of ['020102', '0202 0000', '0201ff', '0200', '02020100', '0500']) {
      const written = tlv(
        '30',
        version.replace(' ', '') + toHex(algorithm.identifier) + tlv('04', tlv('04', toHex(secret))),
      );
      expect(() => decodePkcs8(algorithm, hex(written)), version).toThrow(MALFORMED);
    }
  });

  it('quotes nothing of what it refuses', () => {
    const spoiled = pkcs8.slice(0, -1);
    let message = '';
    try {
      decodePkcs8(algorithm, spoiled);
    } catch (error) {
      expect(error).toBeInstanceOf(KeystoreError);
      if (error instanceof Error) message = `${error.message} ${String(error.cause)}`;
    }
    expect(message).toMatch(/DER.* undefined$/);
    expect(message).not.toMatch(/[0-9a-f]{8}/);
  });
});

describe('PKCS #8 of other writers', () => {
  const secret = '07'.repeat(57);
  const point = '09'.repeat(57);
  const id = toHex(ED448.identifier);
  const key = tlv('04', tlv('04', secret));

  it.each([
    ['a public half and version 1', `020101${id}${key}${tlv('81', `00${point}`)}`, [point]],
    ['a public half and version 0', `020100${id}${key}${tlv('81', `00${point}`)}`, [point]],
    ['attributes', `020100${id}${key}${tlv('a0', '3000')}`, []],
    ['both', `020101${id}${key}${tlv('a0', '')}${tlv('81', `00${point}`)}`, [point]],
  ])('may have %s', (_what, contents, publicKeys) => {
    const found = decodePkcs8(ED448, hex(tlv('30', contents)));
    expect(toHex(found.secret)).toBe(secret);
    expect(found.publicKeys.map(toHex)).toStrictEqual(publicKeys);
  });

  it('have both in their order only', () => {
    const contents = `020101${id}${key}${tlv('81', `00${point}`)}${tlv('a0', '')}`;
    expect(() => decodePkcs8(ED448, hex(tlv('30', contents)))).toThrow(MALFORMED);
  });

  const ecKey = (inner: string) =>
    hex(tlv('30', `020100${toHex(EC.identifier)}${tlv('04', tlv('30', inner))}`));

  it('may name the curve inside, the same one', () => {
    const scalar = '05'.repeat(32);
    const inner = `020101${tlv('04', scalar)}`;
    expect(toHex(decodePkcs8(EC, ecKey(inner)).secret)).toBe(scalar);
    expect(toHex(decodePkcs8(EC, ecKey(inner + tlv('a0', toHex(CURVE)))).secret)).toBe(scalar);
    const p256 = '06082a8648ce3d030107';
    expect(() => decodePkcs8(EC, ecKey(inner + tlv('a0', p256)))).toThrow(MALFORMED);
    expect(() => decodePkcs8(EC, ecKey(`020100${tlv('04', scalar)}`))).toThrow(MALFORMED);
    expect(() => decodePkcs8(EC, ecKey(`${inner}${tlv('a1', `${tlv('03', '0004')}00`)}`))).toThrow(MALFORMED);
    expect(() => decodePkcs8(EC, ecKey(`${inner}0500`))).toThrow(MALFORMED);
  });
});

/** Where the contents of the outer element begin, in hexadecimal digits. */
function contentsAt(bytes: Bytes): number {
  return (bytes[1] ?? 0) === 0x81 ? 6 : 4;
}

/** A PKCS #8 key without a public half, one length of it in another form. */
function build(
  algorithm: DerAlgorithm,
  secret: string,
  place: 'outer' | 'version' | 'octets' | 'secret' | 'none',
  form: 'long' | 'longer' | 'indefinite',
): string {
  const at = (here: string) => (here === place ? form : 'shortest');
  const octets = tlv('04', secret, at('secret'));
  const inner = algorithm.namedCurve ? tlv('30', `020101${octets}`) : octets;
  const version = tlv('02', '00', at('version'));
  return tlv('30', version + toHex(algorithm.identifier) + tlv('04', inner, at('octets')), at('outer'));
}

/** What is written of what was read, or undefined where it is refused as it must be. */
function rewritten(algorithm: DerAlgorithm, bytes: Bytes): string | undefined {
  try {
    const { secret, publicKeys } = decodePkcs8(algorithm, bytes);
    const [publicKey = new Uint8Array(0)] = publicKeys;
    return toHex(encodePkcs8(algorithm, secret, publicKey));
  } catch (error) {
    expect(error).toStrictEqual(MALFORMED);
    return undefined;
  }
}
