// The words of PSA and what keyslot has for them. Data only; expressions without white space. A word that no line
// covers fails the test.
import type { Change, Skip } from './reasons.ts';

/** What of a key type matters here: which of keyslot's algorithms its keys can have. */
export type Kind = 'bytes' | 'hmac' | 'aes' | 'ec' | 'ec-public' | 'rsa' | 'rsa-public';

export const KEY_TYPES: Readonly<Record<string, Kind>> = {
  PSA_KEY_TYPE_RAW_DATA: 'bytes',
  PSA_KEY_TYPE_HMAC: 'hmac',
  PSA_KEY_TYPE_AES: 'aes',
  'PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)': 'ec',
  'PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_K1)': 'ec',
  'PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1)': 'ec-public',
  PSA_KEY_TYPE_RSA_KEY_PAIR: 'rsa',
  PSA_KEY_TYPE_RSA_PUBLIC_KEY: 'rsa-public',
};

export const NO_KEY_TYPES: readonly (readonly [RegExp, Skip])[] = [
  [/MONTGOMERY|BRAINPOOL|SECT|TWISTED_EDWARDS/, 'keyType'],
  [/DH_KEY_PAIR|DH_PUBLIC_KEY|KEY_TYPE_DERIVE|PASSWORD/, 'derivation'],
  [/CHACHA20|ARIA|CAMELLIA|DES/, 'keyType'],
];

/** Curves by family and bits: `null` for one that keyslot has not, absent for a size that is no curve's. */
export const CURVES: Readonly<Record<string, Readonly<Record<number, string | null>>>> = {
  SECP_R1: { 192: null, 224: null, 256: 'P-256', 384: 'P-384', 521: 'P-521' },
  SECP_K1: { 192: null, 225: null, 256: 'secp256k1' },
};

export interface Algorithm {
  readonly name: 'AES-GCM' | 'HMAC' | 'ECDSA' | 'RSA-PSS';
  readonly hash?: 'SHA-256';
  readonly change?: Change;
}

const GCM_INSTEAD = { name: 'AES-GCM', change: 'cipher' } as const;

export const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  PSA_ALG_GCM: { name: 'AES-GCM' },
  PSA_ALG_CCM: GCM_INSTEAD,
  PSA_ALG_CTR: GCM_INSTEAD,
  PSA_ALG_CBC_NO_PADDING: GCM_INSTEAD,
  PSA_ALG_ECB_NO_PADDING: GCM_INSTEAD,
  'PSA_ALG_HMAC(PSA_ALG_SHA_256)': { name: 'HMAC', hash: 'SHA-256' },
  'PSA_ALG_ECDSA(PSA_ALG_SHA_256)': { name: 'ECDSA', hash: 'SHA-256' },
  PSA_ALG_ECDSA_ANY: { name: 'ECDSA', hash: 'SHA-256', change: 'anyHash' },
  'PSA_ALG_RSA_PSS(PSA_ALG_SHA_256)': { name: 'RSA-PSS', hash: 'SHA-256' },
};

export const NO_ALGORITHMS: readonly (readonly [RegExp, Skip])[] = [
  [/KEY_AGREEMENT|ECDH|FFDH|HKDF|TLS12|PBKDF2/, 'derivation'],
  [/RSA_PKCS1V15_CRYPT|RSA_OAEP/, 'encryption'],
  [/TRUNCATED_MAC|SHORTENED_TAG|AT_LEAST_THIS_LENGTH/, 'tagLength'],
  [/ANY_HASH/, 'wildcard'],
  [/RSA_PKCS1V15_SIGN|RSA_PSS_ANY_SALT|DETERMINISTIC_ECDSA|CMAC|CHACHA20|SHA_224/, 'algorithm'],
];

/** The usage that a key is given where PSA gives it none, by algorithm. */
export const LEAST_USAGE = {
  'AES-GCM': 'encrypt',
  HMAC: 'sign',
  ECDSA: 'verify',
  'RSA-PSS': 'verify',
} as const;

/** The algorithm of a key whose policy names none. */
export const ALGORITHM_OF_KIND: Readonly<Record<Kind, Algorithm['name']>> = {
  bytes: 'HMAC',
  hmac: 'HMAC',
  aes: 'AES-GCM',
  ec: 'ECDSA',
  'ec-public': 'ECDSA',
  rsa: 'RSA-PSS',
  'rsa-public': 'RSA-PSS',
};

/** In keyslot's order. A hash signed is a message signed: PSA extends the one to the other too. */
export const USAGES = {
  sign: ['PSA_KEY_USAGE_SIGN_HASH', 'PSA_KEY_USAGE_SIGN_MESSAGE'],
  verify: ['PSA_KEY_USAGE_VERIFY_HASH', 'PSA_KEY_USAGE_VERIFY_MESSAGE'],
  encrypt: ['PSA_KEY_USAGE_ENCRYPT'],
  decrypt: ['PSA_KEY_USAGE_DECRYPT'],
} as const;

export const FLAGS = {
  extractable: 'PSA_KEY_USAGE_EXPORT',
  copyable: 'PSA_KEY_USAGE_COPY',
  derive: 'PSA_KEY_USAGE_DERIVE',
} as const;

/** Conditions on the build of Mbed TLS: met, or why a case that has it is not for keyslot. */
export const CONDITIONS: readonly (readonly [RegExp, true | Skip])[] = [
  // What a case asks of algorithms is decided by those it names.
  [/^PSA_WANT_/, true],
  [/^!PSA_WANT_(ALG_MD5|ALG_DETERMINISTIC_ECDSA|KEY_TYPE_ECC_KEY_PAIR_DERIVE)$/, true],
  [/^MBEDTLS_PSA_CRYPTO_STORAGE_C$|^MBEDTLS_PSA_ITS_FILE_C$|^MBEDTLS_PSA_KEY_STORE_DYNAMIC$/, true],
  [/^!MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH$|^!MBEDTLS_BLOCK_CIPHER_NO_DECRYPT$/, true],
  [/^MBEDTLS_PSA_KEY_BUFFER_MAX_SIZE>=|^PSA_VENDOR_RSA_(GENERATE_MIN|MAX)_KEY_BITS/, true],
  [/^MBEDTLS_PSA_CRYPTO_KEY_ID_ENCODES_OWNER$/, 'owner'],
  [/^PSA_CRYPTO_DRIVER_TEST$/, 'location'],
  [/^!?MBEDTLS_PSA_STATIC_KEY_SLOTS$|^!?MBEDTLS_PSA_BUILTIN_/, 'build'],
  [/^!MBEDTLS_PSA_CRYPTO_STORAGE_C$/, 'build'],
];

/** Names that the table of values leaves out, and others of the same meaning here. */
export const SYNONYMS: Readonly<Record<string, string>> = {
  // Mbed TLS takes ids of volatile keys out of the range that is the vendor's.
  PSA_KEY_ID_VOLATILE_MIN: 'PSA_KEY_ID_VENDOR_MIN',
};
