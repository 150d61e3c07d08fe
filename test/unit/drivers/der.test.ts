// The DER codec alone: what it writes is what OpenSSL writes, and what it reads has one form only.
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/drivers/driver.ts';
import * as der from '../../../src/drivers/noble/der.ts';
import { decodeEcPrivateKey, encodeEcPrivateKey } from '../../../src/drivers/noble/ec-private-key.ts';
import { KeystoreError } from '../../../src/errors.ts';
import { code, hex, toHex } from './support.ts';

interface Tested {
  readonly algorithm: der.DerAlgorithm;
  /** The AlgorithmIdentifier, as it must be. */
  readonly identifier: Bytes;
}

const CURVE_HEX = '06052b8104000a';
const CURVE = hex(CURVE_HEX);
const EC: Tested = {
  algorithm: { oid: '1.2.840.10045.2.1', curve: '1.3.132.0.10' },
  identifier: hex('301006072a8648ce3d020106052b8104000a'),
};
const ED448: Tested = { algorithm: { oid: '1.3.101.113' }, identifier: hex('300506032b6571') };

const encodeSpki = ({ algorithm }: Tested, publicKey: Bytes) => der.encodeSpki(algorithm, publicKey);
const decodeSpki = ({ algorithm }: Tested, bytes: Bytes) => der.decodeSpki(algorithm, bytes);

function encodePkcs8({ algorithm }: Tested, secret: Bytes, publicKey: Bytes): Bytes {
  const octets = algorithm.curve ? encodeEcPrivateKey(secret, publicKey) : der.encodeOctets(secret);
  return der.encodePkcs8(algorithm, octets);
}

function decodePkcs8({ algorithm }: Tested, bytes: Bytes): { secret: Bytes; publicKey: Bytes | null } {
  const octets = der.decodePkcs8(algorithm, bytes);
  if (algorithm.curve) return decodeEcPrivateKey(algorithm.curve, octets);
  return { secret: der.decodeOctets(octets), publicKey: null };
}

const ec = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
const ed = generateKeyPairSync('ed448');
const exported = (key: typeof ec.privateKey | typeof ec.publicKey, type: 'pkcs8' | 'spki'): Bytes =>
  new Uint8Array(key.export({ format: 'der', type }));

const keys = [
  {
    curve: 'secp256k1',
    algorithm: EC,
    other: ED448,
    pkcs8: exported(ec.privateKey, 'pkcs8'),
    spki: exported(ec.publicKey, 'spki'),
    secretSize: 32,
  },
  {
    curve: 'Ed448',
    algorithm: ED448,
    other: EC,
    pkcs8: exported(ed.privateKey, 'pkcs8'),
    spki: exported(ed.publicKey, 'spki'),
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
        expect(found.publicKey && toHex(found.publicKey)).toBe(algorithm === EC ? toHex(anyPublic) : null);
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
    for (const [at, byte] of pkcs8.entries()) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff, byte ^ 0x20, byte ^ 1]) {
        const changed = pkcs8.map((old, index) => (index === at ? value : old));
        const again = rewritten(algorithm, changed);
        if (again !== undefined) expect(again).toBe(toHex(changed));
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
    for (const version of ['020101', '020102', '0202 0000', '0201ff', '0200', '02020100', '0500']) {
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

  it('may have attributes, of the form they have', () => {
    const attributes = [
      '',
      tlv('30', `${CURVE_HEX}3100`),
      tlv('30', `${CURVE_HEX}${tlv('31', '0500')}`).repeat(2),
      tlv('30', `0603551d0f${tlv('31', '03020080')}`),
    ];
    for (const each of attributes) {
      const found = decodePkcs8(ED448, hex(tlv('30', `020100${id}${key}${tlv('a0', each)}`)));
      expect(toHex(found.secret)).toBe(secret);
    }
    for (const each of [
      '0500',
      '3000',
      '31023100',
      tlv('30', `${CURVE_HEX}3000`),
      `300a${CURVE_HEX}310100`,
    ]) {
      const written = tlv('30', `020100${id}${key}${tlv('a0', each)}`);
      expect(() => decodePkcs8(ED448, hex(written)), each).toThrow(MALFORMED);
    }
    const long = tlv('a0', tlv('30', `${CURVE_HEX}3100`), 'long');
    expect(() => decodePkcs8(ED448, hex(tlv('30', `020100${id}${key}${long}`)))).toThrow(MALFORMED);
  });

  it('has no public half of its own, as the engines have it', () => {
    for (const [version, after] of [
      ['01', tlv('81', `00${point}`)],
      ['00', tlv('81', `00${point}`)],
      ['01', `a000${tlv('81', `00${point}`)}`],
      ['01', ''],
    ]) {
      const written = tlv('30', `0201${version}${id}${key}${after}`);
      expect(() => decodePkcs8(ED448, hex(written))).toThrow(MALFORMED);
    }
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
  algorithm: Tested,
  secret: string,
  place: 'outer' | 'version' | 'octets' | 'secret' | 'none',
  form: 'long' | 'longer' | 'indefinite',
): string {
  const at = (here: string) => (here === place ? form : 'shortest');
  const octets = tlv('04', secret, at('secret'));
  const inner = algorithm === EC ? tlv('30', `020101${octets}`) : octets;
  const version = tlv('02', '00', at('version'));
  return tlv('30', version + toHex(algorithm.identifier) + tlv('04', inner, at('octets')), at('outer'));
}

/** What is written of what was read, or undefined where it is refused as it must be. */
function rewritten(algorithm: Tested, bytes: Bytes): string | undefined {
  try {
    const { secret, publicKey } = decodePkcs8(algorithm, bytes);
    return toHex(encodePkcs8(algorithm, secret, publicKey ?? new Uint8Array(0)));
  } catch (error) {
    expect(error).toStrictEqual(MALFORMED);
    return undefined;
  }
}

describe('an element in the place of an OCTET STRING', () => {
  const seed = hex('0b'.repeat(64));

  it('has a tag of its own, and comes back by it only', () => {
    expect(toHex(der.encodeOctets(seed, 0))).toBe(tlv('80', toHex(seed)));
    expect(der.decodeOctets(der.encodeOctets(seed, 0), 0)).toStrictEqual(seed);
    expect(der.decodeOctets(der.encodeOctets(seed))).toStrictEqual(seed);
    expect(() => der.decodeOctets(der.encodeOctets(seed), 0)).toThrow(MALFORMED);
    expect(() => der.decodeOctets(der.encodeOctets(seed, 0))).toThrow(MALFORMED);
    expect(() => der.decodeOctets(der.encodeOctets(seed, 0), 1)).toThrow(MALFORMED);
    expect(() => der.decodeOctets(hex(tlv('a0', tlv('04', toHex(seed)))), 0)).toThrow(MALFORMED);
  });

  it('is as long as it needs to be, also of thousands of bytes', () => {
    for (const size of [0, 127, 128, 255, 256, 2400, 65_536]) {
      const octets = new Uint8Array(size).fill(7);
      expect(der.decodeOctets(der.encodeOctets(octets))).toStrictEqual(octets);
      const pkcs8 = der.encodePkcs8({ oid: '2.16.840.1.101.3.4.4.2' }, octets);
      expect(der.decodePkcs8({ oid: '2.16.840.1.101.3.4.4.2' }, pkcs8)).toStrictEqual(octets);
      expect(octets.every((byte) => byte === 7)).toBe(true);
    }
  });
});
