// What an algorithm family's table holds. Data and small parsers; no secrets, no cryptography.
import type { Fields } from './input.ts';
import type {
  ImportAlgorithm,
  KeyAlgorithm,
  KeyFormat,
  KeyType,
  Operation,
  OperationParams,
  Usage,
} from './types.ts';

/** A creation needs a complete algorithm; an import may leave to the material what is in it. */
export type Purpose = 'generate' | 'import';

export interface Family {
  readonly name: KeyAlgorithm['name'];
  /** By key type, in canonical order. A type that is absent does not exist in this family. */
  readonly usages: Readonly<Partial<Record<KeyType, readonly Usage[]>>>;
  readonly formats: Readonly<Partial<Record<KeyType, readonly KeyFormat[]>>>;
  /** One complete algorithm for each variant, that is for each thing an engine may have or lack. */
  readonly samples: readonly KeyAlgorithm[];
  /** By noble, signing takes seconds and cannot be divided. */
  readonly slow?: true;
  /** By noble, it takes long and is done in slices, between which the host serves others. */
  readonly sliced?: true;
  /** What can be computed with a key, each with the reader of its parameters. */
  readonly operations: Readonly<Partial<Record<Operation, ReadParams>>>;
  parse(fields: Fields, purpose: Purpose): ImportAlgorithm;
  /** What an engine may have or lack as one thing. Without it, the name. */
  variant?(algorithm: ImportAlgorithm): string;
  /** Of secret keys whose length is part of the algorithm: fills it in, or refuses it. */
  withLength?(algorithm: ImportAlgorithm, bits: number): ImportAlgorithm;
}

/** @throws KeystoreError `INVALID_ARGUMENT`, `NOT_SUPPORTED` */
export type ReadParams = (algorithm: KeyAlgorithm, input: unknown) => OperationParams;

/** Of a pair's usages, those of its public half (WebCrypto splits them so). */
const PUBLIC_USAGES: readonly Usage[] = ['verify', 'encrypt', 'wrapKey', 'encapsulateKey', 'encapsulateBits'];

export function publicUsages(usages: readonly Usage[]): Usage[] {
  return usages.filter((usage) => PUBLIC_USAGES.includes(usage));
}

export function privateUsages(usages: readonly Usage[]): Usage[] {
  return usages.filter((usage) => !PUBLIC_USAGES.includes(usage));
}

/** A private key stands for its pair, so it verifies too. */
export const SIGNATURE_USAGES = {
  private: ['sign', 'verify'],
  public: ['verify'],
} as const satisfies Family['usages'];

export const AGREEMENT_USAGES = {
  private: ['deriveKey', 'deriveBits'],
  public: [],
} as const satisfies Family['usages'];

export const PAIR_FORMATS = {
  private: ['pkcs8', 'jwk'],
  public: ['spki', 'raw', 'raw-public', 'jwk'],
} as const satisfies Family['formats'];

export const SECRET_FORMATS = { secret: ['raw', 'raw-secret', 'jwk'] } as const satisfies Family['formats'];

/** Of the Modern Algorithms draft, which gave the plain `raw` to nothing new. */
export const NEW_SECRET_FORMATS = { secret: ['raw-secret', 'jwk'] } as const satisfies Family['formats'];
