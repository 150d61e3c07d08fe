// deriveBits and deriveKey.

import { x448 } from '@noble/curves/ed448.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { argon2d, argon2i, argon2id } from '@noble/hashes/argon2.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import { concat, pattern, spki, text } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import { CURVES, ecKey, FIELD, type KeyData, okpAlgorithm, okpKey } from '../fixtures.ts';
import { bytes, fails, keyText } from '../outcome.ts';
import type { Subject } from '../subject.ts';

const one = (name: string, expected: string, run: Scenario['run']): Scenario => ({ name, expected, run });

const HASHES = {
  'SHA-1': sha1,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
  'SHA3-256': sha3_256,
  'SHA3-384': sha3_384,
  'SHA3-512': sha3_512,
};
const HASH_NAMES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256', 'SHA3-384', 'SHA3-512'] as const;

interface Row {
  readonly title: string;
  readonly algorithm: { readonly name: string };
  readonly format: string;
  readonly key: Uint8Array;
  readonly derive: (length: number) => Uint8Array;
  readonly hashed: boolean;
}

const KEYS = [
  ['short', pattern(9, 30)],
  ['long', pattern(150, 31)],
  ['empty', new Uint8Array()],
] as const;
const SALTS = [
  ['salt', pattern(20, 40)],
  ['no salt', new Uint8Array()],
] as const;

const hkdfs: readonly Row[] = HASH_NAMES.flatMap((hash) =>
  KEYS.flatMap(([keyName, key]) =>
    SALTS.flatMap(([saltName, salt]) =>
      [text('info'), new Uint8Array()].map((info) => ({
        title: `HKDF with ${hash}, ${keyName} key, ${saltName}, ${info.length} bytes of info`,
        algorithm: { name: 'HKDF', hash, salt, info },
        format: 'raw',
        key,
        derive: (length) => hkdf(HASHES[hash], key, salt, info, length),
        hashed: true,
      })),
    ),
  ),
);

const pbkdf2s: readonly Row[] = HASH_NAMES.flatMap((hash) =>
  KEYS.flatMap(([keyName, key]) =>
    SALTS.flatMap(([saltName, salt]) =>
      [1, 30].map((iterations) => ({
        title: `PBKDF2 with ${hash}, ${keyName} password, ${saltName}, ${iterations} iterations`,
        algorithm: { name: 'PBKDF2', hash, salt, iterations },
        format: 'raw',
        key,
        derive: (length) => pbkdf2(HASHES[hash], key, salt, { c: iterations, dkLen: length }),
        hashed: true,
      })),
    ),
  ),
);

const ARGON2 = { Argon2d: argon2d, Argon2i: argon2i, Argon2id: argon2id };
const argon2s: readonly Row[] = (['Argon2d', 'Argon2i', 'Argon2id'] as const).flatMap((name) =>
  [false, true].map((extra) => {
    const key = pattern(32, 30);
    const nonce = pattern(16, 41);
    const secretValue = pattern(8, 3);
    const associatedData = pattern(12, 4);
    return {
      title: `${name}${extra ? ' with a secret and data' : ''}`,
      algorithm: {
        name,
        nonce,
        memory: 64,
        passes: 2,
        parallelism: 2,
        ...(extra && { secretValue, associatedData }),
      },
      format: 'raw-secret',
      key,
      derive: (length: number) =>
        ARGON2[name](key, nonce, {
          t: 2,
          m: 64,
          p: 2,
          dkLen: length,
          ...(extra && { key: secretValue, personalization: associatedData }),
        }),
      hashed: false,
    };
  }),
);

const DERIVED = [
  [{ name: 'AES-CBC', length: 128 }, ['encrypt', 'decrypt'], 16],
  [{ name: 'AES-CBC', length: 192 }, ['encrypt', 'decrypt'], 24],
  [{ name: 'AES-CTR', length: 256 }, ['encrypt', 'decrypt'], 32],
  [{ name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt'], 32],
  [{ name: 'AES-KW', length: 256 }, ['wrapKey', 'unwrapKey'], 32],
  [{ name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign', 'verify'], 32],
  [{ name: 'HMAC', hash: 'SHA-512' }, ['sign', 'verify'], 128],
  [{ name: 'HMAC', hash: 'SHA-256', length: 16_384 }, ['sign', 'verify'], 2048],
] as const;
const FIREFOX = navigator.userAgent.includes('Firefox');

const MODERN = [
  [{ name: 'AES-OCB', length: 256 }, ['encrypt', 'decrypt'], 32],
  [{ name: 'ChaCha20-Poly1305' }, ['encrypt', 'decrypt'], 32],
  [{ name: 'KMAC128', length: 256 }, ['sign', 'verify'], 32],
] as const;

const BOTH = ['deriveBits', 'deriveKey'];
const base = ({ subtle }: Subject, { format, key, algorithm }: Row, usages: readonly string[] = BOTH) =>
  subtle.importKey(format, key, algorithm.name, false, usages);

/** What is asked of every derivation function. */
function kdf(row: Row): Scenario[] {
  const { title, algorithm, derive } = row;
  const bits = (name: string, expected: string, length: unknown, params: object = algorithm) =>
    one(`${title}: ${name}`, expected, async (subject) =>
      subject.subtle.deriveBits(params, await base(subject, row), length),
    );
  const into = [...DERIVED, ...MODERN];
  return [
    bits('256 bits', bytes(derive(32)), 256),
    bits('384 bits', bytes(derive(48)), 384),
    ...(row.hashed ? [bits('0 bits', bytes(new Uint8Array()), 0)] : []),
    bits('44 bits', fails('OperationError'), 44),
    bits('230 bits', fails('OperationError'), 230),
    bits('null', fails('OperationError'), null),
    bits('undefined', fails('OperationError'), undefined),
    one(`${title}: no length`, fails('OperationError'), async (subject) =>
      subject.subtle.deriveBits(algorithm, await base(subject, row)),
    ),
    // PBKDF2 of Firefox ends below 2 KiB, which looks like a lack that the host, with the same engine, does not mend.
    ...into
      .filter(([, , size]) => !FIREFOX || size < 2048 || !title.startsWith('PBKDF2'))
      .map(([derived, usages, size]) =>
        one(`${title}: key of ${JSON.stringify(derived)}`, bytes(derive(size)), async (subject) => {
          const key = await subject.subtle.deriveKey(
            algorithm,
            await base(subject, row),
            derived,
            true,
            usages,
          );
          return subject.subtle.exportKey('raw-secret', key);
        }),
      ),
    one(`${title}: no usage for bits`, fails('InvalidAccessError'), async (subject) =>
      subject.subtle.deriveBits(algorithm, await base(subject, row, ['deriveKey']), 256),
    ),
    one(`${title}: no usage for a key`, fails('InvalidAccessError'), async (subject) => {
      const key = await base(subject, row, ['deriveBits']);
      return subject.subtle.deriveKey(algorithm, key, DERIVED[0][0], true, DERIVED[0][1]);
    }),
    one(`${title}: another algorithm’s key`, fails('InvalidAccessError'), async ({ subtle }) => {
      const ecdh = { name: 'ECDH', namedCurve: 'P-256' };
      const { privateKey } = await subtle.generateKey(ecdh, false, BOTH);
      return subtle.deriveBits(algorithm, privateKey, 256);
    }),
    ...(row.hashed
      ? ['SHA256', 'SHA1', 'PBKDF2', 'AES-GCM', 'MD5'].map((hash) =>
          bits(`hash ${hash}`, fails('NotSupportedError'), 256, { ...algorithm, hash }),
        )
      : []),
  ];
}

const withOut = (algorithm: object, member: string): object =>
  Object.fromEntries(Object.entries(algorithm).filter(([name]) => name !== member));

/** Parameters that are missing or out of their range, for one row of each function. */
function refusals(): Scenario[] {
  const [hkdfRow] = hkdfs;
  const [pbkdf2Row] = pbkdf2s;
  const [argon2Row] = argon2s;
  if (hkdfRow === undefined || pbkdf2Row === undefined || argon2Row === undefined) return [];
  const bad = (row: Row, name: string, params: object, error: string, length: unknown = 256) =>
    one(`${row.title}: ${name}`, fails(error), async (subject) =>
      subject.subtle.deriveBits(params, await base(subject, row), length),
    );
  const missing = (row: Row) =>
    Object.keys(row.algorithm).map((member) =>
      bad(row, `no ${member}`, withOut(row.algorithm, member), 'TypeError'),
    );
  // Not -8: engines that take it for a very large number derive for minutes.
  const lengths = [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 + 8];
  return [
    ...[hkdfRow, pbkdf2Row, argon2Row].flatMap((row) => [
      ...missing(row),
      ...lengths.map((length) => bad(row, `${length} bits`, row.algorithm, 'TypeError', length)),
    ]),
    bad(hkdfRow, 'more than it can give', hkdfRow.algorithm, 'OperationError', 255 * 160 + 8),
    one('HKDF: all that it can give', String(255 * 20), async (subject) => {
      const key = await base(subject, hkdfRow);
      return (await subject.subtle.deriveBits(hkdfRow.algorithm, key, 255 * 160)).byteLength;
    }),
    bad(pbkdf2Row, '0 iterations', { ...pbkdf2Row.algorithm, iterations: 0 }, 'OperationError'),
    bad(pbkdf2Row, '-1 iterations', { ...pbkdf2Row.algorithm, iterations: -1 }, 'TypeError'),
    bad(argon2Row, 'a short nonce', { ...argon2Row.algorithm, nonce: pattern(4) }, 'OperationError'),
    bad(argon2Row, '0 passes', { ...argon2Row.algorithm, passes: 0 }, 'OperationError'),
    bad(argon2Row, '0 lanes', { ...argon2Row.algorithm, parallelism: 0 }, 'OperationError'),
    bad(argon2Row, 'too little memory', { ...argon2Row.algorithm, memory: 15 }, 'OperationError'),
    bad(argon2Row, 'another version', { ...argon2Row.algorithm, version: 0x12 }, 'OperationError'),
    bad(argon2Row, '24 bits', argon2Row.algorithm, 'OperationError', 24),
  ];
}

interface Agreement {
  readonly title: string;
  readonly name: string;
  readonly keyAlgorithm: object;
  readonly own: KeyData;
  readonly peer: KeyData;
  readonly secret: Uint8Array;
  /** Of another algorithm or curve. */
  readonly stranger: readonly [algorithm: object, key: KeyData];
}

const EC = { 'P-256': p256, 'P-384': p384, 'P-521': p521 };
const scalar = (size: number, first: number) => concat(Uint8Array.of(0), pattern(size - 1, first));
const agreements: readonly Agreement[] = [
  ...CURVES.map((namedCurve): Agreement => {
    const size = FIELD[namedCurve];
    const point = EC[namedCurve].getPublicKey(scalar(size, 17), false);
    const other = namedCurve === 'P-256' ? 'P-384' : 'P-256';
    return {
      title: `ECDH on ${namedCurve}`,
      name: 'ECDH',
      keyAlgorithm: { name: 'ECDH', namedCurve },
      own: ecKey(namedCurve, 3),
      peer: ecKey(namedCurve, 17),
      secret: EC[namedCurve].getSharedSecret(scalar(size, 3), point).subarray(1, 1 + size),
      stranger: [{ name: 'ECDH', namedCurve: other }, ecKey(other)],
    };
  }),
  ...(['X25519', 'X448'] as const).map((name): Agreement => {
    const curve = name === 'X25519' ? x25519 : x448;
    const size = name === 'X25519' ? 32 : 56;
    return {
      title: name,
      name,
      keyAlgorithm: { name },
      own: okpKey(name, pattern(size, 0)),
      peer: okpKey(name, pattern(size, 77)),
      secret: curve.getSharedSecret(pattern(size, 0), curve.getPublicKey(pattern(size, 77))),
      stranger: [{ name: 'ECDH', namedCurve: 'P-256' }, ecKey('P-256')],
    };
  }),
];

/** The first bits; those of the last byte that were not asked for are 0. */
function firstBits(secret: Uint8Array, length: number): Uint8Array {
  const first = secret.slice(0, Math.ceil(length / 8));
  const rest = length % 8;
  const last = first.length - 1;
  if (rest > 0) first[last] = (first[last] ?? 0) & (0xff << (8 - rest));
  return first;
}

function agreement({ title, name, keyAlgorithm, own, peer, secret, stranger }: Agreement): Scenario[] {
  const size = 8 * secret.length;
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 };
  const privateKey = ({ subtle }: Subject, usages: readonly string[] = BOTH) =>
    subtle.importKey('pkcs8', own.private['pkcs8'], keyAlgorithm, false, usages);
  const publicKey = ({ subtle }: Subject) =>
    subtle.importKey('spki', peer.public['spki'], keyAlgorithm, false, []);
  const bits = (label: string, expected: string, length: unknown, algorithmName = name) =>
    one(`${title}: ${label}`, expected, async (subject) => {
      const algorithm = { name: algorithmName, public: await publicKey(subject) };
      return subject.subtle.deriveBits(algorithm, await privateKey(subject), length);
    });
  /** Both methods refuse the same. */
  const refused = (
    label: string,
    error: string,
    parts: (subject: Subject) => Promise<readonly [peer: unknown, own: CryptoKey]>,
  ) =>
    (['deriveBits', 'deriveKey'] as const).map((method) =>
      one(`${title}: ${method}, ${label}`, fails(error), async (subject) => {
        const [open, key] = await parts(subject);
        const algorithm = { name, ...(open === undefined ? {} : { public: open }) };
        return method === 'deriveBits'
          ? subject.subtle.deriveBits(algorithm, key, size)
          : subject.subtle.deriveKey(algorithm, key, hmac, true, ['sign', 'verify']);
      }),
    );
  return [
    bits('all bits', bytes(secret), size),
    bits('null', bytes(secret), null),
    bits('undefined', bytes(secret), undefined),
    one(`${title}: no length`, bytes(secret), async (subject) => {
      const algorithm = { name, public: await publicKey(subject) };
      return subject.subtle.deriveBits(algorithm, await privateKey(subject));
    }),
    bits('0 bits', bytes(new Uint8Array()), 0),
    bits('32 bits less', bytes(firstBits(secret, size - 32)), size - 32),
    bits('11 bits less', bytes(firstBits(secret, size - 11)), size - 11),
    bits('230 bits', bytes(firstBits(secret, 230)), 230),
    bits('1 bit', bytes(firstBits(secret, 1)), 1),
    bits('8 bits more', fails('OperationError'), size + 8),
    ...[Number.NaN, Number.POSITIVE_INFINITY, -8, 2 ** 32 + 8].map((length) =>
      bits(`${length} bits`, fails('TypeError'), length),
    ),
    bits('name in lower case', bytes(secret), size, name.toLowerCase()),
    ...[...DERIVED, ...MODERN]
      .filter(([, , bytesOf]) => bytesOf <= secret.length)
      .map(([derived, usages, count]) =>
        one(`${title}: key of ${JSON.stringify(derived)}`, bytes(secret.slice(0, count)), async (subject) => {
          const algorithm = { name, public: await publicKey(subject) };
          const made = await subject.subtle.deriveKey(
            algorithm,
            await privateKey(subject),
            derived,
            true,
            usages,
          );
          return subject.subtle.exportKey('raw-secret', made);
        }),
      ),
    one(`${title}: a key for more than there is`, fails('OperationError'), async (subject) => {
      const algorithm = { name, public: await publicKey(subject) };
      const long = { name: 'HMAC', hash: 'SHA-256', length: size + 8 };
      return subject.subtle.deriveKey(algorithm, await privateKey(subject), long, true, ['sign']);
    }),
    ...['HKDF', 'PBKDF2'].map((kdfName) =>
      one(
        `${title}: key of ${kdfName}`,
        keyText('secret', false, { name: kdfName }, BOTH),
        async (subject) => {
          const algorithm = { name, public: await publicKey(subject) };
          return subject.subtle.deriveKey(algorithm, await privateKey(subject), kdfName, false, BOTH);
        },
      ),
    ),
    one(
      `${title}: through HKDF to AES`,
      bytes(hkdf(sha256, secret, new Uint8Array(), new Uint8Array(), 32)),
      async (subject) => {
        const { subtle } = subject;
        const algorithm = { name, public: await publicKey(subject) };
        const middle = await subtle.deriveKey(algorithm, await privateKey(subject), 'HKDF', false, [
          'deriveKey',
        ]);
        const params = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new Uint8Array() };
        const aes = { name: 'AES-GCM', length: 256 };
        return subtle.exportKey('raw', await subtle.deriveKey(params, middle, aes, true, ['encrypt']));
      },
    ),
    ...refused('no public key', 'TypeError', async (subject) => [undefined, await privateKey(subject)]),
    ...refused('public is no key', 'TypeError', async (subject) => [
      { message: 'no key' },
      await privateKey(subject),
    ]),
    ...refused('public is another algorithm’s', 'InvalidAccessError', async (subject) => [
      await subject.subtle.importKey('spki', stranger[1].public['spki'], stranger[0], false, []),
      await privateKey(subject),
    ]),
    ...refused('public is private', 'InvalidAccessError', async (subject) => {
      const key = await privateKey(subject);
      return [key, key];
    }),
    ...refused('public is secret', 'InvalidAccessError', async (subject) => [
      await subject.subtle.generateKey(hmac, true, ['sign', 'verify']),
      await privateKey(subject),
    ]),
    ...refused('base is public', 'InvalidAccessError', async (subject) => {
      const key = await publicKey(subject);
      return [key, key];
    }),
    one(`${title}: no usage for bits`, fails('InvalidAccessError'), async (subject) => {
      const algorithm = { name, public: await publicKey(subject) };
      return subject.subtle.deriveBits(algorithm, await privateKey(subject, ['deriveKey']), size);
    }),
    one(`${title}: no usage for a key`, fails('InvalidAccessError'), async (subject) => {
      const algorithm = { name, public: await publicKey(subject) };
      const key = await privateKey(subject, ['deriveBits']);
      return subject.subtle.deriveKey(algorithm, key, hmac, true, ['sign']);
    }),
    one(`${title}: usages of the derived key`, fails('SyntaxError'), async (subject) => {
      const algorithm = { name, public: await publicKey(subject) };
      const aes = { name: 'AES-CBC', length: 256 };
      return subject.subtle.deriveKey(algorithm, await privateKey(subject), aes, true, ['sign']);
    }),
  ];
}

// RFC 7748, section 6: points that every scalar takes to zero.
const LOW = [
  ['X25519', new Uint8Array(32)],
  ['X25519', concat(Uint8Array.of(1), new Uint8Array(31))],
  // p - 1, p and p + 1, for p = 2^255 - 19.
  ...[0xec, 0xed, 0xee].map(
    (first) =>
      ['X25519', concat(Uint8Array.of(first), new Uint8Array(30).fill(0xff), Uint8Array.of(0x7f))] as const,
  ),
  ['X448', new Uint8Array(56)],
  ['X448', concat(Uint8Array.of(1), new Uint8Array(55))],
] as const;

const lowOrder: readonly Scenario[] = LOW.flatMap(([name, point], index) =>
  (['deriveBits', 'deriveKey'] as const).map((method) =>
    one(
      `${name}: ${method} with a point of low order (${index})`,
      fails('OperationError'),
      async ({ subtle }) => {
        const own = await subtle.importKey('pkcs8', okpKey(name).private['pkcs8'], name, false, BOTH);
        const open = await subtle.importKey('spki', spki(okpAlgorithm(name), point), name, false, []);
        const algorithm = { name, public: open };
        const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 };
        return method === 'deriveBits'
          ? subtle.deriveBits(algorithm, own, 8 * point.length)
          : subtle.deriveKey(algorithm, own, hmac, true, ['sign']);
      },
    ),
  ),
);

/** Verifying with points of low order gives no error, and no signature that fits every message. */
const lowOrderSignatures: readonly Scenario[] = [
  new Uint8Array(32),
  concat(Uint8Array.of(1), new Uint8Array(31)),
].map((point, index) =>
  one(`Ed25519: verify with a point of low order (${index})`, 'false', async ({ subtle }) => {
    const key = await subtle.importKey('raw', point, 'Ed25519', false, ['verify']);
    const r = ed25519.Point.ZERO.toBytes();
    return subtle.verify('Ed25519', key, concat(r, new Uint8Array(32)), text('anything'));
  }),
);

export const tables: readonly Table[] = [
  { name: 'derive: HKDF', scenarios: hkdfs.flatMap(kdf) },
  { name: 'derive: PBKDF2', scenarios: pbkdf2s.flatMap(kdf) },
  { name: 'derive: Argon2', scenarios: argon2s.flatMap(kdf) },
  { name: 'derive: refusals', scenarios: refusals() },
  { name: 'derive: agreement', scenarios: agreements.flatMap(agreement) },
  { name: 'derive: low order', scenarios: [...lowOrder, ...lowOrderSignatures] },
];
