// wrapKey and unwrapKey: every wrapping algorithm with every key in every format.
import { aeskw } from '@noble/ciphers/aes.js';
import { ALL_USAGES } from '../algorithms.ts';
import { altered, base64url, equal, pattern, text } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import { ecKey, type Fixtures, type KeyData, latticeKey, OKP_NAMES, okpKey } from '../fixtures.ts';
import { bytes, describe, fails, keyText } from '../outcome.ts';
import type { Subject } from '../subject.ts';

interface Wrapping {
  readonly name: string;
  /** As `importKey` takes it. */
  readonly algorithm: object;
  readonly format: string;
  readonly key: Uint8Array;
  /** As `wrapKey` takes it. */
  readonly params: object;
  /** Whether it refuses what was altered. */
  readonly authenticated: boolean;
}

const symmetric = (
  name: string,
  size: number,
  params: object,
  authenticated: boolean,
  format = 'raw',
): Wrapping => ({
  name: `${name} of ${8 * size} bits`,
  algorithm: { name },
  format,
  key: pattern(size, 21),
  params: { name, ...params },
  authenticated,
});

const AAD = text('whose key this is');
const WRAPPINGS: readonly Wrapping[] = [
  ...[16, 24, 32].flatMap((size) => [
    symmetric('AES-CTR', size, { counter: pattern(16), length: 64 }, false),
    symmetric('AES-CBC', size, { iv: pattern(16) }, false),
    symmetric('AES-GCM', size, { iv: pattern(16), additionalData: AAD, tagLength: 64 }, true),
    symmetric('AES-KW', size, {}, true),
    symmetric('AES-OCB', size, { iv: pattern(12), additionalData: AAD }, true, 'raw-secret'),
  ]),
  symmetric('ChaCha20-Poly1305', 32, { iv: pattern(12), additionalData: AAD }, true, 'raw-secret'),
];

interface Wrapped {
  readonly title: string;
  readonly algorithm: object;
  readonly made: object;
  readonly type: string;
  readonly format: string;
  readonly data: Uint8Array | JsonWebKey;
  readonly usages: readonly string[];
}

const secret = (
  algorithm: { readonly name: string; readonly hash?: string },
  size: number,
  usages: readonly string[],
  formats: readonly string[],
  sized = true,
): Wrapped[] => {
  const { name, hash } = algorithm;
  const made = { name, ...(hash && { hash: { name: hash } }), ...(sized && { length: 8 * size }) };
  return formats.map((format) => ({
    title: `${name} as ${format}`,
    algorithm,
    made,
    type: 'secret',
    format,
    data: format === 'jwk' ? { kty: 'oct', k: base64url(pattern(size, 33)) } : pattern(size, 33),
    usages,
  }));
};

const pair = (
  algorithm: object,
  made: object,
  key: KeyData,
  publicUsages: readonly string[],
  privateUsages: readonly string[],
): Wrapped[] => {
  const half = (type: string, formats: KeyData['public'], usages: readonly string[]) =>
    Object.entries(formats).map(([format, data]) => ({
      title: `${JSON.stringify(algorithm)} ${type} as ${format}`,
      algorithm,
      made,
      type,
      format,
      data,
      usages,
    }));
  return [...half('public', key.public, publicUsages), ...half('private', key.private, privateUsages)];
};

const CLASSIC = ['raw', 'raw-secret', 'jwk'];
const MODERN = ['raw-secret', 'jwk'];
const CIPHER = ['encrypt', 'decrypt'];

const WRAPPED: readonly Wrapped[] = [
  ...['AES-CTR', 'AES-CBC', 'AES-GCM'].flatMap((name) => secret({ name }, 16, CIPHER, CLASSIC)),
  ...secret({ name: 'AES-GCM' }, 24, CIPHER, CLASSIC),
  ...secret({ name: 'AES-KW' }, 16, ['wrapKey', 'unwrapKey'], CLASSIC),
  ...secret({ name: 'HMAC', hash: 'SHA-256' }, 16, ['sign', 'verify'], CLASSIC),
  ...secret({ name: 'AES-OCB' }, 32, CIPHER, MODERN),
  ...secret({ name: 'ChaCha20-Poly1305' }, 32, CIPHER, MODERN, false),
  ...secret({ name: 'KMAC128' }, 32, ['sign', 'verify'], MODERN),
  ...['ECDSA', 'ECDH'].flatMap((name) => {
    const algorithm = { name, namedCurve: 'P-256' };
    return name === 'ECDSA'
      ? pair(algorithm, algorithm, ecKey('P-256'), ['verify'], ['sign'])
      : pair(algorithm, algorithm, ecKey('P-256'), [], ['deriveBits']);
  }),
  ...OKP_NAMES.flatMap((name) =>
    name.startsWith('Ed')
      ? pair({ name }, { name }, okpKey(name), ['verify'], ['sign'])
      : pair({ name }, { name }, okpKey(name), [], ['deriveBits']),
  ),
  ...pair({ name: 'ML-DSA-44' }, { name: 'ML-DSA-44' }, latticeKey('ML-DSA-44'), ['verify'], ['sign']),
  ...pair(
    { name: 'ML-KEM-768' },
    { name: 'ML-KEM-768' },
    latticeKey('ML-KEM-768'),
    ['encapsulateBits'],
    ['decapsulateBits'],
  ),
];

const one = (name: string, expected: string, run: Scenario['run']): Scenario => ({ name, expected, run });

const wrappingKey = (
  { subtle }: Subject,
  { format, key, algorithm }: Wrapping,
  usages = ['wrapKey', 'unwrapKey'],
) => subtle.importKey(format, key, algorithm, false, usages);

const sized = (value: Uint8Array | JsonWebKey): number =>
  value instanceof Uint8Array ? value.length : JSON.stringify(value).length;

/** There and back; and what comes back can be exported or not, as asked. */
function roundTrip(wrapping: Wrapping, wrapped: Wrapped): Scenario[] {
  const { title, format, data, algorithm, made, type, usages } = wrapped;
  const isKw = wrapping.name.startsWith('AES-KW');
  if (isKw && data instanceof Uint8Array && sized(data) % 8 !== 0) {
    return [
      one(`${title} by ${wrapping.name}: not by eights`, fails('OperationError'), async (subject) => {
        const key = await subject.subtle.importKey(format, data, algorithm, true, usages);
        return subject.subtle.wrapKey(format, key, await wrappingKey(subject, wrapping), wrapping.params);
      }),
    ];
  }
  return [true, false].map((extractable) =>
    one(
      `${title} by ${wrapping.name}${extractable ? '' : ', not extractable'}`,
      `{key: ${keyText(type, extractable, made, usages)}, same: ${extractable}}`,
      async (subject) => {
        const { subtle } = subject;
        const [key, by] = await Promise.all([
          subtle.importKey(format, data, algorithm, true, usages),
          wrappingKey(subject, wrapping),
        ]);
        const before = await subtle.exportKey(format, key);
        // JSON has no length that AES-KW takes but by luck: then the whole is skipped.
        if (isKw && format === 'jwk' && JSON.stringify(before).length % 8 !== 0) {
          return { key: keyText(type, extractable, made, usages), same: extractable };
        }
        const sealed = await subtle.wrapKey(format, key, by, wrapping.params);
        const back = await subtle.unwrapKey(
          format,
          sealed,
          by,
          wrapping.params,
          algorithm,
          extractable,
          usages,
        );
        const same = back.extractable && describe(await subtle.exportKey(format, back)) === describe(before);
        return { key: back, same };
      },
    ),
  );
}

const AES: Wrapped = {
  title: 'AES-CBC',
  algorithm: { name: 'AES-CBC' },
  made: { name: 'AES-CBC', length: 128 },
  type: 'secret',
  format: 'raw',
  data: pattern(16, 33),
  usages: CIPHER,
};

/** By its plaintext operation, what wrapKey writes is known. */
function contents(wrapping: Wrapping): Scenario[] {
  const encrypting = { ...wrapping };
  const name = Reflect.get(wrapping.params, 'name');
  if (name === 'AES-KW') {
    const sealed = aeskw(wrapping.key).encrypt(pattern(16, 33));
    return [
      one(`${wrapping.name}: what is written`, bytes(sealed), async (subject) => {
        const key = await subject.subtle.importKey('raw', AES.data, AES.algorithm, true, CIPHER);
        return subject.subtle.wrapKey('raw', key, await wrappingKey(subject, wrapping), wrapping.params);
      }),
      one(
        `${wrapping.name}: what another wrote`,
        keyText('secret', true, AES.made, CIPHER),
        async (subject) =>
          subject.subtle.unwrapKey(
            'raw',
            sealed,
            await wrappingKey(subject, wrapping),
            wrapping.params,
            AES.algorithm,
            true,
            CIPHER,
          ),
      ),
    ];
  }
  const both = async (subject: Subject) => ({
    encrypt: await wrappingKey(subject, encrypting, CIPHER),
    wrap: await wrappingKey(subject, wrapping),
  });
  const json = (subject: Subject, jwk: object, extractable: boolean, usages: readonly string[] = CIPHER) =>
    both(subject).then(async ({ encrypt, wrap }) => {
      const sealed = await subject.subtle.encrypt(wrapping.params, encrypt, text(JSON.stringify(jwk)));
      return subject.subtle.unwrapKey(
        'jwk',
        sealed,
        wrap,
        wrapping.params,
        AES.algorithm,
        extractable,
        usages,
      );
    });
  const jwk = { kty: 'oct', k: base64url(pattern(16, 33)), alg: 'A128CBC', ext: true };
  return [
    one(`${wrapping.name}: wraps as it encrypts`, 'true', async (subject) => {
      const { encrypt, wrap } = await both(subject);
      const key = await subject.subtle.importKey('raw', AES.data, AES.algorithm, true, CIPHER);
      const sealed = await subject.subtle.wrapKey('raw', key, wrap, wrapping.params);
      return equal(sealed, await subject.subtle.encrypt(wrapping.params, encrypt, pattern(16, 33)));
    }),
    one(`${wrapping.name}: a JWK is JSON of what is exported`, 'true', async (subject) => {
      const { encrypt, wrap } = await both(subject);
      const key = await subject.subtle.importKey('raw', AES.data, AES.algorithm, true, CIPHER);
      const sealed = await subject.subtle.wrapKey('jwk', key, wrap, wrapping.params);
      const opened = await subject.subtle.decrypt(wrapping.params, encrypt, sealed);
      const found: unknown = JSON.parse(new TextDecoder().decode(opened));
      const exported = await subject.subtle.exportKey('jwk', key);
      return describe(found) === describe(exported) && opened.byteLength === JSON.stringify(exported).length;
    }),
    one(`${wrapping.name}: a JWK for no export`, keyText('secret', false, AES.made, CIPHER), (subject) =>
      json(subject, { ...jwk, ext: false }, false),
    ),
    one(`${wrapping.name}: a JWK for no export, to be exported`, fails('DataError'), (subject) =>
      json(subject, { ...jwk, ext: false }, true),
    ),
    one(`${wrapping.name}: a JWK for something else`, fails('DataError'), (subject) =>
      json(subject, { ...jwk, key_ops: ['sign'] }, true),
    ),
    one(`${wrapping.name}: no JWK`, fails('DataError'), (subject) => json(subject, [], true)),
    one(`${wrapping.name}: a JWK with wrong members`, fails('DataError'), (subject) =>
      json(subject, { ...jwk, kty: 'EC' }, true),
    ),
    one(`${wrapping.name}: no usage asked`, fails('SyntaxError'), (subject) => json(subject, jwk, true, [])),
    one(`${wrapping.name}: no JSON`, fails('DataError'), async (subject) => {
      const { encrypt, wrap } = await both(subject);
      const sealed = await subject.subtle.encrypt(wrapping.params, encrypt, text('{'));
      return subject.subtle.unwrapKey('jwk', sealed, wrap, wrapping.params, AES.algorithm, true, CIPHER);
    }),
  ];
}

function refusals(wrapping: Wrapping): Scenario[] {
  const sealed = async (subject: Subject) => {
    const by = await wrappingKey(subject, wrapping);
    const key = await subject.subtle.importKey('raw', AES.data, AES.algorithm, true, CIPHER);
    const data = new Uint8Array(await subject.subtle.wrapKey('raw', key, by, wrapping.params));
    return { by, key, data };
  };
  const unwrap = (subject: Subject, data: Uint8Array, by: unknown, usages: readonly string[] = CIPHER) =>
    subject.subtle.unwrapKey('raw', data, by, wrapping.params, AES.algorithm, true, usages);
  const refused = (name: string, error: string, run: Scenario['run']) =>
    one(`${wrapping.name}: ${name}`, fails(error), run);
  const other = Reflect.get(wrapping.params, 'name') === 'AES-KW' ? 'AES-GCM' : 'AES-KW';
  return [
    refused('no usage to wrap', 'InvalidAccessError', async (subject) => {
      const { key } = await sealed(subject);
      const by = await wrappingKey(subject, wrapping, ['unwrapKey']);
      return subject.subtle.wrapKey('raw', key, by, wrapping.params);
    }),
    refused('no usage to unwrap', 'InvalidAccessError', async (subject) => {
      const { data } = await sealed(subject);
      return unwrap(subject, data, await wrappingKey(subject, wrapping, ['wrapKey']));
    }),
    refused('another algorithm’s key', 'InvalidAccessError', async (subject) => {
      const { key } = await sealed(subject);
      const by = await subject.subtle.importKey('raw', pattern(16), other, false, ['wrapKey']);
      return subject.subtle.wrapKey('raw', key, by, wrapping.params);
    }),
    refused('a key that is not extractable', 'InvalidAccessError', async (subject) => {
      const { by } = await sealed(subject);
      const key = await subject.subtle.importKey('raw', AES.data, AES.algorithm, false, CIPHER);
      return subject.subtle.wrapKey('raw', key, by, wrapping.params);
    }),
    refused('a format that the key has not', 'NotSupportedError', async (subject) => {
      const { by, key } = await sealed(subject);
      return subject.subtle.wrapKey('spki', key, by, wrapping.params);
    }),
    refused('usages of another algorithm', 'SyntaxError', async (subject) => {
      const { by, data } = await sealed(subject);
      return unwrap(subject, data, by, ['sign']);
    }),
    refused('no usages', 'SyntaxError', async (subject) => {
      const { by, data } = await sealed(subject);
      return unwrap(subject, data, by, []);
    }),
    refused('an unknown algorithm for the key', 'NotSupportedError', async (subject) => {
      const { by, data } = await sealed(subject);
      return subject.subtle.unwrapKey('raw', data, by, wrapping.params, 'AES-XYZ', true, CIPHER);
    }),
    ...(wrapping.authenticated
      ? [
          refused('altered', 'OperationError', async (subject) => {
            const { by, data } = await sealed(subject);
            return unwrap(subject, altered(data), by);
          }),
          refused('cut off', 'OperationError', async (subject) => {
            const { by, data } = await sealed(subject);
            return unwrap(subject, data.slice(0, -8), by);
          }),
          refused('another key', 'OperationError', async (subject) => {
            const { data } = await sealed(subject);
            const stranger = { ...wrapping, key: pattern(wrapping.key.length, 99) };
            return unwrap(subject, data, await wrappingKey(subject, stranger));
          }),
        ]
      : []),
    one(`${wrapping.name}: altered and transferred after the calls`, 'true', async (subject) => {
      const { by, key, data } = await sealed(subject);
      const buffer = data.slice();
      const result = unwrap(subject, buffer, by);
      buffer.fill(0);
      structuredClone(buffer.buffer, { transfer: [buffer.buffer] });
      const back = await subject.subtle.exportKey('raw', await result);
      return equal(back, new Uint8Array(await subject.subtle.exportKey('raw', key)));
    }),
    one(`${wrapping.name}: parameters that are inherited`, 'true', async (subject) => {
      const { by, key, data } = await sealed(subject);
      const params: object = Object.create(wrapping.params);
      const again = await subject.subtle.wrapKey('raw', key, by, params);
      return equal(again, data);
    }),
  ];
}

function rsa({ rsa: keys }: Fixtures): Scenario[] {
  const data = keys[2048];
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' };
  const params = { name: 'RSA-OAEP', label: new Uint8Array(8) };
  const wrapped = WRAPPED.filter(({ format, data: some }) => format !== 'jwk' && sized(some) <= 190);
  const open = ({ subtle }: Subject) =>
    subtle.importKey('spki', data?.public['spki'], algorithm, false, ['wrapKey']);
  const closed = ({ subtle }: Subject) =>
    subtle.importKey('pkcs8', data?.private['pkcs8'], algorithm, false, ['unwrapKey']);
  return [
    ...wrapped.map(({ title, format, data: some, algorithm: own, made, type, usages }) =>
      one(
        `${title} by RSA-OAEP`,
        `{key: ${keyText(type, true, made, usages)}, same: true}`,
        async (subject) => {
          const { subtle } = subject;
          const key = await subtle.importKey(format, some, own, true, usages);
          const sealed = await subtle.wrapKey(format, key, await open(subject), params);
          const back = await subtle.unwrapKey(
            format,
            sealed,
            await closed(subject),
            params,
            own,
            true,
            usages,
          );
          const before = await subtle.exportKey(format, key);
          return { key: back, same: describe(await subtle.exportKey(format, back)) === describe(before) };
        },
      ),
    ),
    one('RSA-OAEP: too long', fails('OperationError'), async (subject) => {
      const pss = { name: 'RSA-PSS', hash: 'SHA-256' };
      const long = await subject.subtle.importKey('pkcs8', data?.private['pkcs8'], pss, true, ['sign']);
      return subject.subtle.wrapKey('pkcs8', long, await open(subject), params);
    }),
    one('RSA-OAEP: private key to wrap', fails('InvalidAccessError'), async (subject) => {
      const key = await subject.subtle.importKey('raw', AES.data, AES.algorithm, true, CIPHER);
      return subject.subtle.wrapKey('raw', key, await closed(subject), params);
    }),
  ];
}

/** Algorithms that encrypt nothing wrap nothing. */
const strangers: readonly Scenario[] = [
  ['HMAC', { name: 'HMAC', hash: 'SHA-256' }, ['sign']],
  ['ECDSA', { name: 'ECDSA', namedCurve: 'P-256' }, ['sign', 'verify']],
].map(([name, algorithm, usages]) =>
  one(`wrapKey with ${String(name)}`, fails('NotSupportedError'), async ({ subtle }) => {
    const made = await subtle.generateKey(algorithm, true, usages);
    const by = made.privateKey ?? made;
    const key = await subtle.importKey('raw', AES.data, AES.algorithm, true, CIPHER);
    return subtle.wrapKey('raw', key, by, name);
  }),
);

const FIREFOX = navigator.userAgent.includes('Firefox');

/** What unwraps is judged before what comes out, and read before it. */
const BAD: readonly (readonly [title: string, algorithm: unknown, fault: string])[] = [
  ['of no known name', 'ROT13', 'NotSupportedError'],
  ['without its parameters', { name: 'AES-GCM' }, 'TypeError'],
  ['that is no cipher', { name: 'HMAC' }, 'NotSupportedError'],
  ['of a name that may be foreign, without its parameters', { name: 'AES-OCB' }, 'TypeError'],
];
const BAD_KEYS: readonly (readonly [title: string, algorithm: unknown])[] = [
  ['of no known name', 'ROT13'],
  ['without its hash', { name: 'HMAC' }],
  ['of a length that is no number', { name: 'KMAC128', length: 'x' }],
  ['of a digest', 'SHA-256'],
];
const ordered: readonly Scenario[] = ['AES-GCM', 'AES-OCB'].flatMap((name) => {
  const wrapping = WRAPPINGS.find(({ name: its }) => its === `${name} of 128 bits`);
  const unwrapping = ({ subtle }: Subject) =>
    subtle.importKey(wrapping?.format, wrapping?.key, name, false, ['unwrapKey']);
  const data = new Uint8Array(40);
  return [
    ...BAD.flatMap(([title, algorithm, fault]) =>
      // Of two faults of one rank Firefox names the other, which looks like a lack.
      BAD_KEYS.filter(([made]) => !FIREFOX || fault !== 'TypeError' || made !== 'of no known name').map(
        ([made, keyAlgorithm]) =>
          one(`${name}: by an algorithm ${title}, a key ${made}`, fails(fault), async (subject) => {
            const by = await unwrapping(subject);
            return subject.subtle.unwrapKey('raw', data, by, algorithm, keyAlgorithm, true, ['sign']);
          }),
      ),
    ),
    one(`${name}: what is read when`, '[unwrapping, unwrapped]', async (subject) => {
      const by = await unwrapping(subject);
      const seen: string[] = [];
      const reading = (what: string, its: string, rest: object) => ({
        ...rest,
        get name() {
          if (!seen.includes(what)) seen.push(what);
          return its;
        },
      });
      const algorithm = reading('unwrapping', name, { iv: pattern(12) });
      const made = reading('unwrapped', 'AES-CBC', {});
      await subject.subtle.unwrapKey('raw', data, by, algorithm, made, true, ['encrypt']).catch(() => {});
      return seen;
    }),
  ];
});

/** Keys are wrapped with all that they may do. */
const operations: readonly Scenario[] = WRAPPED.filter(({ format }) => format === 'jwk').map(
  ({ title, data, algorithm, usages }) =>
    one(`${title}: key_ops`, `[${usages.length}, true]`, async ({ subtle }) => {
      const key = await subtle.importKey('jwk', data, algorithm, true, usages);
      const { key_ops: operationsOf = [], ext } = await subtle.exportKey('jwk', key);
      const known = operationsOf.filter((usage) => ALL_USAGES.includes(usage));
      return [known.length, ext];
    }),
);

export const makeTables = (fixtures: Fixtures): readonly Table[] => [
  {
    name: 'wrapKey: there and back',
    scenarios: WRAPPINGS.flatMap((wrapping) => WRAPPED.flatMap((wrapped) => roundTrip(wrapping, wrapped))),
  },
  { name: 'wrapKey: contents', scenarios: [...WRAPPINGS.flatMap(contents), ...operations] },
  { name: 'wrapKey: refusals', scenarios: [...WRAPPINGS.flatMap(refusals), ...strangers, ...ordered] },
  { name: 'wrapKey: RSA', scenarios: rsa(fixtures) },
];
