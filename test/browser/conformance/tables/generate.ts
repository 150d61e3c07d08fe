// generateKey: what it makes, what it refuses, and in which order.
import {
  ALL_USAGES,
  keyAlgorithm,
  type Params,
  privateUsages,
  ROWS,
  type Row,
  subsets,
  validUsages,
} from '../algorithms.ts';
import type { Scenario, Table } from '../compare.ts';
import { fails, keyText } from '../outcome.ts';
import type { Pair } from '../subject.ts';

const show = (params: Params): string => JSON.stringify(params);

/** Of a pair the public half; of a secret key itself. */
const isPair = (made: CryptoKey & Pair): boolean => made.publicKey !== undefined;

function madeText(row: Row, params: Params, extractable: boolean, usages: readonly string[]): string {
  const algorithm = keyAlgorithm(row, params);
  const once = ALL_USAGES.filter((usage) => usages.includes(usage));
  if (row.kind === 'secret') return keyText('secret', extractable, algorithm, once);
  const own = (some: readonly string[] | undefined) => once.filter((usage) => some?.includes(usage));
  const publicText = keyText('public', true, algorithm, own(row.publicUsages));
  const privateText = keyText('private', extractable, algorithm, own(privateUsages(row)));
  return `{privateKey: ${privateText}, publicKey: ${publicText}}`;
}

function successes(row: Row): Scenario[] {
  const scenarios: Scenario[] = [];
  const add = (algorithm: unknown, params: Params, extractable: boolean, usages: readonly string[]) =>
    scenarios.push({
      name: `${JSON.stringify(algorithm)} ${extractable} [${usages.join(' ')}]`,
      run: ({ subtle }) => subtle.generateKey(algorithm, extractable, usages),
      expected: madeText(row, params, extractable, usages),
    });
  for (const params of row.params) {
    for (const usages of validUsages(row)) {
      for (const extractable of row.slow ? [true] : [false, true]) {
        add({ name: row.name, ...params }, params, extractable, usages);
      }
    }
  }
  const [params = {}] = row.params;
  const upper = row.name.toUpperCase();
  const lower = row.name.toLowerCase();
  for (const name of new Set([upper, lower, upper.slice(0, 1) + lower.slice(1)])) {
    add({ name, ...params }, params, true, row.usages);
  }
  if (Object.keys(params).length === 0) add(row.name, params, true, row.usages);
  return scenarios;
}

const refused = (
  name: string,
  algorithm: unknown,
  extractable: unknown,
  usages: unknown,
  error: string,
): Scenario => ({
  name,
  run: ({ subtle }) => subtle.generateKey(algorithm, extractable, usages),
  expected: fails(error),
});

function failures(row: Row): Scenario[] {
  const scenarios: Scenario[] = [];
  const params = row.slow ? row.params.slice(0, 1) : row.params;
  for (const some of params) {
    const algorithm = { name: row.name, ...some };
    for (const usage of ALL_USAGES.filter((each) => !row.usages.includes(each))) {
      for (const usages of [[usage], [...row.usages, usage]]) {
        const name = `bad usages: ${row.name} ${show(some)} [${usages.join(' ')}]`;
        scenarios.push(refused(name, algorithm, true, usages, 'SyntaxError'));
      }
    }
    for (const extractable of [true, false]) {
      const name = `empty usages: ${row.name} ${show(some)} ${extractable}`;
      scenarios.push(refused(name, algorithm, extractable, [], 'SyntaxError'));
    }
    if (row.publicUsages !== undefined && row.publicUsages.length > 0) {
      const name = `usages of the public key only: ${row.name} ${show(some)}`;
      scenarios.push(refused(name, algorithm, true, row.publicUsages, 'SyntaxError'));
    }
  }
  for (const [bad, error] of row.bad ?? []) {
    for (const usages of [row.usages, []]) {
      const name = `bad property: ${row.name} ${show(bad)} [${usages.join(' ')}]`;
      scenarios.push(refused(name, { name: row.name, ...bad }, false, usages, error));
    }
  }
  return scenarios;
}

const exponent = Uint8Array.of(1, 0, 1);
const UNKNOWN: readonly unknown[] = [
  'AES',
  { name: 'AES' },
  { name: 'AES', length: 128 },
  // In drafts before the Recommendation.
  { name: 'AES-CMAC', length: 128 },
  { name: 'AES-CFB', length: 128 },
  { name: 'HMAC', hash: 'MD5' },
  { name: 'RSA', hash: 'SHA-256', modulusLength: 2048, publicExponent: exponent },
  { name: 'RSA-PSS', hash: 'SHA', modulusLength: 2048, publicExponent: exponent },
  { name: 'EC', namedCurve: 'P521' },
  // Letters that Unicode folds to K and S, but ASCII does not.
  { name: 'AES-\u212aW', length: 256 },
  { name: 'RSASSA-P\u212aCS1-v1_5', modulusLength: 1024, publicExponent: exponent, hash: 'SHA-256' },
  { name: 'AE\u017f-CBC', length: 128 },
];

function unknown(): Scenario[] {
  const usages = [...subsets(['decrypt', 'sign', 'deriveBits'])];
  return [...UNKNOWN, {}].flatMap((algorithm) =>
    usages.flatMap((some) =>
      [true, 'RED', 7].map((extractable) =>
        refused(
          `unknown: ${JSON.stringify(algorithm)} ${extractable} [${some.join(' ')}]`,
          algorithm,
          extractable,
          some,
          Object.keys(Object(algorithm)).length === 0 ? 'TypeError' : 'NotSupportedError',
        ),
      ),
    ),
  );
}

const isPublicFormat = (format: string): boolean => ['spki', 'raw', 'raw-public'].includes(format);
const isPrivateFormat = (format: string): boolean => ['pkcs8', 'raw-seed'].includes(format);

/** What can be exported of a new key, format by format: sizes and names, since its bytes are new each time. */
function exports(row: Row): Scenario[] {
  const [params = {}] = row.params;
  const jwk = (more: readonly string[]) => ['ext', 'key_ops', 'kty', ...row.jwk, ...more].sort().join(' ');
  const expected = (format: string, extractable: boolean): string => {
    const half = (type: string, more: readonly string[] = []) =>
      format === 'jwk' ? `${type} jwk ${jwk(more)}` : `${type} ${format}`;
    if (row.kind === 'secret') return extractable ? half('secret') : '';
    return [
      ...(isPrivateFormat(format) ? [] : [half('public')]),
      ...(extractable && !isPublicFormat(format) ? [half('private', row.jwkPrivate)] : []),
    ].join(', ');
  };
  const scenario = (format: string, extractable: boolean): Scenario => ({
    name: `exports of ${row.name} as ${format}, ${extractable ? '' : 'not '}extractable`,
    run: async ({ subtle }) => {
      const made = await subtle.generateKey({ name: row.name, ...params }, extractable, row.usages);
      const keys = isPair(made) ? [made.publicKey, made.privateKey] : [made];
      const found: string[] = [];
      let publicJwk: JsonWebKey = {};
      for (const key of keys) {
        const others = key.type === 'public' ? isPrivateFormat : isPublicFormat;
        if (!key.extractable || (row.kind === 'pair' && others(format))) continue;
        const data = await subtle.exportKey(format, key);
        if (format !== 'jwk') {
          found.push(`${key.type} ${format}`);
          continue;
        }
        found.push(`${key.type} jwk ${Object.keys(data).sort().join(' ')}`);
        if (key.type === 'public') publicJwk = data;
        else
          for (const [name, value] of Object.entries(publicJwk)) {
            if (name !== 'key_ops' && Reflect.get(data, name) !== value) found.push(`${name} differs`);
          }
      }
      return found.join(', ');
    },
    expected: expected(format, extractable),
  });
  return row.formats.flatMap((format) => [true, false].map((extractable) => scenario(format, extractable)));
}

export const tables: readonly Table[] = [
  { name: 'generateKey: keys', scenarios: ROWS.flatMap(successes) },
  { name: 'generateKey: refusals', scenarios: [...ROWS.flatMap(failures), ...unknown()] },
  { name: 'generateKey: exports', scenarios: ROWS.flatMap(exports) },
];
