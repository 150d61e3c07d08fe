// sign and verify.

import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import { kmac128, kmac256 } from '@noble/hashes/sha3-addons.js';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { bufferScenarios } from '../buffers.ts';
import { altered, concat, pattern, text } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import { CURVES, ecKey, FIELD, type Fixtures, type KeyData, latticeKey, okpKey } from '../fixtures.ts';
import { bytes, fails } from '../outcome.ts';
import type { Subject } from '../subject.ts';

interface Row {
  readonly title: string;
  /** As `sign` takes it. */
  readonly algorithm: { readonly name: string };
  /** As `importKey` takes it. */
  readonly keyAlgorithm: object;
  readonly key: Key;
  /** The signature of MESSAGE, if it can be known. */
  readonly signature?: Uint8Array;
  /** Signing gives exactly this signature. */
  readonly deterministic?: true;
  /** The signature of nothing. */
  readonly empty?: Uint8Array;
}

/** How both halves are imported; a secret key is both. */
interface Key {
  readonly secret: readonly [format: string, data: Uint8Array | JsonWebKey];
  readonly open: readonly [format: string, data: Uint8Array | JsonWebKey];
  readonly symmetric: boolean;
}

const MESSAGE = text('a message that is signed, not too short');

const secretKey = (format: string, data: Uint8Array): Key => ({
  secret: [format, data],
  open: [format, data],
  symmetric: true,
});

function pairKey(key: KeyData): Key {
  const secret = key.private['pkcs8'];
  const open = key.public['spki'];
  if (secret === undefined || open === undefined) throw new RangeError('no such format');
  return { secret: ['pkcs8', secret], open: ['spki', open], symmetric: false };
}

const HASHES = {
  'SHA-1': sha1,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
  'SHA3-256': sha3_256,
  'SHA3-384': sha3_384,
  'SHA3-512': sha3_512,
};
type Hash = keyof typeof HASHES;
const HASH_NAMES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256', 'SHA3-384', 'SHA3-512'] as const;

const hmacs: readonly Row[] = HASH_NAMES.map((hash) => {
  const key = pattern(40, 3);
  return {
    title: `HMAC with ${hash}`,
    algorithm: { name: 'HMAC' },
    keyAlgorithm: { name: 'HMAC', hash },
    key: secretKey('raw', key),
    signature: hmac(HASHES[hash], key, MESSAGE),
    empty: hmac(HASHES[hash], key, new Uint8Array()),
    deterministic: true,
  };
});

const kmacs: readonly Row[] = (['KMAC128', 'KMAC256'] as const).flatMap((name) =>
  [128, 256, 512].flatMap((outputLength) =>
    [undefined, text('of an app')].map((customization) => {
      const key = pattern(32, 4);
      const make = name === 'KMAC128' ? kmac128 : kmac256;
      const options = { dkLen: outputLength / 8, ...(customization && { personalization: customization }) };
      return {
        title: `${name} of ${outputLength} bits${customization ? ', customized' : ''}`,
        algorithm: { name, outputLength, ...(customization && { customization }) },
        keyAlgorithm: { name },
        key: secretKey('raw-secret', key),
        signature: make(key, MESSAGE, options),
        deterministic: true as const,
      };
    }),
  ),
);

const EC = { 'P-256': p256, 'P-384': p384, 'P-521': p521 };
const EC_HASHES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const satisfies readonly Hash[];
const ecdsas: readonly Row[] = CURVES.flatMap((namedCurve) =>
  EC_HASHES.map((hash) => {
    const d = concat(Uint8Array.of(0), pattern(FIELD[namedCurve] - 1, 3));
    return {
      title: `ECDSA on ${namedCurve} with ${hash}`,
      algorithm: { name: 'ECDSA', hash },
      keyAlgorithm: { name: 'ECDSA', namedCurve },
      key: pairKey(ecKey(namedCurve)),
      signature: EC[namedCurve].sign(HASHES[hash](MESSAGE), d, { prehash: false, lowS: false }),
    };
  }),
);

const eddsas: readonly Row[] = (['Ed25519', 'Ed448'] as const).map((name) => ({
  title: name,
  algorithm: { name },
  keyAlgorithm: { name },
  key: pairKey(okpKey(name)),
  signature: (name === 'Ed25519' ? ed25519 : ed448).sign(MESSAGE, pattern(name === 'Ed25519' ? 32 : 57, 0)),
  deterministic: true,
}));

const LATTICES = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 };
const mldsas: readonly Row[] = (['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const).flatMap((name) =>
  [undefined, text('of an app')].map((context) => {
    const { secretKey: expanded } = LATTICES[name].keygen(pattern(32, 5));
    return {
      title: `${name}${context ? ' with a context' : ''}`,
      algorithm: { name, ...(context && { context }) },
      keyAlgorithm: { name },
      key: pairKey(latticeKey(name)),
      signature: LATTICES[name].sign(MESSAGE, expanded, context && { context }),
    };
  }),
);

const rsas = (fixtures: Fixtures): readonly Row[] =>
  EC_HASHES.flatMap((hash) => {
    const key = pairKey(fixtures.rsa[2048] ?? { public: {}, private: {} });
    const salts = [0, 32];
    return [
      {
        title: `RSASSA-PKCS1-v1_5 with ${hash}`,
        algorithm: { name: 'RSASSA-PKCS1-v1_5' },
        keyAlgorithm: { name: 'RSASSA-PKCS1-v1_5', hash },
        key,
      },
      ...salts.map((saltLength) => ({
        title: `RSA-PSS with ${hash}, salt of ${saltLength} bytes`,
        algorithm: { name: 'RSA-PSS', saltLength },
        keyAlgorithm: { name: 'RSA-PSS', hash },
        key,
      })),
    ];
  });

const importSecret = (
  { subtle }: Subject,
  { key, keyAlgorithm }: Row,
  usages: readonly string[] = ['sign'],
) => subtle.importKey(...key.secret, keyAlgorithm, false, usages);
const importOpen = (
  { subtle }: Subject,
  { key, keyAlgorithm }: Row,
  usages: readonly string[] = ['verify'],
) => subtle.importKey(...key.open, keyAlgorithm, false, usages);

/** The known signature, or the one that the subject makes. */
const signatureOf = async (subject: Subject, row: Row): Promise<Uint8Array> =>
  row.signature ??
  new Uint8Array(await subject.subtle.sign(row.algorithm, await importSecret(subject, row), MESSAGE));

function scenarios(row: Row): Scenario[] {
  const { title, algorithm, key } = row;
  const verify = async (
    subject: Subject,
    data: Uint8Array,
    change: (signature: Uint8Array) => Uint8Array,
    params: object = algorithm,
  ) => {
    const signature = change(await signatureOf(subject, row));
    return subject.subtle.verify(params, await importOpen(subject, row), signature, data);
  };
  const unchanged = (signature: Uint8Array) => signature;
  const one = (name: string, expected: string, run: Scenario['run']): Scenario => ({
    name: `${title}: ${name}`,
    run,
    expected,
  });
  const refused = (name: string, run: Scenario['run']) => one(name, fails('InvalidAccessError'), run);
  const prepare = async (subject: Subject) => ({
    signature: await signatureOf(subject, row),
    open: await importOpen(subject, row),
  });
  const buffers = { algorithm, prepare, expected: 'true', empty: 'false' };
  return [
    one('verifies', 'true', (subject) => verify(subject, MESSAGE, unchanged)),
    one('altered signature', 'false', (subject) => verify(subject, MESSAGE, altered)),
    one('short signature', 'false', (subject) => verify(subject, MESSAGE, (all) => all.slice(1))),
    one('empty signature', 'false', (subject) => verify(subject, MESSAGE, () => new Uint8Array())),
    one('long signature', 'false', (subject) =>
      verify(subject, MESSAGE, (all) => concat(all, Uint8Array.of(0))),
    ),
    one('altered data', 'false', (subject) => verify(subject, altered(MESSAGE), unchanged)),
    one('name in lower case', 'true', (subject) =>
      verify(subject, MESSAGE, unchanged, { ...algorithm, name: algorithm.name.toLowerCase() }),
    ),
    one('there and back', 'true', async (subject) => {
      const made = await subject.subtle.sign(algorithm, await importSecret(subject, row), MESSAGE);
      return subject.subtle.verify(algorithm, await importOpen(subject, row), made, MESSAGE);
    }),
    one('empty data there and back', 'true', async (subject) => {
      const nothing = new ArrayBuffer(0);
      const made = await subject.subtle.sign(algorithm, await importSecret(subject, row), nothing);
      return subject.subtle.verify(algorithm, await importOpen(subject, row), made, nothing);
    }),
    ...(row.deterministic && row.signature
      ? [
          one('signature', bytes(row.signature), async (subject) =>
            subject.subtle.sign(algorithm, await importSecret(subject, row), MESSAGE),
          ),
        ]
      : []),
    refused('another algorithm’s key to sign', async (subject) => {
      const wrong = { name: key.symmetric ? 'ECDSA' : 'HMAC', namedCurve: 'P-256', hash: 'SHA-1' };
      const made = await subject.subtle.generateKey(wrong, false, ['sign', 'verify']);
      return subject.subtle.sign(algorithm, made.privateKey ?? made, MESSAGE);
    }),
    refused('another algorithm’s key to verify', async (subject) => {
      const wrong = { name: key.symmetric ? 'ECDSA' : 'HMAC', namedCurve: 'P-256', hash: 'SHA-1' };
      const made = await subject.subtle.generateKey(wrong, false, ['sign', 'verify']);
      const signature = await signatureOf(subject, row);
      return subject.subtle.verify(algorithm, made.publicKey ?? made, signature, MESSAGE);
    }),
    refused('no usage to verify', async (subject) => {
      const open = key.symmetric
        ? await importSecret(subject, row, ['sign'])
        : await importOpen(subject, row, []);
      return subject.subtle.verify(algorithm, open, await signatureOf(subject, row), MESSAGE);
    }),
    refused('not the key to sign with', async (subject) =>
      subject.subtle.sign(algorithm, await importOpen(subject, row), MESSAGE),
    ),
    ...(key.symmetric
      ? []
      : [
          refused('private key to verify', async (subject) =>
            subject.subtle.verify(
              algorithm,
              await importSecret(subject, row),
              await signatureOf(subject, row),
              MESSAGE,
            ),
          ),
        ]),
    ...bufferScenarios({
      ...buffers,
      title: `${title}: data`,
      data: () => MESSAGE,
      run: ({ subtle }, { open, signature }, params, data) => subtle.verify(params, open, signature, data),
    }),
    ...bufferScenarios({
      ...buffers,
      title: `${title}: signature`,
      data: ({ signature }) => signature,
      run: ({ subtle }, { open }, params, signature) => subtle.verify(params, open, signature, MESSAGE),
    }),
    ...(row.deterministic && row.signature
      ? bufferScenarios({
          algorithm,
          title: `${title}: data to sign`,
          prepare: (subject) => importSecret(subject, row),
          data: () => MESSAGE,
          run: ({ subtle }, secret, params, data) => subtle.sign(params, secret, data),
          expected: bytes(row.signature),
          empty: row.empty === undefined ? '' : bytes(row.empty),
        }).filter(({ expected }) => expected !== '')
      : []),
  ];
}

export const makeTables = (fixtures: Fixtures): readonly Table[] => [
  { name: 'sign: HMAC', scenarios: hmacs.flatMap(scenarios) },
  { name: 'sign: KMAC', scenarios: kmacs.flatMap(scenarios) },
  { name: 'sign: ECDSA', scenarios: ecdsas.flatMap(scenarios) },
  { name: 'sign: EdDSA', scenarios: eddsas.flatMap(scenarios) },
  { name: 'sign: ML-DSA', scenarios: mldsas.flatMap(scenarios) },
  { name: 'sign: RSA', scenarios: rsas(fixtures).flatMap(scenarios) },
];
