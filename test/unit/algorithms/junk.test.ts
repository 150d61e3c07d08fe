// Whatever is passed, the parsers answer with a canonical value or a KeystoreError, and quote nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkUsages,
  parseAlgorithm,
  parseParams,
  VARIANTS,
  variantOf,
} from '../../../src/algorithms/index.ts';
import { checkJwkPolicy } from '../../../src/algorithms/jwk.ts';
import { checkFormat, completeAlgorithm, keyTypeOfImport } from '../../../src/algorithms/material.ts';
import { KeystoreError } from '../../../src/errors.ts';

const hostile = new Proxy([], {
  get() {
    throw new TypeError('hostile');
  },
  ownKeys() {
    throw new TypeError('hostile');
  },
});

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
});

const names = fc.constantFrom(
  'ECDSA',
  'ed25519',
  'Ed448',
  'HMAC',
  'AES-GCM',
  'RSA-PSS',
  '__proto__',
  'valueOf',
);
const odd = fc.oneof(
  anything,
  fc.constantFrom<unknown>('SHA-256', 'sha-512', 'P-256', 'secp256k1', 192, 2048, 2 ** 53, hostile),
  fc.constantFrom<unknown>('__proto__', 'constructor', Object.create(null), Uint8Array.of(1, 0, 1)),
);
const nearly = fc.record(
  {
    name: names,
    namedCurve: odd,
    hash: odd,
    length: odd,
    modulusLength: odd,
    publicExponent: odd,
    extra: odd,
  },
  { requiredKeys: [], noNullPrototype: false },
);
const input = fc.oneof(anything, names, odd, nearly);
const algorithms = fc.constantFrom(...VARIANTS.map(({ sample }) => sample));

function onlyKeystoreErrors<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof KeystoreError)) throw error;
    return undefined;
  }
}

describe('junk', () => {
  it('comes out of parseAlgorithm canonical or as a KeystoreError', () => {
    void fc.assert(
      fc.property(input, fc.constantFrom('generate' as const, 'import' as const), (junk, purpose) => {
        const parsed = onlyKeystoreErrors(() => parseAlgorithm(junk, purpose));
        if (parsed) expect(parseAlgorithm(parsed, purpose)).toStrictEqual(parsed);
        if (parsed && purpose === 'generate') {
          expect(VARIANTS.map(({ variant }) => variant)).toContain(variantOf(parsed));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('comes out of checkUsages, checkFormat and checkJwkPolicy checked or as a KeystoreError', () => {
    const lists = fc.oneof(
      odd,
      fc.array(fc.oneof(odd, fc.constantFrom('sign', 'verify', 'encrypt', 'decrypt')), { maxLength: 5 }),
    );
    const types = fc.constantFrom('secret' as const, 'private' as const, 'public' as const);
    void fc.assert(
      fc.property(algorithms, types, lists, odd, (algorithm, type, usages, junk) => {
        const checked = onlyKeystoreErrors(() => checkUsages(algorithm, type, usages));
        if (checked) expect(checkUsages(algorithm, type, checked)).toStrictEqual(checked);
        onlyKeystoreErrors(() => checkFormat(algorithm, type, junk));
        onlyKeystoreErrors(() => keyTypeOfImport(algorithm, 'jwk', junk));
        onlyKeystoreErrors(() => checkJwkPolicy({ key_ops: usages, ext: junk }, type, ['sign'], true));
        onlyKeystoreErrors(() => checkJwkPolicy({ key_ops: usages }, type, ['sign'], true));
      }),
      { numRuns: 2000 },
    );
  });

  it('comes out of parseParams and completeAlgorithm checked or as a KeystoreError', () => {
    const operations = fc.constantFrom(
      'sign' as const,
      'verify' as const,
      'encrypt' as const,
      'decrypt' as const,
    );
    const params = fc.oneof(
      input,
      fc.record(
        { iv: fc.oneof(odd, fc.uint8Array()), additionalData: odd, saltLength: fc.oneof(odd, fc.integer()) },
        { requiredKeys: [] },
      ),
    );
    const keys = fc.oneof(
      odd,
      fc.record({ kty: fc.constantFrom('oct', 'EC'), k: fc.oneof(odd, fc.string()) }),
    );
    const formats = fc.constantFrom('raw' as const, 'jwk' as const, 'spki' as const, 'pkcs8' as const);
    void fc.assert(
      fc.property(
        algorithms,
        operations,
        params,
        formats,
        keys,
        (algorithm, operation, junk, format, key) => {
          const parsed = onlyKeystoreErrors(() => parseParams(algorithm, operation, junk));
          if (parsed && algorithm.name === 'AES-GCM') expect(parsed.iv).toBeInstanceOf(Uint8Array);
          if (parsed && algorithm.name === 'RSA-PSS') expect(parsed.saltLength).toBeLessThanOrEqual(222);
          onlyKeystoreErrors(() => completeAlgorithm(algorithm, format, key));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is never quoted', () => {
    const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ';
    const calls = [
      () => parseAlgorithm(secret, 'generate'),
      () => parseAlgorithm({ name: 'ECDSA', namedCurve: secret, hash: secret }, 'generate'),
      () => parseAlgorithm({ name: 'Ed25519', [`${secret}${secret}`]: 1 }, 'generate'),
      () => completeAlgorithm({ name: 'AES-GCM' }, 'jwk', { kty: 'oct', k: secret }),
      () => completeAlgorithm({ name: 'AES-GCM' }, 'raw', secret),
      () => checkUsages({ name: 'Ed25519' }, 'private', [secret]),
      () => checkFormat({ name: 'Ed25519' }, 'private', secret),
    ];
    for (const call of calls) {
      let message = '';
      try {
        call();
      } catch (error) {
        message = String(error);
      }
      expect(message).toMatch(/^KeystoreError/);
      expect(message).not.toContain(secret);
    }
  });
});
