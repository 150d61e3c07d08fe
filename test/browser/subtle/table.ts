// Every algorithm of `subtle` that has keys, with what is needed to make and use one. Data only.
import type { KeyFormat, Usage } from 'keyslot';

type Named = { readonly name: string; readonly [member: string]: unknown };

export interface Case {
  readonly title: string;
  readonly generate: Named;
  /** What an import is told, if that is something else. */
  readonly given?: Named;
  /** `CryptoKey.algorithm`. */
  readonly shown?: object;
  readonly usages: readonly Usage[];
  /** Of a pair: those of its public half. */
  readonly publicUsages?: readonly Usage[];
  /** Of the secret or private key. */
  readonly formats: readonly KeyFormat[];
  readonly publicFormats?: readonly KeyFormat[];
  readonly sign?: Named;
  readonly encrypt?: Named;
  readonly wrap?: Named;
  readonly agree?: true;
  readonly encapsulate?: true;
  /** By noble, it takes seconds. */
  readonly slow?: true;
}

const bytes = (length: number) => new Uint8Array(length).fill(7);
const SIGN = { usages: ['sign', 'verify'], publicUsages: ['verify'] } as const;
const AGREE = { usages: ['deriveKey', 'deriveBits'], publicUsages: [], agree: true } as const;
const CIPHER = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'] as const;
const PAIR = { formats: ['pkcs8', 'jwk'], publicFormats: ['spki', 'raw', 'raw-public', 'jwk'] } as const;
const RSA = { formats: ['pkcs8', 'jwk'], publicFormats: ['spki', 'jwk'] } as const;
const OLD = ['raw', 'raw-secret', 'jwk'] as const;
const NEW = ['raw-secret', 'jwk'] as const;

const aes = (name: string, length: number, params: object, formats: readonly KeyFormat[] = OLD): Case => ({
  title: `${name} ${length}`,
  generate: { name, length },
  given: { name },
  usages: CIPHER,
  formats,
  encrypt: { name, ...params },
});
const mac = (generate: Named, sign: Named, shown: object, formats: readonly KeyFormat[] = NEW): Case => ({
  title: Object.values(generate).join(' '),
  ...{ generate, sign, shown, formats, usages: ['sign', 'verify'] },
});
const rsa = (name: string, rest: Omit<Case, 'title' | 'generate' | 'formats'>): Case => {
  const publicExponent = new Uint8Array([1, 0, 1]);
  const generate = { name, modulusLength: 2048, publicExponent, hash: 'SHA-256' };
  return {
    title: name,
    generate,
    given: { name, hash: 'SHA-256' },
    shown: { ...generate, hash: { name: 'SHA-256' } },
    ...RSA,
    ...rest,
  };
};
const curve = (
  name: string,
  namedCurve: string,
  rest: Omit<Case, 'title' | 'generate' | 'formats'>,
): Case => ({
  title: `${name} ${namedCurve}`,
  generate: { name, namedCurve },
  ...PAIR,
  ...rest,
});
const okp = (name: string, rest: Omit<Case, 'title' | 'generate' | 'formats'>): Case => ({
  title: name,
  generate: { name },
  ...PAIR,
  ...rest,
});
const quantum = (
  name: string,
  seed: KeyFormat,
  rest: Omit<Case, 'title' | 'generate' | 'formats'>,
): Case => ({
  title: name,
  generate: { name },
  formats: ['pkcs8', seed, 'jwk'],
  publicFormats: ['spki', 'raw-public', 'jwk'],
  ...rest,
});

const KEM = {
  usages: ['encapsulateKey', 'encapsulateBits', 'decapsulateKey', 'decapsulateBits'],
  publicUsages: ['encapsulateKey', 'encapsulateBits'],
  encapsulate: true,
} as const;
const context = (name: string) => ({ ...SIGN, sign: { name, context: bytes(3) } });

export const CASES: readonly Case[] = [
  rsa('RSASSA-PKCS1-v1_5', { ...SIGN, sign: { name: 'RSASSA-PKCS1-v1_5' } }),
  rsa('RSA-PSS', { ...SIGN, sign: { name: 'RSA-PSS', saltLength: 20 } }),
  rsa('RSA-OAEP', {
    usages: CIPHER,
    publicUsages: ['encrypt', 'wrapKey'],
    encrypt: { name: 'RSA-OAEP', label: bytes(3) },
  }),
  ...['P-256', 'P-384', 'P-521', 'K-256', 'secp256k1'].flatMap((its) => [
    curve('ECDSA', its, { ...SIGN, sign: { name: 'ECDSA', hash: 'SHA-384' } }),
    curve('ECDH', its, AGREE),
  ]),
  okp('Ed25519', { ...SIGN, sign: { name: 'Ed25519' } }),
  okp('Ed448', context('Ed448')),
  okp('X25519', AGREE),
  okp('X448', AGREE),
  ...[128, 192, 256].flatMap((length) => [
    aes('AES-CTR', length, { counter: bytes(16), length: 64 }),
    aes('AES-CBC', length, { iv: bytes(16) }),
    aes('AES-GCM', length, { iv: bytes(12), additionalData: bytes(5), tagLength: 96 }),
    aes('AES-OCB', length, { iv: bytes(12), additionalData: bytes(5), tagLength: 96 }, NEW),
    {
      title: `AES-KW ${length}`,
      generate: { name: 'AES-KW', length },
      given: { name: 'AES-KW' },
      usages: ['wrapKey', 'unwrapKey'],
      formats: OLD,
      wrap: { name: 'AES-KW' },
    } as const,
  ]),
  ...[256, 384, 512].map((length) => aes('AES-SIV', length, { iv: bytes(12) }, NEW)),
  ...[128, 256].map((length) => aes('AES-GCM-SIV', length, { iv: bytes(12) }, NEW)),
  ...[['ChaCha20-Poly1305', 12] as const, ['XChaCha20-Poly1305', 24] as const].map(
    ([name, nonce]): Case => ({
      title: name,
      generate: { name },
      usages: CIPHER,
      formats: NEW,
      encrypt: { name, iv: bytes(nonce), additionalData: bytes(5), tagLength: 128 },
    }),
  ),
  ...['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256', 'SHA3-384', 'SHA3-512'].map((hash) =>
    mac(
      { name: 'HMAC', hash, length: 256 },
      { name: 'HMAC' },
      { name: 'HMAC', hash: { name: hash }, length: 256 },
      OLD,
    ),
  ),
  ...['KMAC128', 'KMAC256'].map((name) =>
    mac({ name, length: 160 }, { name, outputLength: 256, customization: bytes(4) }, { name, length: 160 }),
  ),
  mac({ name: 'BLAKE2b' }, { name: 'BLAKE2b', outputLength: 256 }, { name: 'BLAKE2b', length: 512 }),
  mac({ name: 'BLAKE2s' }, { name: 'BLAKE2s' }, { name: 'BLAKE2s', length: 256 }),
  mac({ name: 'BLAKE3' }, { name: 'BLAKE3', outputLength: 1024 }, { name: 'BLAKE3', length: 256 }),
  ...['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'].map((name) => quantum(name, 'raw-seed', KEM)),
  { ...quantum('X-Wing', 'raw-seed', KEM), formats: ['raw-seed'], publicFormats: ['raw-public'] },
  ...['MLKEM768-X25519', 'MLKEM768-P256', 'MLKEM1024-P384'].map(
    (name): Case => ({
      ...quantum(name, 'raw-seed', KEM),
      formats: ['raw-seed', 'jwk'],
      publicFormats: ['raw-public', 'jwk'],
    }),
  ),
  ...['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'].map((name) => quantum(name, 'raw-seed', context(name))),
  ...['SLH-DSA-SHA2-128f', 'SLH-DSA-SHAKE-128f'].map((name) =>
    quantum(name, 'raw-private', { ...context(name), slow: true }),
  ),
];
