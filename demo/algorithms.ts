// The algorithms that the form offers, each with its name in a JWS (RFC 7518, RFC 8037, RFC 8812).
import type { AlgorithmInput, KeyAlgorithm } from 'keyslot';

interface Choice {
  readonly label: string;
  readonly algorithm: AlgorithmInput;
}

const CHOICES = {
  'P-256': { label: 'ECDSA P-256', algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } },
  Ed25519: { label: 'Ed25519', algorithm: { name: 'Ed25519' } },
  Ed448: { label: 'Ed448', algorithm: { name: 'Ed448' } },
  secp256k1: {
    label: 'ECDSA secp256k1',
    algorithm: { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' },
  },
  'RSA-PSS': {
    label: 'RSA-PSS 2048',
    algorithm: { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048 },
  },
  HMAC: { label: 'HMAC SHA-256', algorithm: { name: 'HMAC', hash: 'SHA-256' } },
} as const satisfies Record<string, Choice>;

export type AlgorithmChoice = keyof typeof CHOICES;

export const choices = Object.entries(CHOICES).map(([value, { label }]) => ({ value, label }));

export function isChoice(value: string): value is AlgorithmChoice {
  return Object.hasOwn(CHOICES, value);
}

export function algorithmOf(choice: AlgorithmChoice): AlgorithmInput {
  return CHOICES[choice].algorithm;
}

/** A key's algorithm as people say it. */
export function spoken(algorithm: KeyAlgorithm): string {
  switch (algorithm.name) {
    case 'ECDSA':
      return `ECDSA ${algorithm.namedCurve}`;
    case 'RSA-PSS':
      return `RSA-PSS ${algorithm.modulusLength}`;
    case 'HMAC':
      return `HMAC ${algorithm.hash}`;
    case 'AES-GCM':
      return `AES-GCM ${algorithm.length}`;
    default:
      return algorithm.name;
  }
}

const ECDSA_JWS = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512', secp256k1: 'ES256K' } as const;

/** The `alg` of a JWS; `undefined` for a key that cannot make one. */
export function jwsAlgorithm(algorithm: KeyAlgorithm): string | undefined {
  switch (algorithm.name) {
    case 'ECDSA':
      return ECDSA_JWS[algorithm.namedCurve];
    case 'Ed25519':
    case 'Ed448':
      return 'EdDSA';
    case 'HMAC':
      return `HS${algorithm.hash.slice(4)}`;
    case 'RSA-PSS':
      return `PS${algorithm.hash.slice(4)}`;
    default:
      return undefined;
  }
}
