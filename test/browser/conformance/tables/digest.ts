// digest.
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import {
  cshake128,
  cshake256,
  kt128,
  kt256,
  turboshake128,
  turboshake256,
} from '@noble/hashes/sha3-addons.js';
import { bufferScenarios } from '../buffers.ts';
import { pattern, text } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import { bytes, fails } from '../outcome.ts';

interface Row {
  readonly title: string;
  readonly algorithm: { readonly name: string };
  readonly digest: (data: Uint8Array) => Uint8Array;
}

const FIXED = {
  'SHA-1': sha1,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
  'SHA3-256': sha3_256,
  'SHA3-384': sha3_384,
  'SHA3-512': sha3_512,
};

const fixed: readonly Row[] = Object.entries(FIXED).map(([name, digest]) => ({
  title: name,
  algorithm: { name },
  digest: (data) => digest(data),
}));

const LENGTHS = [0, 256, 384, 512, 10_032 * 8];

const cshakes: readonly Row[] = [
  ['cSHAKE128', cshake128] as const,
  ['cSHAKE256', cshake256] as const,
].flatMap(([name, digest]) =>
  LENGTHS.flatMap((outputLength) =>
    [{}, { customization: text('of an app') }, { functionName: text('KMAC'), customization: text('x') }].map(
      (more: { readonly functionName?: Uint8Array; readonly customization?: Uint8Array }) => ({
        title: `${name} of ${outputLength} bits ${Object.keys(more).join(' ')}`,
        algorithm: { name, outputLength, ...more },
        digest: (data) =>
          digest(data, {
            dkLen: outputLength / 8,
            ...(more.customization && { personalization: more.customization }),
            ...(more.functionName && { NISTfn: more.functionName }),
          }),
      }),
    ),
  ),
);

const turbos: readonly Row[] = [
  ['TurboSHAKE128', turboshake128] as const,
  ['TurboSHAKE256', turboshake256] as const,
].flatMap(([name, digest]) =>
  LENGTHS.slice(1).flatMap((outputLength) =>
    [undefined, 0x01, 0x0b, 0x7f].map((domainSeparation) => ({
      title: `${name} of ${outputLength} bits, domain ${domainSeparation}`,
      algorithm: { name, outputLength, domainSeparation },
      digest: (data) =>
        digest(data, {
          dkLen: outputLength / 8,
          ...(domainSeparation !== undefined && { D: domainSeparation }),
        }),
    })),
  ),
);

const kangaroos: readonly Row[] = [['KT128', kt128] as const, ['KT256', kt256] as const].flatMap(
  ([name, digest]) =>
    LENGTHS.slice(1).flatMap((outputLength) =>
      [undefined, pattern(41), pattern(8190)].map((customization) => ({
        title: `${name} of ${outputLength} bits, ${customization?.length} bytes of customization`,
        algorithm: { name, outputLength, customization },
        digest: (data) =>
          digest(data, {
            dkLen: outputLength / 8,
            ...(customization && { personalization: customization }),
          }),
      })),
    ),
);

const DATA = [
  ['nothing', new Uint8Array()],
  ['some', pattern(16, 3)],
  ['a block and more', pattern(200, 4)],
  ['a tree', pattern(8192, 5)],
] as const;

const one = (name: string, expected: string, run: Scenario['run']): Scenario => ({ name, expected, run });

const scenarios = ({ title, algorithm, digest }: Row): Scenario[] => [
  ...DATA.map(([name, data]) =>
    one(`${title} of ${name}`, bytes(digest(data)), ({ subtle }) => subtle.digest(algorithm, data)),
  ),
  ...bufferScenarios({
    title,
    algorithm,
    prepare: () => Promise.resolve(undefined),
    data: () => pattern(300, 6),
    run: ({ subtle }, _, params, data) => subtle.digest(params, data),
    expected: bytes(digest(pattern(300, 6))),
    empty: bytes(digest(new Uint8Array())),
  }),
];

const names: readonly Scenario[] = Object.entries(FIXED).flatMap(([name, digest]) => {
  const lower = name.toLowerCase();
  const mixed = name.slice(0, 1) + lower.slice(1);
  return [lower, mixed, name].flatMap((written) =>
    [written, { name: written }].map((algorithm) =>
      one(`${JSON.stringify(algorithm)}`, bytes(digest(pattern(90))), ({ subtle }) =>
        subtle.digest(algorithm, pattern(90)),
      ),
    ),
  );
});

const kinds: readonly Scenario[] = [
  one('an ArrayBuffer', bytes(sha256(pattern(64))), ({ subtle }) =>
    subtle.digest('SHA-256', pattern(64).buffer),
  ),
  one('a DataView', bytes(sha256(pattern(60, 1 + 28))), ({ subtle }) =>
    subtle.digest('SHA-256', new DataView(pattern(64).buffer, 4)),
  ),
  one('a Float64Array', bytes(sha256(pattern(64))), ({ subtle }) =>
    subtle.digest('SHA-256', new Float64Array(pattern(64).buffer)),
  ),
  one('many bytes', bytes(sha512(pattern(100_000))), ({ subtle }) =>
    subtle.digest('SHA-512', pattern(100_000)),
  ),
  one('a number for data', fails('TypeError'), ({ subtle }) => subtle.digest('SHA-256', 7)),
  one('no data', fails('TypeError'), ({ subtle }) => subtle.digest('SHA-256')),
  one('no algorithm', fails('TypeError'), ({ subtle }) => subtle.digest({}, pattern(1))),
  one('algorithm is undefined', fails('NotSupportedError'), ({ subtle }) =>
    subtle.digest(undefined, pattern(1)),
  ),
  one('algorithm is null', fails('NotSupportedError'), ({ subtle }) => subtle.digest(null, pattern(1))),
  ...['AES-GCM', 'RSA-OAEP', 'PBKDF2', 'AES-KW', 'SHA256', 'SHA', 'MD5', 'HMAC', ''].map((name) =>
    one(`${name} is no digest`, fails('NotSupportedError'), ({ subtle }) =>
      subtle.digest({ name }, pattern(1)),
    ),
  ),
  ...['cSHAKE128', 'TurboSHAKE128', 'KT128'].flatMap((name) => [
    one(`${name} without a length`, fails('TypeError'), ({ subtle }) => subtle.digest(name, pattern(1))),
    one(`${name} of -8 bits`, fails('TypeError'), ({ subtle }) =>
      subtle.digest({ name, outputLength: -8 }, pattern(1)),
    ),
  ]),
  // SP 800-185 has cSHAKE's outputs of any number of bits; RFC 9861 counts bytes.
  ...['TurboSHAKE128', 'KT128'].map((name) =>
    one(`${name} of 12 bits`, fails('OperationError'), ({ subtle }) =>
      subtle.digest({ name, outputLength: 12 }, pattern(1)),
    ),
  ),
  ...[0, 0x80].map((domainSeparation) =>
    one(`TurboSHAKE128 with domain ${domainSeparation}`, fails('OperationError'), ({ subtle }) =>
      subtle.digest({ name: 'TurboSHAKE128', outputLength: 256, domainSeparation }, pattern(1)),
    ),
  ),
];

async function* later(chunks: readonly unknown[]): AsyncGenerator<unknown> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield chunk;
  }
}

const PARTS = [pattern(200, 1), new Uint8Array(), pattern(5, 2)];
const WHOLE = Uint8Array.from(PARTS.flatMap((part) => [...part]));

const chunked: readonly Scenario[] = [
  ...[...fixed, ...cshakes.slice(1, 2), ...turbos.slice(0, 1), ...kangaroos.slice(0, 1)].flatMap(
    ({ title, algorithm, digest }) => [
      one(`${title} of chunks that come later`, bytes(digest(WHOLE)), ({ subtle }) =>
        subtle.digest(algorithm, later(PARTS)),
      ),
      one(`${title} of a list of chunks`, bytes(digest(WHOLE)), ({ subtle }) =>
        subtle.digest(algorithm, PARTS),
      ),
      one(`${title} of no chunks`, bytes(digest(new Uint8Array())), ({ subtle }) =>
        subtle.digest(algorithm, later([])),
      ),
      one(`${title} of a chunk that is none`, fails('TypeError'), ({ subtle }) =>
        subtle.digest(algorithm, later([pattern(3), 'text'])),
      ),
      one(`${title} of chunks that are overwritten once taken`, bytes(digest(WHOLE)), ({ subtle }) => {
        const own = async function* () {
          for (const part of PARTS) {
            const chunk = part.slice();
            yield chunk.buffer;
            chunk.fill(7);
          }
        };
        return subtle.digest(algorithm, own());
      }),
    ],
  ),
  // An iterable of no chunks, by the draft's tests.
  one('an empty text', bytes(sha256(new Uint8Array())), ({ subtle }) => subtle.digest('SHA-256', '')),
  one('a text is no list of chunks', fails('TypeError'), ({ subtle }) => subtle.digest('SHA-256', 'abc')),
  one('what an iterator throws', 'RangeError', ({ subtle, name }) => {
    const own = async function* () {
      yield pattern(3);
      throw new RangeError('own');
    };
    // An engine that takes no iterables never asks.
    return name === 'engine' ? Promise.reject(new RangeError()) : subtle.digest('SHA-256', own());
  }),
];

export const tables: readonly Table[] = [
  { name: 'digest: chunks', scenarios: chunked },
  { name: 'digest: SHA', scenarios: [...fixed.flatMap(scenarios), ...names, ...kinds] },
  { name: 'digest: cSHAKE', scenarios: cshakes.flatMap(scenarios) },
  { name: 'digest: TurboSHAKE', scenarios: turbos.flatMap(scenarios) },
  { name: 'digest: KangarooTwelve', scenarios: kangaroos.flatMap(scenarios) },
];
