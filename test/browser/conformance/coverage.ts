// Which tables check what a file of web-platform-tests' WebCryptoAPI folder checks: data for the documentation and for
// whoever looks for the scenario behind a subtest. A `*` stands for one file an algorithm.
interface Covered {
  readonly files: readonly string[];
  readonly tables: readonly string[];
  /** What the tables leave out, and why. */
  readonly without?: string;
}

export const COVERAGE: readonly Covered[] = [
  {
    files: ['generateKey/successes.js', 'generateKey/successes_*', 'generateKey/algorithm_registry.js'],
    tables: ['generateKey: keys', 'shape: keys'],
  },
  { files: ['generateKey/failures.js', 'generateKey/failures_*'], tables: ['generateKey: refusals'] },
  {
    files: ['import_export/symmetric_importKey*'],
    tables: ['importKey: secret keys', 'generateKey: exports'],
  },
  {
    files: ['import_export/ec_importKey*'],
    tables: ['importKey: EC', 'importKey: alg of JWKs', 'generateKey: exports'],
  },
  {
    files: ['import_export/ec_importKey_failures_*'],
    tables: ['importKey: refusals of pairs', 'importKey: refusals of widths'],
  },
  { files: ['import_export/okp_importKey*'], tables: ['importKey: OKP', 'importKey: alg of JWKs'] },
  {
    files: [
      'import_export/okp_importKey_failures_*',
      'import_export/okp_fixed_length.https.any.js',
      'import_export/okp_malformed_asn1.https.any.js',
      'import_export/importKey_failures.js',
    ],
    tables: ['importKey: refusals of pairs', 'importKey: refusals of widths'],
  },
  {
    files: ['import_export/rsa_importKey*', 'import_export/rsa_importKey_jwkPadding*'],
    tables: ['importKey: RSA', 'importKey: refusals of RSA'],
  },
  {
    files: ['import_export/ML-DSA_importKey*', 'import_export/ML-KEM_importKey*'],
    tables: ['importKey: lattices', 'importKey: refusals of pairs'],
  },
  {
    files: ['import_export/raw_format_aliases*'],
    tables: ['importKey: secret keys', 'importKey: EC', 'importKey: OKP'],
  },
  {
    files: ['import_export/crashtests/*'],
    tables: ['importKey: refusals of secret keys', 'shape: conversions'],
  },
  {
    files: ['export-key-error-order*'],
    tables: ['exportKey: refusals'],
  },
  { files: ['sign_verify/hmac*'], tables: ['sign: HMAC'] },
  { files: ['sign_verify/kmac*'], tables: ['sign: KMAC'] },
  { files: ['sign_verify/ecdsa*'], tables: ['sign: ECDSA'] },
  { files: ['sign_verify/eddsa*'], tables: ['sign: EdDSA'] },
  {
    files: ['sign_verify/eddsa_small_order_points*'],
    tables: ['derive: low order'],
    without: 'signatures that only some engines verify: there the engine is the measure',
  },
  { files: ['sign_verify/mldsa*'], tables: ['sign: ML-DSA'] },
  { files: ['sign_verify/rsa*'], tables: ['sign: RSA'] },
  { files: ['encrypt_decrypt/aes_cbc*'], tables: ['encrypt: AES-CBC', 'encrypt: refusals'] },
  { files: ['encrypt_decrypt/aes_ctr*'], tables: ['encrypt: AES-CTR', 'encrypt: refusals'] },
  { files: ['encrypt_decrypt/aes_gcm*'], tables: ['encrypt: AES-GCM', 'encrypt: refusals'] },
  { files: ['encrypt_decrypt/aes_ocb*'], tables: ['encrypt: AES-OCB', 'encrypt: refusals'] },
  {
    files: ['encrypt_decrypt/chacha20_poly1305*'],
    tables: ['encrypt: ChaCha20-Poly1305', 'encrypt: refusals'],
  },
  { files: ['encrypt_decrypt/rsa*'], tables: ['encrypt: RSA-OAEP', 'encrypt: refusals'] },
  { files: ['derive_bits_keys/hkdf*'], tables: ['derive: HKDF', 'derive: refusals'] },
  { files: ['derive_bits_keys/pbkdf2*'], tables: ['derive: PBKDF2', 'derive: refusals'] },
  { files: ['derive_bits_keys/argon2*'], tables: ['derive: Argon2', 'derive: refusals'] },
  { files: ['derive_bits_keys/ecdh*'], tables: ['derive: agreement'] },
  { files: ['derive_bits_keys/cfrg_curves*'], tables: ['derive: agreement', 'derive: low order'] },
  {
    files: ['derive_bits_keys/derived_bits_length*'],
    tables: ['derive: HKDF', 'derive: PBKDF2', 'derive: agreement'],
    without: 'a negative length with PBKDF2: Chromium computes for minutes',
  },
  {
    files: ['wrapKey_unwrapKey/*'],
    tables: ['wrapKey: there and back', 'wrapKey: contents', 'wrapKey: refusals', 'wrapKey: RSA'],
  },
  {
    files: ['encap_decap/*'],
    tables: [
      'encapsulate: ML-KEM-512',
      'encapsulate: ML-KEM-768',
      'encapsulate: ML-KEM-1024',
      'encapsulate: MLKEM768-P256',
      'encapsulate: MLKEM768-X25519',
      'encapsulate: MLKEM1024-P384',
    ],
  },
  { files: ['digest/digest.https.any.js', 'digest/sha3*'], tables: ['digest: SHA'] },
  { files: ['digest/cshake*'], tables: ['digest: cSHAKE'] },
  { files: ['digest/turboshake*'], tables: ['digest: TurboSHAKE'] },
  { files: ['digest/kangarootwelve*'], tables: ['digest: KangarooTwelve'] },
  {
    files: ['digest/digest_asyncIterable*'],
    tables: ['digest: chunks'],
  },
  { files: ['getPublicKey*'], tables: ['getPublicKey'] },
  {
    files: ['supports*', 'supports-modern*'],
    tables: ['supports: algorithms', 'supports: parameters', 'supports: peers'],
  },
  { files: ['serialization/*'], tables: ['shape: copies'] },
  { files: ['cryptokey_algorithm_returns_cached_object*'], tables: ['shape: keys'] },
  { files: ['normalize-algorithm-name*'], tables: ['generateKey: refusals', 'digest: SHA'] },
  { files: ['idlharness*'], tables: ['shape: the object', 'shape: keys'] },
  {
    files: ['algorithm-discards-context*', 'historical*', 'getRandomValues*', 'randomUUID*'],
    tables: [],
    without: 'all of it: frames that go away, insecure pages and `crypto` itself, none of which is replaced',
  },
];
