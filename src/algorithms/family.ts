// What an algorithm family's table holds. Data and one parser; no secrets, no cryptography.
import type { Fields } from './input.ts';
import type { ImportAlgorithm, KeyAlgorithm, KeyFormat, KeyType, Usage } from './types.ts';

/** A creation needs a complete algorithm; an import may leave to the material what is in it. */
export type Purpose = 'generate' | 'import';

export interface Family {
  readonly name: KeyAlgorithm['name'];
  /** By key type, in canonical order. A type that is absent does not exist in this family. */
  readonly usages: Readonly<Partial<Record<KeyType, readonly Usage[]>>>;
  readonly formats: Readonly<Partial<Record<KeyType, readonly KeyFormat[]>>>;
  /** One complete algorithm for each variant, that is for each thing an engine may have or lack. */
  readonly samples: readonly KeyAlgorithm[];
  readonly parse: (fields: Fields, purpose: Purpose) => ImportAlgorithm;
}

/** A private key stands for its pair, so it verifies too. */
export const SIGNATURE_USAGES = {
  private: ['sign', 'verify'],
  public: ['verify'],
} as const satisfies Family['usages'];

export const SECRET_FORMATS = { secret: ['raw', 'jwk'] } as const satisfies Family['formats'];
