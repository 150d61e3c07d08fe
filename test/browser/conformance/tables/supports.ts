// SubtleCrypto.supports: what is said must be so for every operation, with its parameters.
import type { Scenario, Table } from '../compare.ts';
import type { Subject } from '../subject.ts';

const one = (name: string, expected: boolean, run: Scenario['run']): Scenario => ({
  name,
  expected: String(expected),
  run,
});

type Question = readonly [operation: string, algorithm: unknown, third?: unknown];

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, some) => (some instanceof Uint8Array ? `${some.length} bytes` : some)) ??
  'undefined';

const ask =
  (expected: boolean) =>
  (question: Question): Scenario =>
    one(`${question.map(shown).join(', ')}: ${expected}`, expected, ({ supports }) => supports(...question));
const yes = ask(true);
const no = ask(false);

const exponent = Uint8Array.of(1, 0, 1);
const rsa = { modulusLength: 2048, publicExponent: exponent, hash: 'SHA-256' };
const salt = new Uint8Array(16);
const info = new Uint8Array();

interface Row {
  readonly name: string;
  /** Operation and what it is asked with; all others are not supported. */
  readonly can: Readonly<Record<string, readonly [algorithm: unknown, third?: unknown]>>;
}

const both = (a: string, b: string, ...rest: readonly [unknown, unknown?]) => ({ [a]: rest, [b]: rest });

const rsaRow = (name: string, uses: Row['can']): Row => ({
  name,
  can: {
    generateKey: [{ name, ...rsa }],
    importKey: [{ name, hash: 'SHA-256' }],
    exportKey: [name],
    getPublicKey: [name],
    ...uses,
  },
});
const aes = (name: string, params: object | undefined): Row => ({
  name,
  can: {
    generateKey: [{ name, length: 256 }],
    importKey: [name],
    exportKey: [name],
    ...(params === undefined
      ? both('wrapKey', 'unwrapKey', name, { name: 'AES-GCM', length: 256 })
      : {
          ...both('encrypt', 'decrypt', { name, ...params }),
          ...both('wrapKey', 'unwrapKey', { name, ...params }, { name: 'AES-GCM', length: 256 }),
        }),
  },
});
const plain = (name: string, uses: Row['can']): Row => ({
  name,
  can: { generateKey: [name], importKey: [name], exportKey: [name], getPublicKey: [name], ...uses },
});

const SHARED = { name: 'AES-GCM', length: 256 };
const ROWS: readonly Row[] = [
  rsaRow('RSASSA-PKCS1-v1_5', both('sign', 'verify', 'RSASSA-PKCS1-v1_5')),
  rsaRow('RSA-PSS', both('sign', 'verify', { name: 'RSA-PSS', saltLength: 32 })),
  rsaRow('RSA-OAEP', {
    ...both('encrypt', 'decrypt', 'RSA-OAEP'),
    ...both('wrapKey', 'unwrapKey', 'RSA-OAEP', SHARED),
  }),
  {
    name: 'ECDSA',
    can: {
      ...both('generateKey', 'importKey', { name: 'ECDSA', namedCurve: 'P-256' }),
      exportKey: ['ECDSA'],
      getPublicKey: ['ECDSA'],
      ...both('sign', 'verify', { name: 'ECDSA', hash: 'SHA-256' }),
    },
  },
  {
    name: 'ECDH',
    can: {
      ...both('generateKey', 'importKey', { name: 'ECDH', namedCurve: 'P-256' }),
      exportKey: ['ECDH'],
      getPublicKey: ['ECDH'],
    },
  },
  ...['Ed25519', 'Ed448'].map((name) => plain(name, both('sign', 'verify', name))),
  ...['X25519', 'X448'].map((name) => plain(name, {})),
  ...['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'].map((name) => plain(name, both('sign', 'verify', name))),
  ...['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024', 'MLKEM768-P256', 'MLKEM768-X25519', 'MLKEM1024-P384'].map(
    (name) =>
      plain(name, {
        ...both('encapsulateBits', 'decapsulateBits', name),
        ...both('encapsulateKey', 'decapsulateKey', name, SHARED),
      }),
  ),
  aes('AES-CBC', { iv: salt }),
  aes('AES-CTR', { counter: salt, length: 128 }),
  aes('AES-GCM', { iv: new Uint8Array(12) }),
  aes('AES-OCB', { iv: new Uint8Array(12) }),
  aes('AES-KW', undefined),
  {
    name: 'ChaCha20-Poly1305',
    can: {
      generateKey: ['ChaCha20-Poly1305'],
      importKey: ['ChaCha20-Poly1305'],
      exportKey: ['ChaCha20-Poly1305'],
      ...both('encrypt', 'decrypt', { name: 'ChaCha20-Poly1305', iv: new Uint8Array(12) }),
    },
  },
  {
    name: 'HMAC',
    can: {
      ...both('generateKey', 'importKey', { name: 'HMAC', hash: 'SHA-256' }),
      exportKey: ['HMAC'],
      ...both('sign', 'verify', 'HMAC'),
    },
  },
  ...['KMAC128', 'KMAC256'].map((name) => ({
    name,
    can: {
      generateKey: [name],
      importKey: [name],
      exportKey: [name],
      ...both('sign', 'verify', { name, outputLength: 256 }),
    } as Row['can'],
  })),
  ...['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256', 'SHA3-384', 'SHA3-512'].map((name) => ({
    name,
    can: { digest: [name] as const },
  })),
  ...['cSHAKE128', 'cSHAKE256', 'TurboSHAKE128', 'TurboSHAKE256', 'KT128', 'KT256'].map((name) => ({
    name,
    can: { digest: [{ name, outputLength: 256 }] as const },
  })),
  {
    name: 'HKDF',
    can: { importKey: ['HKDF'], deriveBits: [{ name: 'HKDF', hash: 'SHA-256', salt, info }, 256] },
  },
  {
    name: 'PBKDF2',
    can: {
      importKey: ['PBKDF2'],
      deriveBits: [{ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 100_000 }, 256],
    },
  },
  ...['Argon2d', 'Argon2i', 'Argon2id'].map((name) => ({
    name,
    can: {
      importKey: [name] as const,
      deriveBits: [{ name, nonce: salt, memory: 64, passes: 1, parallelism: 1 }, 256] as const,
    },
  })),
];

const OPERATIONS = [
  'generateKey',
  'importKey',
  'exportKey',
  'sign',
  'verify',
  'encrypt',
  'decrypt',
  'deriveBits',
  'digest',
  'encapsulateKey',
  'encapsulateBits',
  'decapsulateKey',
  'decapsulateBits',
  'getPublicKey',
];

const matrix: readonly Scenario[] = ROWS.flatMap(({ name, can }) =>
  OPERATIONS.map((operation) => {
    const asked = can[operation];
    return asked === undefined ? no([operation, name]) : yes([operation, ...asked]);
  }),
);

const hkdf = { name: 'HKDF', hash: 'SHA-256', salt, info };
const pbkdf2 = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 100_000 };
const BITS = { 'SHA-1': 160, 'SHA-256': 256, 'SHA-384': 384, 'SHA-512': 512 };

const parameters: readonly Scenario[] = [
  ...['invalidOperation', '', 'GENERATEKEY', 'generatekey', 'constructor'].map((operation) =>
    no([operation, 'AES-GCM']),
  ),
  ...['InvalidAlgorithm', '', 'aes-gcm', 'AES-GCM', 'AES-CMAC'].map((name) => no(['generateKey', name])),
  yes(['generateKey', { name: 'aes-gcm', length: 128 }]),
  ...[128, 192, 256].map((length) => yes(['generateKey', { name: 'AES-GCM', length }])),
  ...[0, 100, 512].map((length) => no(['generateKey', { name: 'AES-GCM', length }])),
  ...['INVALID-HASH', 'SHA-25', 'SHA256', 'PBKDF2'].flatMap((hash) => [
    no(['generateKey', { name: 'HMAC', hash }]),
    no(['deriveBits', { ...hkdf, hash }, 8]),
    no(['deriveBits', { ...pbkdf2, hash }, 8]),
    ...['RSASSA-PKCS1-v1_5', 'RSA-PSS', 'RSA-OAEP'].map((name) =>
      no(['generateKey', { ...rsa, name, hash }]),
    ),
  ]),
  no(['generateKey', { name: 'HMAC', hash: 'SHA-256', length: 0 }]),
  no(['importKey', { name: 'HMAC', hash: 'SHA-256', length: 0 }]),
  no(['importKey', 'HMAC']),
  no(['encrypt', { name: 'AES-CBC', iv: new Uint8Array(10) }]),
  no(['encrypt', { name: 'AES-CTR', counter: new Uint8Array(10), length: 128 }]),
  ...[0, 129].map((length) => no(['encrypt', { name: 'AES-CTR', counter: salt, length }])),
  ...['encrypt', 'decrypt'].flatMap((operation) => [
    no([operation, { name: 'AES-GCM', iv: salt, tagLength: 100 }]),
    no([operation, { name: 'ChaCha20-Poly1305', iv: new Uint8Array(12), tagLength: 100 }]),
    no([operation, { name: 'ChaCha20-Poly1305', iv: new Uint8Array(10), tagLength: 128 }]),
    yes([operation, { name: 'ChaCha20-Poly1305', iv: new Uint8Array(12), tagLength: 128 }]),
    no([operation, 'AES-GCM']),
  ]),
  ...['ECDSA', 'ECDH'].flatMap((name) => [
    no(['generateKey', { name, namedCurve: 'P-51' }]),
    no(['importKey', { name, namedCurve: 'not-a-curve' }]),
    no(['generateKey', name]),
  ]),
  ...[hkdf, pbkdf2].flatMap((algorithm) => [
    no(['deriveBits', algorithm, 11]),
    no(['deriveBits', algorithm, null]),
    no(['deriveBits', algorithm]),
    yes(['deriveKey', algorithm, { name: 'HMAC', hash: 'SHA-256' }]),
    yes(['deriveKey', algorithm, SHARED]),
    no(['deriveKey', algorithm, 'Ed25519']),
    no(['deriveKey', algorithm, 'SHA-256']),
  ]),
  ...Object.entries(BITS).flatMap(([hash, bits]) => [
    yes(['deriveBits', { ...hkdf, hash }, 255 * bits]),
    no(['deriveBits', { ...hkdf, hash }, 255 * bits + 8]),
  ]),
  no(['deriveKey', hkdf, { name: 'HMAC', hash: 'SHA-256', length: 65_288 }]),
  ...['RSASSA-PKCS1-v1_5', 'RSA-PSS', 'RSA-OAEP'].flatMap((name) => [
    no(['generateKey', { ...rsa, name, modulusLength: 3, publicExponent: Uint8Array.of(3) }]),
    no(['generateKey', { ...rsa, name, publicExponent: Uint8Array.of(1) }]),
    no(['generateKey', { ...rsa, name, publicExponent: Uint8Array.of(4) }]),
    no(['generateKey', { ...rsa, name, publicExponent: new Uint8Array(256).fill(0xff) }]),
  ]),
  ...['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'].flatMap((name) =>
    ['sign', 'verify'].flatMap((operation) => [
      yes([operation, { name, context: new Uint8Array(255) }]),
      no([operation, { name, context: new Uint8Array(256) }]),
    ]),
  ),
  ...['encapsulateKey', 'decapsulateKey'].flatMap((operation) => [
    yes([operation, 'ML-KEM-768', { name: 'HMAC', hash: 'SHA-256', length: 256 }]),
    no([operation, 'ML-KEM-768', { name: 'HMAC', hash: 'SHA-256', length: 128 }]),
    no([operation, 'ML-KEM-768', { name: 'HMAC', hash: 'SHA-256', length: 512 }]),
    no([operation, 'ML-KEM-768', 'Ed25519']),
  ]),
  no(['sign', 'SHA-256']),
  no(['sign', 'ECDSA']),
  no(['getPublicKey', 'AES-GCM']),
  no(['digest', 'HMAC']),
];

const withPeer = (
  name: string,
  algorithm: object | string,
  half: 'publicKey' | 'privateKey',
  question: (open: unknown) => Question,
  expected: boolean,
): Scenario =>
  one(name, expected, async ({ subtle, supports }: Subject) => {
    const pair = await subtle.generateKey(algorithm, false, ['deriveBits', 'deriveKey']);
    return supports(...question(pair[half]));
  });

const p256 = { name: 'ECDH', namedCurve: 'P-256' };
const hmac = { name: 'HMAC', hash: 'SHA-256' };
const peers: readonly Scenario[] = [
  ...(
    [
      ['P-256', 256],
      ['P-384', 384],
      ['P-521', 528],
    ] as const
  ).flatMap(([namedCurve, most]) =>
    [undefined, null, 0, most, most + 1].map((length) =>
      withPeer(
        `ECDH on ${namedCurve}: ${length} bits`,
        { name: 'ECDH', namedCurve },
        'publicKey',
        (open) => ['deriveBits', { name: 'ECDH', public: open }, length],
        length !== most + 1,
      ),
    ),
  ),
  ...(
    [
      ['X25519', 256],
      ['X448', 448],
    ] as const
  ).flatMap(([name, most]) =>
    [undefined, most, most + 1].map((length) =>
      withPeer(
        `${name}: ${length} bits`,
        name,
        'publicKey',
        (open) => ['deriveBits', { name, public: open }, length],
        length !== most + 1,
      ),
    ),
  ),
  withPeer(
    'ECDH: a private peer',
    p256,
    'privateKey',
    (open) => ['deriveBits', { name: 'ECDH', public: open }, 256],
    false,
  ),
  withPeer(
    'X25519: a private peer',
    'X25519',
    'privateKey',
    (open) => ['deriveBits', { name: 'X25519', public: open }, 256],
    false,
  ),
  withPeer(
    'ECDH: a peer of X25519',
    'X25519',
    'publicKey',
    (open) => ['deriveBits', { name: 'ECDH', public: open }, 256],
    false,
  ),
  withPeer(
    'X25519: a peer of ECDH',
    p256,
    'publicKey',
    (open) => ['deriveBits', { name: 'X25519', public: open }, 256],
    false,
  ),
  withPeer(
    'ECDH on P-256: HMAC',
    p256,
    'publicKey',
    (open) => ['deriveKey', { name: 'ECDH', public: open }, hmac],
    false,
  ),
  withPeer(
    'ECDH on P-521: HMAC',
    { name: 'ECDH', namedCurve: 'P-521' },
    'publicKey',
    (open) => ['deriveKey', { name: 'ECDH', public: open }, hmac],
    true,
  ),
  withPeer(
    'X25519: HMAC',
    'X25519',
    'publicKey',
    (open) => ['deriveKey', { name: 'X25519', public: open }, hmac],
    false,
  ),
  withPeer(
    'X25519: AES-GCM',
    'X25519',
    'publicKey',
    (open) => ['deriveKey', { name: 'X25519', public: open }, SHARED],
    true,
  ),
];

export const tables: readonly Table[] = [
  { name: 'supports: algorithms', scenarios: matrix },
  { name: 'supports: parameters', scenarios: parameters },
  { name: 'supports: peers', scenarios: peers },
];
