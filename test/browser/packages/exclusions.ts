// Cases of the packages' suites that `subtle` does not pass, and why; and hashes whose vectors nobody can try. Data only:
// each case is run all the same, and must fail.
export interface Exclusion {
  readonly suite: string;
  readonly path: RegExp;
  readonly reason: string;
}

const peculiar = (path: RegExp, reason: string): Exclusion => ({
  suite: '@peculiar/webcrypto-test',
  path,
  reason,
});

const NOT_WEBCRYPTO = 'no algorithm of WebCrypto or its drafts, and not one to begin with';

export const EXCLUDED: readonly Exclusion[] = [
  peculiar(/^AES-\d+-ECB › /, NOT_WEBCRYPTO),
  peculiar(/^RSAES-PKCS1-v1_5 › /, NOT_WEBCRYPTO),
  peculiar(/^DES-(?!.* wrong key)/, NOT_WEBCRYPTO),
  peculiar(/^AES-\d+-CMAC › Generate Key › /, 'web-platform-tests want generateKey to refuse AES-CMAC'),
  peculiar(/^AES-\d+-CMAC › (Import\/Export › raw|Sign)/, 'keys of newer algorithms are raw-secret, not raw'),
  peculiar(/^AES-\d+-CMAC › Import\/Export › jwk/, 'the alg of its JWK is registered nowhere'),
  peculiar(
    /^ECDH › Import\/Export › /,
    'imports ECDH keys with the usages verify and sign, which is a SyntaxError (WebCrypto, 24.4.4)',
  ),
  peculiar(
    /^HMAC › Generate Key › default length for SHA-(384|512)/,
    'the default length is the block size, 1024 bits, not 512 (WebCrypto, 29.7.3)',
  ),
  peculiar(/^HMAC › Generate Key › Round length 164/, 'the length is what was asked for (WebCrypto, 29.7.3)'),
];

/** What hash-test-vectors calls the hashes that WebCrypto has. */
export const HASHES: Readonly<Record<string, string>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Its other columns: these hashes again, under OpenSSL's names, … */
export const ALIASES: readonly string[] = [
  ...['DSA', 'DSA-SHA', 'DSA-SHA1', 'DSA-SHA1-old', 'RSA-SHA1', 'RSA-SHA1-2', 'dsaEncryption', 'dsaWithSHA'],
  ...['dsaWithSHA1', 'dss1', 'ecdsa-with-SHA1', 'sha1WithRSAEncryption', 'ssl3-sha1', 'RSA-SHA256'],
  ...[
    'sha256WithRSAEncryption',
    'RSA-SHA384',
    'sha384WithRSAEncryption',
    'RSA-SHA512',
    'sha512WithRSAEncryption',
  ],
];

/** … and hashes that are not in WebCrypto or its drafts: broken, or never taken up. */
export const UNKNOWN: readonly string[] = [
  ...[
    'RSA-MD4',
    'md4',
    'md4WithRSAEncryption',
    'RSA-MD5',
    'md5',
    'md5WithRSAEncryption',
    'ssl2-md5',
    'ssl3-md5',
  ],
  ...[
    'RSA-MDC2',
    'mdc2',
    'mdc2WithRSA',
    'RSA-RIPEMD160',
    'ripemd',
    'ripemd160',
    'ripemd160WithRSA',
    'rmd160',
  ],
  ...[
    'RSA-SHA',
    'sha',
    'shaWithRSAEncryption',
    'RSA-SHA224',
    'sha224',
    'sha224WithRSAEncryption',
    'whirlpool',
  ],
];

/** Its derivation of this many iterations is left out: minutes by noble. */
export const TOO_LONG = 16_777_216;
