// importKey and exportKey: each format of each algorithm, there and back.
import { BLOCK, subsets } from '../algorithms.ts';
import { base64url, concat, equal, pattern, spki } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import {
  CURVES,
  ecKey,
  type Fixtures,
  type KeyData,
  LATTICE_NAMES,
  latticeKey,
  OKP_NAMES,
  okpKey,
} from '../fixtures.ts';
import { describe, fails, keyText } from '../outcome.ts';
import type { Subject } from '../subject.ts';

type Data = Uint8Array | JsonWebKey;

const isBytes = (data: Data | ArrayBuffer): data is Uint8Array | ArrayBuffer =>
  data instanceof Uint8Array || data instanceof ArrayBuffer;

/** Whether an export gives back what went in; a JWK may say more. */
function same(given: Data, got: ArrayBuffer & JsonWebKey): boolean {
  if (isBytes(given)) return equal(given, got);
  return Object.entries(given).every(([name, value]) => describe(Reflect.get(got, name)) === describe(value));
}

interface Import {
  readonly format: string;
  readonly data: Data;
  readonly algorithm: object | string;
  readonly usages: readonly string[];
  readonly type: string;
  /** `key.algorithm` of what comes out. */
  readonly made: object;
}

const label = ({ format, algorithm, usages }: Import): string =>
  `${format} ${JSON.stringify(algorithm)} [${usages.join(' ')}]`;

async function roundTrip({ subtle }: Subject, { format, data, algorithm, usages }: Import) {
  const key = await subtle.importKey(format, data, algorithm, true, usages);
  const back = await subtle.exportKey(format, key);
  return { key, same: same(data, back) };
}

/** Imported, extractable and not; and out again. */
const bothWays = (one: Import, extractables: readonly boolean[] = [true, false]): Scenario[] =>
  extractables.map((extractable) => ({
    name: `${label(one)} ${extractable ? 'and back' : 'not extractable'}`,
    run: extractable
      ? (subject) => roundTrip(subject, one)
      : ({ subtle }) => subtle.importKey(one.format, one.data, one.algorithm, false, one.usages),
    expected: extractable
      ? `{key: ${keyText(one.type, true, one.made, [...new Set(one.usages)])}, same: true}`
      : keyText(one.type, false, one.made, [...new Set(one.usages)]),
  }));

const emptyUsages = (one: Import): Scenario => ({
  name: `${label({ ...one, usages: [] })} refused`,
  run: ({ subtle }) => subtle.importKey(one.format, one.data, one.algorithm, true, []),
  expected: fails('SyntaxError'),
});

interface Symmetric {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly formats: readonly string[];
  readonly usages: readonly string[];
  readonly alg?: (bytes: number) => string;
  readonly hash?: string;
  readonly derives?: true;
  readonly sized?: true;
}

const SIZES = [16, 24, 32];
const CIPHER = ['encrypt', 'decrypt'];
const WRAP = ['wrapKey', 'unwrapKey'];
const SIGN = ['sign', 'verify'];
const DERIVE = ['deriveBits', 'deriveKey'];
const CLASSIC = ['raw', 'raw-secret', 'jwk'];
const MODERN = ['raw-secret', 'jwk'];
const HS: Readonly<Record<string, string>> = {
  'SHA-1': 'HS1',
  'SHA-256': 'HS256',
  'SHA-384': 'HS384',
  'SHA-512': 'HS512',
};

const aes = (name: string, formats: readonly string[], usages = CIPHER): Symmetric => ({
  name,
  sizes: SIZES,
  formats,
  usages,
  alg: (bytes) => `A${8 * bytes}${name.slice(4)}`,
  sized: true,
});

const SYMMETRIC: readonly Symmetric[] = [
  aes('AES-CTR', CLASSIC),
  aes('AES-CBC', CLASSIC),
  aes('AES-GCM', CLASSIC),
  aes('AES-KW', CLASSIC, WRAP),
  aes('AES-OCB', MODERN),
  { name: 'ChaCha20-Poly1305', sizes: [32], formats: MODERN, usages: CIPHER, alg: () => 'C20P' },
  ...Object.keys(BLOCK).map((hash): Symmetric => {
    const alg = HS[hash];
    return {
      name: 'HMAC',
      sizes: [...SIZES, 200],
      formats: CLASSIC,
      usages: SIGN,
      hash,
      sized: true,
      ...(alg === undefined ? {} : { alg: () => alg }),
    };
  }),
  // Longer than any block: WebCrypto has no limit.
  { name: 'HMAC', sizes: [1025, 65_536], formats: CLASSIC, usages: SIGN, hash: 'SHA-256', sized: true },
  {
    name: 'KMAC128',
    sizes: [...SIZES, 1025, 65_536],
    formats: MODERN,
    usages: SIGN,
    alg: () => 'K128',
    sized: true,
  },
  { name: 'KMAC256', sizes: SIZES, formats: MODERN, usages: SIGN, alg: () => 'K256', sized: true },
  { name: 'HKDF', sizes: [0, 16, 200], formats: ['raw', 'raw-secret'], usages: DERIVE, derives: true },
  { name: 'PBKDF2', sizes: [0, 16, 200], formats: ['raw', 'raw-secret'], usages: DERIVE, derives: true },
  ...['Argon2d', 'Argon2i', 'Argon2id'].map(
    (name): Symmetric => ({ name, sizes: [16, 32], formats: ['raw-secret'], usages: DERIVE, derives: true }),
  ),
];

function symmetric(row: Symmetric): Scenario[] {
  return row.sizes.flatMap((size) =>
    row.formats.flatMap((format) => {
      const secret = pattern(size, 1);
      const jwk = { kty: 'oct', k: base64url(secret), ...(row.alg && { alg: row.alg(size) }) };
      const hash = row.hash === undefined ? {} : { hash: row.hash };
      const one = (usages: readonly string[]): Import => ({
        format,
        data: format === 'jwk' ? jwk : secret,
        algorithm: { name: row.name, ...hash },
        usages,
        type: 'secret',
        made: {
          name: row.name,
          ...(row.hash === undefined ? {} : { hash: { name: row.hash } }),
          ...(row.sized && { length: 8 * size }),
        },
      });
      const sets = [...subsets(row.usages).slice(1), [...row.usages, ...row.usages]];
      const all = sets.flatMap((usages) => bothWays(one(usages), row.derives ? [false] : [true, false]));
      const changed: Scenario = {
        name: `${label(one(row.usages))} of ${size} bytes, set right while the name is read`,
        run: async ({ subtle }) => {
          const data = secret.slice();
          data.fill(0xee, 0, 1);
          const algorithm = {
            ...hash,
            get name() {
              data[0] = secret[0] ?? 0;
              return row.name;
            },
          };
          const key = await subtle.importKey(format, data, algorithm, true, row.usages);
          return equal(await subtle.exportKey(format, key), secret);
        },
        expected: 'true',
      };
      const named = (scenario: Scenario): Scenario => ({
        ...scenario,
        name: `${8 * size} bits: ${scenario.name}`,
      });
      return [
        ...all,
        emptyUsages(one(row.usages)),
        ...(row.derives || format === 'jwk' ? [] : [changed]),
      ].map(named);
    }),
  );
}

interface Asymmetric {
  readonly algorithm: object | string;
  readonly made: object;
  readonly key: KeyData;
  readonly publicUsages: readonly string[];
  readonly privateUsages: readonly string[];
}

function asymmetric({ algorithm, made, key, publicUsages, privateUsages }: Asymmetric): Scenario[] {
  const publics = [...subsets(publicUsages), [...publicUsages, ...publicUsages]];
  const privates = [...subsets(privateUsages).slice(1), [...privateUsages, ...privateUsages]];
  return [
    ...Object.entries(key.public).flatMap(([format, data]) =>
      publics.flatMap((usages) => bothWays({ format, data, algorithm, usages, type: 'public', made })),
    ),
    ...Object.entries(key.private).flatMap(([format, data]) => {
      const one = { format, data, algorithm, usages: privateUsages, type: 'private', made };
      return [...privates.flatMap((usages) => bothWays({ ...one, usages })), emptyUsages(one)];
    }),
  ];
}

const signing = { publicUsages: ['verify'], privateUsages: ['sign'] };
const deriving = { publicUsages: [], privateUsages: DERIVE };
const kem = {
  publicUsages: ['encapsulateKey', 'encapsulateBits'],
  privateUsages: ['decapsulateKey', 'decapsulateBits'],
};

const ec: readonly Asymmetric[] = CURVES.flatMap((namedCurve) =>
  [
    { name: 'ECDSA', ...signing },
    { name: 'ECDH', ...deriving },
  ].map(({ name, ...usages }) => {
    const algorithm = { name, namedCurve };
    return { algorithm, made: algorithm, key: ecKey(namedCurve), ...usages };
  }),
);

const plain = (name: string, key: KeyData, usages: typeof kem): readonly Asymmetric[] =>
  [name, { name }].map((algorithm) => ({ algorithm, made: { name }, key, ...usages }));

/** Points may be written with one coordinate; what comes out has both. An engine may refuse to take them (RFC 5480). */
const compressed: readonly Scenario[] = CURVES.flatMap((namedCurve) => {
  const { compressed: point, public: whole } = ecKey(namedCurve);
  const algorithm = { name: 'ECDSA', namedCurve };
  const full = whole['spki'];
  if (!(full instanceof Uint8Array)) return [];
  // The identifier of the algorithm, cut out of the whole: after the outer head, its own length and two bytes.
  const head = full[1] === 0x81 ? 3 : 2;
  const identifier = full.slice(head, head + 2 + (full[head + 1] ?? 0));
  return (
    [
      ['raw', point],
      ['raw-public', point],
      ['spki', spki(identifier, point)],
    ] as const
  ).map(([format, data]) => ({
    name: `${format} of a compressed point on ${namedCurve}`,
    run: async ({ subtle }: Subject) => {
      const key = await subtle.importKey(format, data, algorithm, true, ['verify']);
      const expected = whole[format];
      return expected instanceof Uint8Array && equal(await subtle.exportKey(format, key), expected);
    },
    expected: 'true',
  }));
});

/** Members of JWKs that say what an algorithm is. */
const jwkAlg: readonly Scenario[] = [
  ...OKP_NAMES.flatMap((name) => {
    const own = name.startsWith('Ed');
    const usages = own ? signing : deriving;
    return (own ? [name, 'EdDSA'] : ['anything']).flatMap((alg) =>
      [okpKey(name).public['jwk'], okpKey(name).private['jwk']].map((data, index) => ({
        name: `jwk of ${index === 0 ? 'public' : 'private'} ${name} with alg ${alg}`,
        run: async ({ subtle }: Subject) => {
          const some = index === 0 ? usages.publicUsages : usages.privateUsages;
          const key = await subtle.importKey('jwk', { ...data, alg }, name, true, some);
          const { alg: out, ...rest } = await subtle.exportKey('jwk', key);
          return { alg: out, members: Object.keys(rest).length };
        },
        expected: `{alg: ${own ? name : 'undefined'}, members: ${index === 0 ? 5 : 6}}`,
      })),
    );
  }),
  ...CURVES.map((namedCurve) => ({
    name: `jwk of ECDH on ${namedCurve} with any alg`,
    run: ({ subtle }: Subject) => {
      const jwk = { ...ecKey(namedCurve).public['jwk'], alg: 'anything' };
      return subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve }, true, []);
    },
    expected: keyText('public', true, { name: 'ECDH', namedCurve }, []),
  })),
];

/** Numbers that begin with zeros keep their width. */
const widths: readonly Scenario[] = (['Ed25519', 'X25519'] as const).flatMap((name) =>
  [new Uint8Array(32), concat(new Uint8Array(2), pattern(30, 9))].map((d) => {
    const { private: secret, public: open } = okpKey(name, d);
    const usages = name === 'Ed25519' ? ['sign'] : ['deriveBits'];
    return {
      name: `${name} of ${d[5] === 0 ? 'nothing but zeros' : 'zeros first'}`,
      run: async ({ subtle }: Subject) => {
        const key = await subtle.importKey('pkcs8', secret['pkcs8'], name, true, usages);
        const jwk = await subtle.exportKey('jwk', key);
        const back = await subtle.exportKey('pkcs8', key);
        const given = secret['pkcs8'];
        const x = describe({ ...open['jwk'] });
        return {
          d: jwk.d === base64url(d),
          x: x.includes(`x: ${jwk.x}`),
          pkcs8: given instanceof Uint8Array && equal(back, given),
        };
      },
      expected: '{d: true, pkcs8: true, x: true}',
    };
  }),
);

function rsa(fixtures: Fixtures): Scenario[] {
  const exponent = Uint8Array.of(1, 0, 1);
  return Object.entries(fixtures.rsa).flatMap(([bits, key]) =>
    ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'].flatMap((hash) =>
      [
        { name: 'RSASSA-PKCS1-v1_5', ...signing },
        { name: 'RSA-PSS', ...signing },
        { name: 'RSA-OAEP', publicUsages: ['encrypt', 'wrapKey'], privateUsages: ['decrypt', 'unwrapKey'] },
      ].flatMap(({ name, ...usages }) =>
        asymmetric({
          algorithm: { name, hash },
          made: { name, hash: { name: hash }, modulusLength: Number(bits), publicExponent: exponent },
          key,
          ...usages,
        }),
      ),
    ),
  );
}

export const makeTables = (fixtures: Fixtures): readonly Table[] => [
  { name: 'importKey: secret keys', scenarios: SYMMETRIC.flatMap(symmetric) },
  { name: 'importKey: EC', scenarios: [...ec.flatMap(asymmetric), ...compressed] },
  {
    name: 'importKey: OKP',
    scenarios: [
      ...OKP_NAMES.flatMap((name) =>
        plain(name, okpKey(name), name.startsWith('Ed') ? signing : deriving),
      ).flatMap(asymmetric),
      ...widths,
    ],
  },
  { name: 'importKey: alg of JWKs', scenarios: jwkAlg },
  {
    name: 'importKey: lattices',
    scenarios: LATTICE_NAMES.flatMap((name) =>
      plain(name, latticeKey(name), name.startsWith('ML-DSA') ? signing : kem).flatMap(asymmetric),
    ),
  },
  { name: 'importKey: RSA', scenarios: rsa(fixtures) },
];
