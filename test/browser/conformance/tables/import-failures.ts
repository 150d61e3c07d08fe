// importKey and exportKey: what is refused, with which error.
import { ALL_USAGES } from '../algorithms.ts';
import { concat, pattern, spki } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import {
  CURVES,
  ecKey,
  type Fixtures,
  type KeyData,
  LATTICE_NAMES,
  latticeKey,
  OKP_NAMES,
  okpAlgorithm,
  okpKey,
} from '../fixtures.ts';
import { fails } from '../outcome.ts';
import type { Subject } from '../subject.ts';

interface Row {
  readonly algorithm: { readonly name: string; readonly namedCurve?: string };
  readonly key: KeyData;
  readonly other: KeyData;
  readonly publicUsages: readonly string[];
  readonly privateUsages: readonly string[];
}

type Data = Uint8Array | JsonWebKey;

const refused = (
  what: string,
  format: string,
  data: Data,
  algorithm: unknown,
  usages: readonly string[],
  error: string,
  extractable = true,
): Scenario => ({
  name: `${what}: ${format} ${JSON.stringify(algorithm)} [${usages.join(' ')}] ${extractable}`,
  run: ({ subtle }) => subtle.importKey(format, data, algorithm, extractable, usages),
  expected: fails(error),
});

const signing = { publicUsages: ['verify'], privateUsages: ['sign'] };
const deriving = { publicUsages: [], privateUsages: ['deriveKey', 'deriveBits'] };
const kem = {
  publicUsages: ['encapsulateKey', 'encapsulateBits'],
  privateUsages: ['decapsulateKey', 'decapsulateBits'],
};

const ROWS: readonly Row[] = [
  ...CURVES.flatMap((namedCurve) =>
    [
      { name: 'ECDSA', ...signing },
      { name: 'ECDH', ...deriving },
    ].map(({ name, ...usages }) => ({
      algorithm: { name, namedCurve },
      key: ecKey(namedCurve),
      other: ecKey(namedCurve, 11),
      ...usages,
    })),
  ),
  ...OKP_NAMES.map((name) => ({
    algorithm: { name },
    key: okpKey(name),
    other: okpKey(name, pattern(okpKey(name).public['raw'] instanceof Uint8Array ? sizeOf(name) : 0, 99)),
    ...(name.startsWith('Ed') ? signing : deriving),
  })),
  ...LATTICE_NAMES.map((name) => ({
    algorithm: { name },
    key: latticeKey(name),
    other: latticeKey(name),
    ...(name.startsWith('ML-DSA') ? signing : kem),
  })),
];

function sizeOf(name: string): number {
  return { Ed25519: 32, Ed448: 57, X25519: 32, X448: 56 }[name] ?? 0;
}

const bytesOf = (data: Data | undefined): Uint8Array | undefined =>
  data instanceof Uint8Array ? data : undefined;
const jwkOf = (data: Data | undefined): JsonWebKey => (data instanceof Uint8Array ? {} : { ...data });
const without = (jwk: JsonWebKey, name: string): JsonWebKey => {
  const copy = { ...jwk };
  Reflect.deleteProperty(copy, name);
  return copy;
};

function failures(row: Row): Scenario[] {
  const { algorithm, key, other, publicUsages, privateUsages } = row;
  const halves = [
    { half: key.public, usages: publicUsages, other: other.public, secret: false },
    { half: key.private, usages: privateUsages, other: other.private, secret: true },
  ];
  return halves.flatMap(({ half, usages, secret }) => {
    const scenarios: Scenario[] = [];
    const illegal = ALL_USAGES.filter((usage) => !usages.includes(usage));
    for (const [format, data] of Object.entries(half)) {
      for (const usage of illegal) {
        for (const some of usages.length === 0 ? [[usage]] : [[usage], [...usages, usage]]) {
          for (const extractable of [true, false]) {
            scenarios.push(refused('bad usages', format, data, algorithm, some, 'SyntaxError', extractable));
          }
        }
      }
      for (const usage of usages) {
        scenarios.push(refused('no name', format, data, {}, [usage], 'TypeError'));
      }
      const bytes = bytesOf(data);
      if (bytes === undefined) continue;
      for (const extractable of [true, false]) {
        const short = bytes.slice(0, -1);
        scenarios.push(refused('cut off', format, short, algorithm, usages, 'DataError', extractable));
      }
      const longer = concat(bytes, Uint8Array.of(0));
      if (format.startsWith('raw')) {
        scenarios.push(refused('too long', format, longer, algorithm, usages, 'DataError'));
        scenarios.push(refused('empty', format, new Uint8Array(), algorithm, usages, 'DataError'));
      } else {
        const tagged = bytes.slice();
        tagged[0] = 0x31;
        scenarios.push(refused('wrong tag', format, tagged, algorithm, usages, 'DataError'));
        scenarios.push(refused('empty', format, new Uint8Array(), algorithm, usages, 'DataError'));
      }
    }
    return [...scenarios, ...jwkFailures(row, jwkOf(half['jwk']), usages, secret)];
  });
}

const OTHER_CURVE: Readonly<Record<string, string>> = {
  'P-256': 'P-384',
  'P-384': 'P-521',
  'P-521': 'P-256',
  Ed25519: 'X25519',
  X25519: 'Ed25519',
  Ed448: 'X448',
  X448: 'Ed448',
};

function jwkFailures(row: Row, jwk: JsonWebKey, usages: readonly string[], secret: boolean): Scenario[] {
  const { name } = row.algorithm;
  const half = secret ? 'private' : 'public';
  const bad = (what: string, data: JsonWebKey, some = usages) =>
    refused(`${what} (${half})`, 'jwk', data, row.algorithm, some, 'DataError');
  const { crv, kty } = jwk;
  const required =
    kty === 'AKP' ? ['kty', 'alg', 'pub'] : kty === 'EC' ? ['kty', 'crv', 'x', 'y'] : ['kty', 'crv', 'x'];
  const cut = kty === 'AKP' ? (secret ? 'priv' : 'pub') : secret ? 'd' : 'x';
  const value: unknown = Reflect.get(jwk, cut);
  const scenarios = [
    ...required.map((member) => bad(`no ${member}`, without(jwk, member))),
    bad('wrong kty', { ...jwk, kty: kty === 'EC' ? 'OKP' : 'EC' }),
    bad('ext is false', { ...jwk, ext: false }),
    bad('key_ops lacks what is asked', { ...jwk, key_ops: [] }, secret ? usages : usages.slice(0, 1)),
    bad(`short ${cut}`, { ...jwk, [cut]: typeof value === 'string' ? value.slice(0, -1) : '' }),
    ...(crv === undefined ? [] : [bad('wrong crv', { ...jwk, crv: OTHER_CURVE[crv] ?? '' })]),
    ...(usages.length === 0 ? [] : [bad('wrong use', { ...jwk, use: 'invalid' })]),
  ].filter((scenario) => usages.length > 0 || !scenario.name.startsWith('key_ops'));
  if (name.startsWith('Ed')) {
    for (const alg of [name.toLowerCase(), name.toUpperCase(), 'ES256']) {
      scenarios.push(bad(`alg ${alg}`, { ...jwk, alg }));
    }
  }
  if (name === 'ECDSA') {
    for (const alg of ['ecdsa', 'ECDSA', crv === 'P-256' ? 'ES384' : 'ES256']) {
      scenarios.push(bad(`alg ${alg}`, { ...jwk, alg }));
    }
  }
  if (kty === 'AKP') scenarios.push(bad('wrong alg', { ...jwk, alg: 'ML' }));
  if (secret && kty === 'OKP') {
    const { x } = jwkOf(row.other.public['jwk']);
    scenarios.push(bad('halves of two keys', { ...jwk, ...(x !== undefined && { x }) }));
  }
  return scenarios;
}

/** Public keys of 31 and 33 bytes. */
const widths: readonly Scenario[] = (['Ed25519', 'X25519'] as const).flatMap((name) => {
  const raw = bytesOf(okpKey(name).public['raw']) ?? new Uint8Array();
  const usages = name === 'Ed25519' ? ['verify'] : [];
  return [raw.slice(1), concat(raw, Uint8Array.of(1)), concat(Uint8Array.of(0), raw)].map((point) =>
    refused(
      `${point.length} bytes, first ${point[0]}`,
      'spki',
      spki(okpAlgorithm(name), point),
      name,
      usages,
      'DataError',
    ),
  );
});

const secretData = pattern(16, 1);
const jwk = { kty: 'oct', k: 'AQgPFh0kKzI5QEdOVVxjag' };
const aesGcm = { name: 'AES-GCM' };
const hmac = { name: 'HMAC', hash: 'SHA-256' };

const symmetric: readonly Scenario[] = [
  ...[0, 1, 15, 17, 20, 33].map((size) =>
    refused(`${size} bytes`, 'raw', pattern(size), aesGcm, ['encrypt'], 'DataError'),
  ),
  ...['AES-OCB', 'ChaCha20-Poly1305'].map((name) =>
    refused('17 bytes', 'raw-secret', pattern(17), { name }, ['encrypt'], 'DataError'),
  ),
  ...['AES-OCB', 'ChaCha20-Poly1305', 'KMAC128', 'Argon2id'].map((name) =>
    refused(
      'an old format',
      'raw',
      pattern(32),
      name,
      name === 'KMAC128' ? ['sign'] : name === 'Argon2id' ? ['deriveBits'] : ['encrypt'],
      'NotSupportedError',
    ),
  ),
  ...['spki', 'pkcs8'].map((format) =>
    refused('a format of pairs', format, secretData, aesGcm, ['encrypt'], 'NotSupportedError'),
  ),
  refused('unknown format', 'pem', secretData, aesGcm, ['encrypt'], 'TypeError'),
  refused('unknown usage', 'raw', secretData, aesGcm, ['seal'], 'TypeError'),
  refused('wrong usage', 'raw', secretData, aesGcm, ['sign'], 'SyntaxError'),
  refused('bytes for a JWK', 'jwk', secretData, aesGcm, ['encrypt'], 'TypeError'),
  refused('a JWK for bytes', 'raw', jwk, aesGcm, ['encrypt'], 'TypeError'),
  refused('wrong alg', 'jwk', { ...jwk, alg: 'A256GCM' }, aesGcm, ['encrypt'], 'DataError'),
  refused('wrong kty', 'jwk', { ...jwk, kty: 'EC' }, aesGcm, ['encrypt'], 'DataError'),
  refused('no kty', 'jwk', { k: jwk.k }, aesGcm, ['encrypt'], 'DataError'),
  refused('no k', 'jwk', { kty: 'oct' }, aesGcm, ['encrypt'], 'DataError'),
  refused('wrong use', 'jwk', { ...jwk, use: 'sig' }, aesGcm, ['encrypt'], 'DataError'),
  refused('key_ops', 'jwk', { ...jwk, key_ops: ['decrypt'] }, aesGcm, ['encrypt'], 'DataError'),
  refused(
    'key_ops twice',
    'jwk',
    { ...jwk, key_ops: ['encrypt', 'encrypt'] },
    aesGcm,
    ['encrypt'],
    'DataError',
  ),
  refused('ext', 'jwk', { ...jwk, ext: false }, aesGcm, ['encrypt'], 'DataError'),
  refused('base64 with padding', 'jwk', { ...jwk, k: `${jwk.k}==` }, aesGcm, ['encrypt'], 'DataError'),
  refused('wrong alg', 'jwk', { ...jwk, alg: 'HS512' }, hmac, ['sign'], 'DataError'),
  refused('empty', 'raw', new Uint8Array(), hmac, ['sign'], 'DataError'),
  refused('length 0', 'raw', secretData, { ...hmac, length: 0 }, ['sign'], 'DataError'),
  refused('too long a length', 'raw', secretData, { ...hmac, length: 136 }, ['sign'], 'DataError'),
  refused('too short a length', 'raw', secretData, { ...hmac, length: 120 }, ['sign'], 'DataError'),
  refused('no hash', 'raw', secretData, { name: 'HMAC' }, ['sign'], 'TypeError'),
  ...['HKDF', 'PBKDF2'].flatMap((name) => [
    refused('extractable', 'raw', secretData, name, ['deriveBits'], 'SyntaxError', true),
    refused('wrong usage', 'raw', secretData, name, ['sign'], 'SyntaxError', false),
    refused('a format of others', 'jwk', jwk, name, ['deriveBits'], 'NotSupportedError', false),
  ]),
  {
    name: 'Argon2id extractable',
    run: ({ subtle }) => subtle.importKey('raw-secret', secretData, 'Argon2id', true, ['deriveBits']),
    expected: fails('SyntaxError'),
  },
  refused('unknown', 'jwk', {}, { name: 'UNSUPPORTED', hash: 'SHA-224' }, [], 'NotSupportedError'),
  refused(
    'unknown curve',
    'raw',
    pattern(65),
    { name: 'ECDSA', namedCurve: 'not-a-curve' },
    [],
    'NotSupportedError',
  ),
];

function rsa({ rsa: keys }: Fixtures): Scenario[] {
  const pss = { name: 'RSA-PSS', hash: 'SHA-256' };
  const key = keys[1024];
  if (key === undefined) return [];
  const open = jwkOf(key.public['jwk']);
  const secret = jwkOf(key.private['jwk']);
  const der = bytesOf(key.public['spki']) ?? new Uint8Array();
  const bad = (what: string, data: JsonWebKey, usages: readonly string[]) =>
    refused(what, 'jwk', data, pss, usages, 'DataError');
  return [
    ...['kty', 'n', 'e'].map((member) => bad(`no ${member}`, without(open, member), ['verify'])),
    ...['q', 'dp', 'qi'].map((member) => bad(`no ${member}`, without(secret, member), ['sign'])),
    bad('wrong kty', { ...open, kty: 'EC' }, ['verify']),
    bad('wrong alg', { ...open, alg: 'PS512' }, ['verify']),
    bad('wrong use', { ...open, use: 'enc' }, ['verify']),
    bad('ext', { ...open, ext: false }, ['verify']),
    refused('cut off', 'spki', der.slice(0, -1), pss, ['verify'], 'DataError'),
    refused('a private format', 'pkcs8', der, pss, ['sign'], 'DataError'),
    refused('no hash', 'spki', der, { name: 'RSA-PSS' }, ['verify'], 'TypeError'),
    refused('unknown hash', 'spki', der, { name: 'RSA-PSS', hash: 'SHA' }, ['verify'], 'NotSupportedError'),
    refused('wrong usage', 'spki', der, pss, ['sign'], 'SyntaxError'),
    refused('raw', 'raw', der, pss, ['verify'], 'NotSupportedError'),
  ];
}

const imported = ({ subtle }: Subject, format: string, data: Data | undefined, ...rest: readonly unknown[]) =>
  subtle.importKey(format, data, ...rest);

/** exportKey and wrapKey: whether an algorithm can be exported at all is asked before whether the key may be. */
const exports: readonly Scenario[] = [
  ...['HKDF', 'PBKDF2'].flatMap((name): Scenario[] => [
    {
      name: `exportKey of ${name}`,
      run: async (subject) =>
        subject.subtle.exportKey(
          'raw',
          await imported(subject, 'raw', new Uint8Array(), name, false, ['deriveBits']),
        ),
      expected: fails('NotSupportedError'),
    },
    {
      name: `wrapKey of ${name}`,
      run: async (subject) => {
        const key = await imported(subject, 'raw', new Uint8Array(), name, false, ['deriveBits']);
        const kw = await imported(subject, 'raw', secretData, 'AES-KW', false, ['wrapKey']);
        return subject.subtle.wrapKey('raw', key, kw, 'AES-KW');
      },
      expected: fails('NotSupportedError'),
    },
  ]),
  {
    name: 'exportKey of a key that is not extractable',
    run: async (subject) =>
      subject.subtle.exportKey(
        'raw',
        await imported(subject, 'raw', secretData, 'AES-CBC', false, ['encrypt']),
      ),
    expected: fails('InvalidAccessError'),
  },
  {
    name: 'wrapKey of a key that is not extractable',
    run: async (subject) => {
      const key = await imported(subject, 'raw', secretData, 'AES-CBC', false, ['encrypt']);
      const kw = await imported(subject, 'raw', secretData, 'AES-KW', false, ['wrapKey']);
      return subject.subtle.wrapKey('raw', key, kw, 'AES-KW');
    },
    expected: fails('InvalidAccessError'),
  },
  ...ROWS.flatMap(({ algorithm, key, publicUsages, privateUsages }): Scenario[] => {
    const title = JSON.stringify(algorithm);
    const wrong = [
      ['spki', 'private', 'InvalidAccessError'],
      ['pkcs8', 'public', 'InvalidAccessError'],
      ['raw-secret', 'public', 'NotSupportedError'],
    ] as const;
    return wrong
      .filter(([format]) => format === 'raw-secret' || format in key.public || format in key.private)
      .map(([format, half, error]) => ({
        name: `exportKey of a ${half} key as ${format}: ${title}`,
        run: async (subject) => {
          const from = half === 'public' ? 'raw-public' : 'jwk';
          const [data, usages] =
            half === 'public' ? [key.public, publicUsages] : [key.private, privateUsages];
          const made = await imported(subject, from, data[from], algorithm, true, usages);
          return subject.subtle.exportKey(format, made);
        },
        expected: fails(error),
      }));
  }),
];

export const makeTables = (fixtures: Fixtures): readonly Table[] => [
  { name: 'importKey: refusals of pairs', scenarios: ROWS.flatMap(failures) },
  { name: 'importKey: refusals of widths', scenarios: widths },
  { name: 'importKey: refusals of secret keys', scenarios: symmetric },
  { name: 'importKey: refusals of RSA', scenarios: rsa(fixtures) },
  { name: 'exportKey: refusals', scenarios: exports },
];
