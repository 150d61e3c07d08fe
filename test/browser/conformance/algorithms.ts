// What the scenarios know of each algorithm, from the Web Cryptography API Level 2 and the Modern Algorithms draft. Data only.
// Sources: w3c.github.io/webcrypto, wicg.github.io/webcrypto-modern-algos.

export interface Row {
  readonly name: string;
  readonly kind: 'secret' | 'pair';
  /** Parameters of `generateKey` beyond the name. */
  readonly params: readonly Params[];
  readonly usages: readonly string[];
  /** Usages of a pair's public key. */
  readonly publicUsages?: readonly string[];
  /** Parameters that are wrong, and the error they are refused with. */
  readonly bad?: readonly (readonly [Params, string])[];
  readonly formats: readonly string[];
  /** Members of a JWK beside those that every one has (`kty`, `ext`, `key_ops`). */
  readonly jwk: readonly string[];
  /** Members that a private JWK has more. */
  readonly jwkPrivate?: readonly string[];
  /** Making a key takes long: not every combination is tried. */
  readonly slow?: true;
}

export interface Params {
  readonly length?: number;
  readonly hash?: string;
  readonly namedCurve?: string;
  readonly modulusLength?: number;
  readonly publicExponent?: Uint8Array;
}

export const ALL_USAGES: readonly string[] = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'wrapKey',
  'unwrapKey',
  'deriveKey',
  'deriveBits',
  'encapsulateKey',
  'encapsulateBits',
  'decapsulateKey',
  'decapsulateBits',
];

const CIPHER = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'];
const SIGN = ['sign', 'verify'];
const DERIVE = ['deriveKey', 'deriveBits'];
const KEM = ['encapsulateKey', 'encapsulateBits', 'decapsulateKey', 'decapsulateBits'];

const exponent = Uint8Array.of(1, 0, 1);
const TOO_FAR = [128 + 2 ** 32, 128 - 2 ** 32];
const WRONG_AES = [64, 127, 129, 255, 257, 512];

const aes = (name: string, usages: readonly string[], raw: readonly string[]): Row => ({
  name,
  kind: 'secret',
  params: [128, 192, 256].map((length) => ({ length })),
  usages,
  bad: [
    ...WRONG_AES.map((length) => [{ length }, 'OperationError'] as const),
    ...TOO_FAR.map((length) => [{ length }, 'TypeError'] as const),
    [{}, 'TypeError'],
  ],
  formats: [...raw, 'jwk'],
  jwk: ['alg', 'k'],
});

const rsa = (name: string, usages: readonly string[], publicUsages: readonly string[]): Row => {
  const good = { modulusLength: 1024, publicExponent: exponent, hash: 'SHA-256' };
  return {
    name,
    kind: 'pair',
    params: [good, { ...good, hash: 'SHA-1' }],
    usages,
    publicUsages,
    bad: [
      [{ ...good, publicExponent: Uint8Array.of(1) }, 'OperationError'],
      [{ ...good, publicExponent: Uint8Array.of(1, 0, 0) }, 'OperationError'],
      [{ ...good, modulusLength: 1024 + 2 ** 32 }, 'TypeError'],
      [{ ...good, modulusLength: 1024 - 2 ** 32 }, 'TypeError'],
      [{ ...good, hash: 'SHA' }, 'NotSupportedError'],
    ],
    formats: ['spki', 'pkcs8', 'jwk'],
    jwk: ['alg', 'e', 'n'],
    jwkPrivate: ['d', 'dp', 'dq', 'p', 'q', 'qi'],
    slow: true,
  };
};

const ec = (
  name: string,
  usages: readonly string[],
  publicUsages: readonly string[],
  jwk: readonly string[],
): Row => ({
  name,
  kind: 'pair',
  params: ['P-256', 'P-384', 'P-521'].map((namedCurve) => ({ namedCurve })),
  usages,
  publicUsages,
  bad: [
    [{ namedCurve: 'P-512' }, 'NotSupportedError'],
    [{ namedCurve: 'Curve25519' }, 'NotSupportedError'],
    [{}, 'TypeError'],
  ],
  formats: ['raw', 'raw-public', 'spki', 'pkcs8', 'jwk'],
  jwk: [...jwk, 'crv', 'x', 'y'],
  jwkPrivate: ['d'],
});

const okp = (
  name: string,
  usages: readonly string[],
  publicUsages: readonly string[],
  jwk: readonly string[],
): Row => ({
  name,
  kind: 'pair',
  params: [{}],
  usages,
  publicUsages,
  formats: ['raw', 'raw-public', 'spki', 'pkcs8', 'jwk'],
  jwk: [...jwk, 'crv', 'x'],
  jwkPrivate: ['d'],
});

const lattice = (
  name: string,
  usages: readonly string[],
  publicUsages: readonly string[],
  formats: readonly string[],
): Row => ({
  name,
  kind: 'pair',
  params: [{}],
  usages,
  publicUsages,
  formats,
  jwk: ['alg', 'pub'],
  jwkPrivate: ['priv'],
});

const LATTICE_FORMATS = ['raw-public', 'raw-seed', 'spki', 'pkcs8', 'jwk'];
const HYBRID_FORMATS = ['raw-public', 'raw-seed', 'jwk'];
const kem = (name: string, formats: readonly string[]): Row =>
  lattice(name, KEM, ['encapsulateKey', 'encapsulateBits'], formats);
const kmac = (name: string): Row => ({
  name,
  kind: 'secret',
  params: [{ length: 128 }, { length: 160 }, { length: 256 }, {}],
  usages: SIGN,
  formats: ['raw-secret', 'jwk'],
  jwk: ['alg', 'k'],
});

export const ROWS: readonly Row[] = [
  aes('AES-CTR', CIPHER, ['raw', 'raw-secret']),
  aes('AES-CBC', CIPHER, ['raw', 'raw-secret']),
  aes('AES-GCM', CIPHER, ['raw', 'raw-secret']),
  aes('AES-KW', ['wrapKey', 'unwrapKey'], ['raw', 'raw-secret']),
  aes('AES-OCB', CIPHER, ['raw-secret']),
  {
    name: 'ChaCha20-Poly1305',
    kind: 'secret',
    params: [{}],
    usages: CIPHER,
    formats: ['raw-secret', 'jwk'],
    jwk: ['alg', 'k'],
  },
  {
    name: 'HMAC',
    kind: 'secret',
    params: [
      { hash: 'SHA-1', length: 160 },
      { hash: 'SHA-256', length: 256 },
      { hash: 'SHA-384', length: 384 },
      { hash: 'SHA-512', length: 512 },
      { hash: 'SHA-1' },
      { hash: 'SHA-256' },
      { hash: 'SHA-384' },
      { hash: 'SHA-512' },
      { hash: 'SHA3-256' },
      { hash: 'SHA3-384' },
      { hash: 'SHA3-512' },
    ],
    usages: SIGN,
    bad: [
      ...TOO_FAR.map((length) => [{ hash: 'SHA-256', length }, 'TypeError'] as const),
      [{ hash: 'SHA-256', length: 0 }, 'OperationError'],
      [{ hash: 'MD5' }, 'NotSupportedError'],
      [{}, 'TypeError'],
    ],
    formats: ['raw', 'raw-secret', 'jwk'],
    jwk: ['alg', 'k'],
  },
  kmac('KMAC128'),
  kmac('KMAC256'),
  rsa('RSASSA-PKCS1-v1_5', SIGN, ['verify']),
  rsa('RSA-PSS', SIGN, ['verify']),
  rsa('RSA-OAEP', CIPHER, ['encrypt', 'wrapKey']),
  ec('ECDSA', SIGN, ['verify'], []),
  ec('ECDH', DERIVE, [], []),
  okp('Ed25519', SIGN, ['verify'], ['alg']),
  okp('Ed448', SIGN, ['verify'], ['alg']),
  okp('X25519', DERIVE, [], []),
  okp('X448', DERIVE, [], []),
  ...['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'].map((name) => lattice(name, SIGN, ['verify'], LATTICE_FORMATS)),
  ...['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'].map((name) => kem(name, LATTICE_FORMATS)),
  ...['MLKEM768-P256', 'MLKEM768-X25519', 'MLKEM1024-P384'].map((name) => kem(name, HYBRID_FORMATS)),
];

/** FIPS 180-4 and 202: block sizes in bits, which are HMAC's default key lengths. */
export const BLOCK: Readonly<Record<string, number>> = {
  'SHA-1': 512,
  'SHA-256': 512,
  'SHA-384': 1024,
  'SHA-512': 1024,
  'SHA3-256': 1088,
  'SHA3-384': 832,
  'SHA3-512': 576,
};

/** What `key.algorithm` says of a key of this row. */
export function keyAlgorithm(row: Row, params: Params): object {
  const { hash, length, ...rest } = params;
  const bits = length ?? (hash !== undefined && row.name === 'HMAC' ? BLOCK[hash] : defaultLength(row));
  return {
    name: row.name,
    ...(hash === undefined ? {} : { hash: { name: hash } }),
    ...(bits === undefined ? {} : { length: bits }),
    ...rest,
  };
}

const defaultLength = ({ name }: Row): number | undefined => ({ KMAC128: 128, KMAC256: 256 })[name];

export const privateUsages = (row: Row): readonly string[] =>
  row.usages.filter((usage) => row.publicUsages?.includes(usage) !== true);

export function subsets<T>(all: readonly T[]): readonly (readonly T[])[] {
  const sets: (readonly T[])[] = [[]];
  for (const item of all) sets.push(...sets.map((set) => [...set, item]));
  return sets;
}

/** Sets of usages with which a key can be made: the private half has one; and one with repeats. */
export function validUsages(row: Row): readonly (readonly string[])[] {
  const needed = row.kind === 'pair' ? privateUsages(row) : row.usages;
  const sets = subsets(row.usages).filter((set) => needed.some((usage) => set.includes(usage)));
  return [...(row.slow ? sets.slice(-1) : sets), [...row.usages, ...row.usages]];
}
