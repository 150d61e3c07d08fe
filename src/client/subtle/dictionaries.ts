// Which algorithm has which operation with which parameters: the registrations of the Web Cryptography API (Level 2),
// of the Modern Algorithms draft, and keyslot's own. Data only. Members of a dictionary in the order in which WebIDL
// reads them, that is by name.

/** The operations that an algorithm can be normalised for (Web Cryptography API, section 18.4). */
export type Registered =
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'digest'
  | 'generateKey'
  | 'importKey'
  | 'exportKey'
  | 'deriveBits'
  | 'get key length'
  | 'wrapKey'
  | 'unwrapKey'
  | 'encapsulate'
  | 'decapsulate';

/** WebIDL types; with `!`, a member that must be there. Numbers have [EnforceRange]. */
type Kind = 'bytes' | 'octet' | 'ushort' | 'ulong' | 'string' | 'hash' | 'key' | 'integer';

export type Dictionary = Readonly<Record<string, Kind | `${Kind}!`>>;

const NONE: Dictionary = {};
const LENGTH: Dictionary = { length: 'ushort!' };
const CURVE: Dictionary = { namedCurve: 'string!' };
const HASHED: Dictionary = { hash: 'hash!' };
const HASHED_LENGTH: Dictionary = { hash: 'hash!', length: 'ulong' };
const SIZED: Dictionary = { length: 'ulong' };
const RSA: Dictionary = { hash: 'hash!', modulusLength: 'ulong!', publicExponent: 'integer!' };
const PEER: Dictionary = { public: 'key!' };
const CONTEXT: Dictionary = { context: 'bytes' };
const IV: Dictionary = { iv: 'bytes!' };
const COUNTER: Dictionary = { counter: 'bytes!', length: 'octet!' };
const AEAD: Dictionary = { additionalData: 'bytes', iv: 'bytes!', tagLength: 'octet' };
const SIV: Dictionary = { additionalData: 'bytes', iv: 'bytes' };
const XOF_MAC: Dictionary = { customization: 'bytes', outputLength: 'ulong!' };
const OUTPUT: Dictionary = { outputLength: 'ulong' };
const CSHAKE: Dictionary = { customization: 'bytes', functionName: 'bytes', outputLength: 'ulong!' };
const TURBOSHAKE: Dictionary = { domainSeparation: 'octet', outputLength: 'ulong!' };
const HKDF: Dictionary = { hash: 'hash!', info: 'bytes!', salt: 'bytes!' };
const PBKDF2: Dictionary = { hash: 'hash!', iterations: 'ulong!', salt: 'bytes!' };
const ARGON2: Dictionary = {
  associatedData: 'bytes',
  memory: 'ulong!',
  nonce: 'bytes!',
  parallelism: 'ulong!',
  passes: 'ulong!',
  secretValue: 'bytes',
  version: 'octet',
};
const SCRYPT: Dictionary = { blockSize: 'ulong', cost: 'ulong!', parallelism: 'ulong', salt: 'bytes!' };

export type Registration = Readonly<Partial<Record<Registered, Dictionary>>>;

const signature = (generate: Dictionary, given: Dictionary, params: Dictionary): Registration => ({
  generateKey: generate,
  importKey: given,
  exportKey: NONE,
  sign: params,
  verify: params,
});
const agreement = (curve: Dictionary): Registration => ({
  generateKey: curve,
  importKey: curve,
  exportKey: NONE,
  deriveBits: PEER,
});
const cipher = (params: Dictionary, length = LENGTH): Registration => ({
  generateKey: length,
  importKey: NONE,
  exportKey: NONE,
  'get key length': length,
  encrypt: params,
  decrypt: params,
});
const mac = (given: Dictionary, params: Dictionary): Registration => ({
  ...signature(given, given, params),
  'get key length': given,
});
/** AES-CMAC keys are imported or derived only: the specification's tests hold that `generateKey` refuses the name. */
const CMAC: Registration = {
  importKey: NONE,
  exportKey: NONE,
  'get key length': LENGTH,
  sign: NONE,
  verify: NONE,
};
const derivation = (params: Dictionary): Registration => ({
  importKey: NONE,
  deriveBits: params,
  'get key length': NONE,
});
const KEM: Registration = {
  generateKey: NONE,
  importKey: NONE,
  exportKey: NONE,
  encapsulate: NONE,
  decapsulate: NONE,
};
const digest = (params: Dictionary): Registration => ({ digest: params });
const each = (names: string, registration: Registration): Record<string, Registration> =>
  Object.fromEntries(names.split(' ').map((name) => [name, registration]));

const BLAKE: Registration = { ...mac(SIZED, OUTPUT), ...digest(OUTPUT) };
const PQ_SIGNATURE = signature(NONE, NONE, CONTEXT);

/** By canonical name. */
export const REGISTRATIONS: Readonly<Record<string, Registration>> = {
  'RSASSA-PKCS1-v1_5': signature(RSA, HASHED, NONE),
  'RSA-PSS': signature(RSA, HASHED, { saltLength: 'ulong!' }),
  'RSA-OAEP': {
    generateKey: RSA,
    importKey: HASHED,
    exportKey: NONE,
    encrypt: { label: 'bytes' },
    decrypt: { label: 'bytes' },
  },
  ECDSA: signature(CURVE, CURVE, HASHED),
  ECDH: agreement(CURVE),
  Ed25519: signature(NONE, NONE, NONE),
  Ed448: PQ_SIGNATURE,
  ...each('X25519 X448', agreement(NONE)),
  'AES-CTR': cipher(COUNTER),
  'AES-CBC': cipher(IV),
  'AES-SIV': cipher(SIV),
  ...each('AES-GCM AES-OCB AES-GCM-SIV', cipher(AEAD)),
  ...each('ChaCha20-Poly1305 XChaCha20-Poly1305', cipher(AEAD, NONE)),
  'AES-KW': {
    generateKey: LENGTH,
    importKey: NONE,
    exportKey: NONE,
    'get key length': LENGTH,
    wrapKey: NONE,
    unwrapKey: NONE,
  },
  'AES-CMAC': CMAC,
  HMAC: mac(HASHED_LENGTH, NONE),
  ...each('KMAC128 KMAC256', mac(SIZED, XOF_MAC)),
  ...each('BLAKE2b BLAKE2s BLAKE3', BLAKE),
  HKDF: derivation(HKDF),
  PBKDF2: derivation(PBKDF2),
  ...each('Argon2d Argon2i Argon2id', derivation(ARGON2)),
  scrypt: derivation(SCRYPT),
  ...each('ML-KEM-512 ML-KEM-768 ML-KEM-1024 X-Wing MLKEM768-X25519 MLKEM768-P256 MLKEM1024-P384', KEM),
  ...each('ML-DSA-44 ML-DSA-65 ML-DSA-87', PQ_SIGNATURE),
  ...each(
    ['SHA2', 'SHAKE']
      .flatMap((hash) =>
        ['128s', '128f', '192s', '192f', '256s', '256f'].map((set) => `SLH-DSA-${hash}-${set}`),
      )
      .join(' '),
    PQ_SIGNATURE,
  ),
  ...each('SHA-1 SHA-256 SHA-384 SHA-512 SHA3-256 SHA3-384 SHA3-512 Keccak-256', digest(NONE)),
  ...each('cSHAKE128 cSHAKE256', digest(CSHAKE)),
  ...each('TurboSHAKE128 TurboSHAKE256', digest(TURBOSHAKE)),
  ...each('KT128 KT256', digest({ customization: 'bytes', outputLength: 'ulong!' })),
};
