// encrypt and decrypt.
import { cbc, ctr, gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { bufferScenarios } from '../buffers.ts';
import { altered, concat, equal, pattern, text } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import type { Fixtures } from '../fixtures.ts';
import { bytes, fails } from '../outcome.ts';
import type { Subject } from '../subject.ts';

interface Row {
  readonly title: string;
  readonly algorithm: { readonly name: string; readonly [parameter: string]: unknown };
  readonly format: string;
  readonly key: Uint8Array;
  /** Independent of the subjects; absent where no library at hand has the cipher. */
  readonly ciphertext?: (plaintext: Uint8Array) => Uint8Array;
  /** Bytes that a ciphertext of nothing has. */
  readonly overhead: number;
  /** Decrypting nothing: a stream gives nothing, all others refuse. */
  readonly stream?: true;
  readonly authenticated?: true;
}

const PLAINTEXT = text('a plaintext that is longer than two blocks of any cipher here, by some bytes');
const AAD = text('what is authenticated but not hidden');

const SIZES = [16, 24, 32];
const IV16 = pattern(16, 50);

const ctrs: readonly Row[] = SIZES.flatMap((size) =>
  [64, 128].map(
    (length): Row => ({
      title: `AES-CTR with ${8 * size} bits, counter of ${length}`,
      algorithm: { name: 'AES-CTR', counter: IV16, length },
      format: 'raw',
      key: pattern(size, 9),
      ciphertext: (plaintext) => ctr(pattern(size, 9), IV16).encrypt(plaintext),
      overhead: 0,
      stream: true,
    }),
  ),
);

const cbcs: readonly Row[] = SIZES.map(
  (size): Row => ({
    title: `AES-CBC with ${8 * size} bits`,
    algorithm: { name: 'AES-CBC', iv: IV16 },
    format: 'raw',
    key: pattern(size, 9),
    ciphertext: (plaintext) => cbc(pattern(size, 9), IV16).encrypt(plaintext),
    overhead: 16,
  }),
);

const gcms: readonly Row[] = SIZES.flatMap((size) =>
  [12, 16, 32].flatMap((ivSize) =>
    [32, 64, 96, 104, 112, 120, 128, undefined].flatMap((tagLength) =>
      [AAD, undefined].map((additionalData): Row => {
        const iv = pattern(ivSize, 60);
        const cut = 16 - (tagLength ?? 128) / 8;
        return {
          title:
            `AES-GCM with ${8 * size} bits, iv of ${ivSize} bytes, tag of ${tagLength ?? 'default'}` +
            `${additionalData ? ', with data' : ''}`,
          algorithm: {
            name: 'AES-GCM',
            iv,
            ...(tagLength !== undefined && { tagLength }),
            ...(additionalData && { additionalData }),
          },
          format: 'raw',
          key: pattern(size, 9),
          ciphertext: (plaintext) => {
            const whole = gcm(pattern(size, 9), iv, additionalData).encrypt(plaintext);
            return whole.subarray(0, whole.length - cut);
          },
          overhead: 16 - cut,
          authenticated: true,
        };
      }),
    ),
  ),
);

const ocbs: readonly Row[] = SIZES.flatMap((size) =>
  [12, 15].flatMap((ivSize) =>
    [64, 96, 128].map(
      (tagLength): Row => ({
        title: `AES-OCB with ${8 * size} bits, iv of ${ivSize} bytes, tag of ${tagLength}`,
        algorithm: { name: 'AES-OCB', iv: pattern(ivSize, 60), tagLength, additionalData: AAD },
        format: 'raw-secret',
        key: pattern(size, 9),
        overhead: tagLength / 8,
        authenticated: true,
      }),
    ),
  ),
);

const IV12 = pattern(12, 70);
const chachas: readonly Row[] = [AAD, undefined].map(
  (additionalData): Row => ({
    title: `ChaCha20-Poly1305${additionalData ? ' with data' : ''}`,
    algorithm: { name: 'ChaCha20-Poly1305', iv: IV12, ...(additionalData && { additionalData }) },
    format: 'raw-secret',
    key: pattern(32, 9),
    ciphertext: (plaintext) => chacha20poly1305(pattern(32, 9), IV12, additionalData).encrypt(plaintext),
    overhead: 16,
    authenticated: true,
  }),
);

const BOTH = ['encrypt', 'decrypt'];
const importKey = ({ subtle }: Subject, row: Row, usages: readonly string[] = BOTH) =>
  subtle.importKey(row.format, row.key, { name: row.algorithm.name }, false, usages);

const one = (name: string, expected: string, run: Scenario['run']): Scenario => ({ name, expected, run });

function scenarios(row: Row): Scenario[] {
  const { title, algorithm, ciphertext } = row;
  const prepare = async (subject: Subject) => {
    const key = await importKey(subject, row);
    const encrypted =
      ciphertext?.(PLAINTEXT) ?? new Uint8Array(await subject.subtle.encrypt(algorithm, key, PLAINTEXT));
    return { key, encrypted };
  };
  const refused = (name: string, error: string, run: Scenario['run']) =>
    one(`${title}: ${name}`, fails(error), run);
  const other =
    algorithm.name === 'AES-CBC'
      ? { name: 'AES-CTR', counter: new Uint8Array(16), length: 64 }
      : { name: 'AES-CBC', iv: new Uint8Array(16) };
  const decrypted = async (subject: Subject, change: (encrypted: Uint8Array) => Uint8Array, more = {}) => {
    const { key, encrypted } = await prepare(subject);
    return subject.subtle.decrypt({ ...algorithm, ...more }, key, change(encrypted));
  };
  const same = (data: Uint8Array) => data;
  return [
    one(`${title}: there and back`, 'true', async (subject) => {
      const { key } = await prepare(subject);
      const encrypted = await subject.subtle.encrypt(algorithm, key, PLAINTEXT);
      return equal(await subject.subtle.decrypt(algorithm, key, encrypted), PLAINTEXT);
    }),
    one(`${title}: nothing there and back`, `[${row.overhead}, 0]`, async (subject) => {
      const { key } = await prepare(subject);
      const encrypted = await subject.subtle.encrypt(algorithm, key, new Uint8Array());
      const back = await subject.subtle.decrypt(algorithm, key, encrypted);
      return [encrypted.byteLength, back.byteLength];
    }),
    refused('no usage to encrypt', 'InvalidAccessError', async (subject) =>
      subject.subtle.encrypt(algorithm, await importKey(subject, row, ['decrypt']), PLAINTEXT),
    ),
    refused('no usage to decrypt', 'InvalidAccessError', async (subject) => {
      const { encrypted } = await prepare(subject);
      return subject.subtle.decrypt(algorithm, await importKey(subject, row, ['encrypt']), encrypted);
    }),
    refused('another algorithm’s parameters', 'InvalidAccessError', async (subject) =>
      subject.subtle.encrypt(other, await importKey(subject, row), PLAINTEXT),
    ),
    ...(row.authenticated
      ? [
          refused('altered', 'OperationError', (subject) => decrypted(subject, altered)),
          refused('cut off', 'OperationError', (subject) => decrypted(subject, (all) => all.slice(0, -1))),
          refused('other data', 'OperationError', (subject) =>
            decrypted(subject, same, { additionalData: text('other') }),
          ),
          refused('less than a tag', 'OperationError', (subject) =>
            decrypted(subject, (all) => all.slice(0, row.overhead - 1)),
          ),
        ]
      : []),
    ...(ciphertext
      ? [
          one(`${title}: ciphertext`, bytes(ciphertext(PLAINTEXT)), async (subject) =>
            subject.subtle.encrypt(algorithm, await importKey(subject, row), PLAINTEXT),
          ),
          ...bufferScenarios({
            title: `${title}: plaintext`,
            algorithm,
            prepare,
            data: () => PLAINTEXT,
            run: ({ subtle }, { key }, params, data) => subtle.encrypt(params, key, data),
            expected: bytes(ciphertext(PLAINTEXT)),
            empty: bytes(ciphertext(new Uint8Array())),
          }),
        ]
      : []),
    ...bufferScenarios({
      title: `${title}: ciphertext`,
      algorithm,
      prepare,
      data: ({ encrypted }) => encrypted,
      run: ({ subtle }, { key }, params, data) => subtle.decrypt(params, key, data),
      expected: bytes(PLAINTEXT),
      empty: row.stream ? bytes(new Uint8Array()) : fails('OperationError'),
    }),
  ];
}

type Bad = readonly [name: string, format: string, params: object, error: string];
const BAD: readonly Bad[] = [
  ...[0, 8, 15, 17].map((size): Bad => ['AES-CBC', 'raw', { iv: new Uint8Array(size) }, 'OperationError']),
  ['AES-CBC', 'raw', {}, 'TypeError'],
  ...[0, 15, 17].map(
    (size): Bad => ['AES-CTR', 'raw', { counter: new Uint8Array(size), length: 64 }, 'OperationError'],
  ),
  ...[0, 129, 255].map((length): Bad => ['AES-CTR', 'raw', { counter: IV16, length }, 'OperationError']),
  ['AES-CTR', 'raw', { counter: IV16, length: 256 }, 'TypeError'],
  ['AES-CTR', 'raw', { counter: IV16 }, 'TypeError'],
  ...[0, 24, 48, 72, 95, 129].map(
    (tagLength): Bad => ['AES-GCM', 'raw', { iv: IV12, tagLength }, 'OperationError'],
  ),
  ['AES-GCM', 'raw', { iv: IV12, tagLength: 256 }, 'TypeError'],
  ['AES-GCM', 'raw', { iv: IV12, tagLength: -1 }, 'TypeError'],
  ['AES-GCM', 'raw', {}, 'TypeError'],
  ['AES-GCM', 'raw', { iv: 'not bytes' }, 'TypeError'],
  ...[24, 48, 72, 95, 129].map(
    (tagLength): Bad => ['AES-OCB', 'raw-secret', { iv: IV12, tagLength }, 'OperationError'],
  ),
  ...[0, 16].map((size): Bad => ['AES-OCB', 'raw-secret', { iv: new Uint8Array(size) }, 'OperationError']),
  ['AES-OCB', 'raw-secret', {}, 'TypeError'],
  ...[0, 10, 16, 24].map(
    (size): Bad => ['ChaCha20-Poly1305', 'raw-secret', { iv: new Uint8Array(size) }, 'OperationError'],
  ),
  ...[64, 100, 120].map(
    (tagLength): Bad => ['ChaCha20-Poly1305', 'raw-secret', { iv: IV12, tagLength }, 'OperationError'],
  ),
  ['ChaCha20-Poly1305', 'raw-secret', {}, 'TypeError'],
];

const refusals: readonly Scenario[] = BAD.flatMap(([name, format, params, error]) => {
  const shown = JSON.stringify(params, (_, value) =>
    value instanceof Uint8Array ? `${value.length} bytes` : value,
  );
  const sizes = name.startsWith('AES') ? [16, 24, 32] : [32];
  return sizes.flatMap((size) =>
    (['encrypt', 'decrypt'] as const).map((method) => ({
      name: `${method} with ${name} of ${8 * size} bits and ${shown}`,
      run: async (subject: Subject) => {
        const key = await subject.subtle.importKey(format, pattern(size), name, false, BOTH);
        return subject.subtle[method]({ name, ...params }, key, pattern(64));
      },
      expected: fails(error),
    })),
  );
});

/** CBC: what is no multiple of a block, or ends in no padding. */
const paddings: readonly Scenario[] = SIZES.flatMap((size) => {
  const key = pattern(size, 9);
  const ends = [
    ['zero', 0],
    ['seventeen', 17],
    ['one of three', 3],
  ] as const;
  return [
    ...ends.map(([title, last]) => {
      const plaintext = concat(pattern(31, 200), Uint8Array.of(last));
      return one(
        `AES-CBC with ${8 * size} bits: padding of ${title}`,
        fails('OperationError'),
        async ({ subtle }) => {
          const imported = await subtle.importKey('raw', key, 'AES-CBC', false, ['decrypt']);
          return subtle.decrypt(
            { name: 'AES-CBC', iv: IV16 },
            imported,
            cbc(key, IV16, { disablePadding: true }).encrypt(plaintext),
          );
        },
      );
    }),
    ...[0, 15, 17].map((length) =>
      one(`AES-CBC with ${8 * size} bits: ${length} bytes`, fails('OperationError'), async ({ subtle }) => {
        const imported = await subtle.importKey('raw', key, 'AES-CBC', false, ['decrypt']);
        return subtle.decrypt({ name: 'AES-CBC', iv: IV16 }, imported, pattern(length));
      }),
    ),
  ];
});

/** The counter turns over within its own bits; more blocks than it can count are refused. */
const counters: readonly Scenario[] = [
  one('AES-CTR: the counter turns over within its bits', 'true', async ({ subtle }) => {
    const key = await subtle.importKey('raw', pattern(16, 9), 'AES-CTR', false, ['encrypt']);
    const last = new Uint8Array(16).fill(0xff);
    const first = concat(last.subarray(0, 15), Uint8Array.of(0xf0));
    const zeros = new Uint8Array(32);
    const over = new Uint8Array(
      await subtle.encrypt({ name: 'AES-CTR', counter: last, length: 4 }, key, zeros),
    );
    const start = new Uint8Array(
      await subtle.encrypt({ name: 'AES-CTR', counter: first, length: 4 }, key, zeros),
    );
    return equal(over.slice(16), start.slice(0, 16));
  }),
  one('AES-CTR: more blocks than the counter counts', fails('OperationError'), async ({ subtle }) => {
    const key = await subtle.importKey('raw', pattern(16, 9), 'AES-CTR', false, ['encrypt']);
    return subtle.encrypt({ name: 'AES-CTR', counter: IV16, length: 1 }, key, new Uint8Array(33));
  }),
];

function rsa({ rsa: keys }: Fixtures): Scenario[] {
  const key = keys[2048];
  const hashes = [
    ['SHA-1', 20],
    ['SHA-256', 32],
    ['SHA-384', 48],
    ['SHA-512', 64],
  ] as const;
  return hashes.flatMap(([hash, size]) =>
    [undefined, text('label')].flatMap((label) => {
      const algorithm = { name: 'RSA-OAEP', ...(label && { label }) };
      const title = `RSA-OAEP with ${hash}${label ? ' and a label' : ''}`;
      const own = { name: 'RSA-OAEP', hash };
      const open = ({ subtle }: Subject, usages = ['encrypt']) =>
        subtle.importKey('spki', key?.public['spki'], own, false, usages);
      const secret = ({ subtle }: Subject, usages = ['decrypt']) =>
        subtle.importKey('pkcs8', key?.private['pkcs8'], own, false, usages);
      const prepare = async (subject: Subject) => {
        const [publicKey, privateKey] = await Promise.all([open(subject), secret(subject)]);
        const encrypted = new Uint8Array(await subject.subtle.encrypt(algorithm, publicKey, PLAINTEXT));
        return { publicKey, privateKey, encrypted };
      };
      const short = PLAINTEXT.slice(0, 60);
      const refused = (name: string, error: string, run: Scenario['run']) =>
        one(`${title}: ${name}`, fails(error), run);
      return [
        one(`${title}: there and back`, `[256, true, false]`, async (subject) => {
          const { publicKey, privateKey, encrypted } = await prepare(subject);
          const again = await subject.subtle.encrypt(algorithm, publicKey, PLAINTEXT);
          const back = await subject.subtle.decrypt(algorithm, privateKey, encrypted);
          return [encrypted.length, equal(back, PLAINTEXT), equal(again, encrypted)];
        }),
        refused('too long', 'OperationError', async (subject) =>
          subject.subtle.encrypt(algorithm, await open(subject), new Uint8Array(256 - 2 * size - 1)),
        ),
        one(`${title}: the longest`, '256', async (subject) => {
          const longest = new Uint8Array(256 - 2 * size - 2);
          return (await subject.subtle.encrypt(algorithm, await open(subject), longest)).byteLength;
        }),
        refused('altered', 'OperationError', async (subject) => {
          const { privateKey, encrypted } = await prepare(subject);
          encrypted[200] = (encrypted[200] ?? 0) ^ 1;
          return subject.subtle.decrypt(algorithm, privateKey, encrypted);
        }),
        refused('another label', 'OperationError', async (subject) => {
          const { privateKey, encrypted } = await prepare(subject);
          return subject.subtle.decrypt({ name: 'RSA-OAEP', label: text('x') }, privateKey, encrypted);
        }),
        refused('private key to encrypt', 'InvalidAccessError', async (subject) =>
          subject.subtle.encrypt(algorithm, await secret(subject), short),
        ),
        refused('public key to decrypt', 'InvalidAccessError', async (subject) =>
          subject.subtle.decrypt(algorithm, await open(subject), new Uint8Array(256)),
        ),
        refused('no usage to encrypt', 'InvalidAccessError', async (subject) =>
          subject.subtle.encrypt(algorithm, await open(subject, []), short),
        ),
        refused('no usage to decrypt', 'InvalidAccessError', async (subject) =>
          subject.subtle.decrypt(algorithm, await secret(subject, ['unwrapKey']), new Uint8Array(256)),
        ),
        ...bufferScenarios({
          title: `${title}: ciphertext`,
          algorithm,
          prepare,
          data: ({ encrypted }) => encrypted,
          run: ({ subtle }, { privateKey }, params, data) => subtle.decrypt(params, privateKey, data),
          expected: bytes(PLAINTEXT),
          empty: fails('OperationError'),
        }),
        ...bufferScenarios({
          title: `${title}: plaintext`,
          algorithm,
          prepare,
          data: () => PLAINTEXT,
          run: async ({ subtle }, { publicKey, privateKey }, params, data) => {
            const call = subtle.encrypt(params, publicKey, data);
            return subtle.decrypt(algorithm, privateKey, await call);
          },
          expected: bytes(PLAINTEXT),
          empty: bytes(new Uint8Array()),
        }),
      ];
    }),
  );
}

export const makeTables = (fixtures: Fixtures): readonly Table[] => [
  { name: 'encrypt: AES-CTR', scenarios: [...ctrs.flatMap(scenarios), ...counters] },
  { name: 'encrypt: AES-CBC', scenarios: [...cbcs.flatMap(scenarios), ...paddings] },
  { name: 'encrypt: AES-GCM', scenarios: gcms.flatMap(scenarios) },
  { name: 'encrypt: AES-OCB', scenarios: ocbs.flatMap(scenarios) },
  { name: 'encrypt: ChaCha20-Poly1305', scenarios: chachas.flatMap(scenarios) },
  { name: 'encrypt: RSA-OAEP', scenarios: rsa(fixtures) },
  { name: 'encrypt: refusals', scenarios: refusals },
];
