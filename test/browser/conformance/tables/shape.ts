// The shape of the object and of its keys, and when its promises are settled.
import { ROWS } from '../algorithms.ts';
import { pattern } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import { fails, failure } from '../outcome.ts';
import { METHODS, type Subject } from '../subject.ts';

const one = (name: string, expected: string, run: Scenario['run']): Scenario => ({ name, expected, run });

/** Arguments that WebIDL asks for: `length` of a method. */
const LENGTHS: Readonly<Record<(typeof METHODS)[number], number>> = {
  encrypt: 3,
  decrypt: 3,
  sign: 3,
  verify: 4,
  digest: 2,
  generateKey: 3,
  deriveKey: 5,
  deriveBits: 2,
  importKey: 5,
  exportKey: 2,
  wrapKey: 4,
  unwrapKey: 7,
  encapsulateKey: 5,
  encapsulateBits: 2,
  decapsulateKey: 6,
  decapsulateBits: 3,
  getPublicKey: 2,
};

const methodOf = (object: object, name: string): unknown => Reflect.get(object, name);

/** What a call without enough arguments, or on something else, comes to: never anything that is thrown at once. */
async function settled(call: () => unknown): Promise<string> {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return `thrown ${failure(error)}`;
  }
  if (!(result instanceof Promise)) return 'no promise';
  return result.then(() => 'resolved', failure);
}

const object: readonly Scenario[] = [
  one('its tag', '[object SubtleCrypto]', ({ object: subtle }) => Object.prototype.toString.call(subtle)),
  one('its class', 'SubtleCrypto', ({ object: subtle }) => subtle.constructor.name),
  one('no own members', '0', ({ object: subtle }) => Reflect.ownKeys(subtle).length),
  one('its class is not for construction', fails('TypeError'), ({ object: subtle }) =>
    Reflect.construct(subtle.constructor as new () => object, []),
  ),
  one('supports: two arguments', '2', ({ object: subtle }) => {
    const supports = methodOf(subtle.constructor, 'supports');
    return typeof supports === 'function' ? supports.length : 'none';
  }),
  ...[[], ['digest'], [Symbol('x'), 'SHA-256'], ['digest', Symbol('x')]].map((args: unknown[]) =>
    one(`supports: given (${args.map(String)})`, fails('TypeError'), ({ object: subtle }) =>
      Reflect.apply(methodOf(subtle.constructor, 'supports') as () => unknown, subtle.constructor, args),
    ),
  ),
  ...METHODS.flatMap((method) => [
    one(`${method}: its length and name`, `${method} ${LENGTHS[method]}`, ({ object: subtle }) => {
      const found = methodOf(subtle, method);
      return typeof found === 'function' ? `${found.name} ${found.length}` : 'missing';
    }),
    one(
      `${method}: where it is`,
      '{configurable: true, enumerable: true, writable: true}',
      ({ object: subtle }) => {
        const found = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(subtle), method);
        if (found === undefined) return 'missing';
        const { configurable, enumerable, writable } = found;
        return { configurable, enumerable, writable };
      },
    ),
    one(`${method}: no arguments`, fails('TypeError'), ({ object: subtle }) =>
      settled(() => Reflect.apply(methodOf(subtle, method) as () => unknown, subtle, [])),
    ),
    one(`${method}: of something else`, fails('TypeError'), ({ object: subtle }) =>
      settled(() => {
        const args = Array.from({ length: LENGTHS[method] }, () => ({}));
        return Reflect.apply(methodOf(subtle, method) as () => unknown, {}, args);
      }),
    ),
    ...[null, undefined].map((nothing) =>
      one(`${method}: of ${nothing}`, fails('TypeError'), ({ object: subtle }) =>
        settled(() => {
          const args = Array.from({ length: LENGTHS[method] }, () => ({}));
          return Reflect.apply(methodOf(subtle, method) as () => unknown, nothing, args);
        }),
      ),
    ),
    one(`${method}: is no constructor`, fails('TypeError'), ({ object: subtle }) =>
      Reflect.construct(methodOf(subtle, method) as new () => object, []),
    ),
  ]),
];

const isKey = (value: unknown): value is CryptoKey => value instanceof CryptoKey;

function isCloneable(key: CryptoKey): boolean {
  try {
    return structuredClone(key) instanceof CryptoKey;
  } catch {
    return false;
  }
}

const keys: readonly Scenario[] = ROWS.map((row) => {
  const [params = {}] = row.params;
  return one(`a key of ${row.name}`, 'all is well', async ({ subtle }: Subject) => {
    const made = await subtle.generateKey({ name: row.name, ...params }, true, row.usages);
    const all = row.kind === 'secret' ? [made] : [made.publicKey, made.privateKey];
    const faults: string[] = [];
    const check = (what: string, good: boolean) => {
      if (!good) faults.push(what);
    };
    for (const key of all) {
      check('instance', isKey(key));
      check('constructor', key.constructor === CryptoKey);
      check('tag', Object.prototype.toString.call(key) === '[object CryptoKey]');
      const [{ algorithm, usages }, again] = [key, key];
      // What can be cloned is the engine's own key, whatever that does.
      check('algorithm cached', isCloneable(key) || Object.is(algorithm, again.algorithm));
      check('usages cached', isCloneable(key) || Object.is(usages, again.usages));
      check('usages is an array', Array.isArray(key.usages));
      check('algorithm is plain', Object.getPrototypeOf(key.algorithm) === Object.prototype);
      check('no own members', Reflect.ownKeys(key).length === 0);
      check(
        'accessors',
        ['type', 'extractable', 'algorithm', 'usages'].every((name) => name in key),
      );
      check('JSON', JSON.stringify(key) === '{}');
      check('no length', row.name !== 'ChaCha20-Poly1305' || !('length' in key.algorithm));
      check('no curve', !/^(Ed|X)\d/.test(row.name) || !('namedCurve' in key.algorithm));
    }
    if (row.kind === 'pair')
      check('pair is plain', Object.keys(made).sort().join() === 'privateKey,publicKey');
    return faults.length === 0 ? 'all is well' : faults.join(', ');
  });
});

/** Whether a promise settles before the next microtask that the caller had queued. */
async function moment(call: () => Promise<unknown>): Promise<string> {
  let turned = false;
  const seen = call().then(
    () => turned,
    () => turned,
  );
  await Promise.resolve().then(() => {
    turned = true;
  });
  return (await seen) ? 'later' : 'at once';
}

const aes = { name: 'AES-GCM', length: 256 };
const moments: readonly Scenario[] = [
  one('an unknown algorithm', 'at once', ({ subtle }) =>
    moment(() => subtle.generateKey('AES', true, ['sign'])),
  ),
  one('no name', 'at once', ({ subtle }) => moment(() => subtle.generateKey({}, true, ['sign']))),
  one('an unknown curve', 'later', ({ subtle }) =>
    moment(() => subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-512' }, true, ['sign'])),
  ),
  one('a new key', 'later', ({ subtle }) => moment(() => subtle.generateKey(aes, true, ['encrypt']))),
  one('usages of others', 'later', ({ subtle }) => moment(() => subtle.generateKey(aes, true, ['sign']))),
  one('no usages', 'later', ({ subtle }) => moment(() => subtle.generateKey(aes, true, []))),
  one('an imported key', 'later', ({ subtle }) =>
    moment(() => subtle.importKey('raw', pattern(16), 'AES-GCM', true, ['encrypt'])),
  ),
  one('an imported key without usages', 'later', ({ subtle }) =>
    moment(() => subtle.importKey('raw', pattern(16), 'AES-GCM', true, [])),
  ),
  ...['Ed25519', 'Ed448', 'ML-KEM-512', 'ML-DSA-44', 'ChaCha20-Poly1305', 'KMAC128'].flatMap((name) => [
    one(`a new key of ${name} without usages`, 'later', ({ subtle }) =>
      moment(() => subtle.generateKey(name, true, [])),
    ),
  ]),
].map(({ name, run, expected }) => ({ name, run, ...(expected === undefined ? {} : { expected }) }));

/** Engines agree here only by their own bindings: what must be is that a conversion is no later than the engine's. */
const conversions: readonly Scenario[] = [
  ['usages are no list', ({ subtle }: Subject) => subtle.generateKey(aes, true, 7)],
  ['usages are a set', ({ subtle }: Subject) => subtle.generateKey(aes, true, new Set(['encrypt']))],
  ['an unknown usage', ({ subtle }: Subject) => subtle.generateKey(aes, true, ['seal']), 'TypeError'],
  ['the algorithm is a number', ({ subtle }: Subject) => subtle.generateKey(7, true, ['encrypt'])],
  ['the algorithm is null', ({ subtle }: Subject) => subtle.generateKey(null, true, ['encrypt'])],
  ['the algorithm is a symbol', ({ subtle }: Subject) => subtle.generateKey(Symbol('x'), true, ['encrypt'])],
  ['the name is a number', ({ subtle }: Subject) => subtle.generateKey({ name: 7 }, true, ['encrypt'])],
  [
    'the name throws',
    ({ subtle }: Subject) =>
      subtle.generateKey(
        {
          get name(): never {
            throw new RangeError('own');
          },
        },
        true,
        ['encrypt'],
      ),
    'RangeError',
  ],
  [
    'a String object for the name',
    ({ subtle }: Subject) => subtle.digest({ name: Object('SHA-256') }, pattern(3)),
  ],
  [
    'the length is text',
    ({ subtle }: Subject) => subtle.generateKey({ name: 'AES-GCM', length: '128' }, true, ['encrypt']),
  ],
  [
    'the length is a fraction',
    ({ subtle }: Subject) => subtle.generateKey({ name: 'AES-GCM', length: 128.9 }, true, ['encrypt']),
  ],
  [
    'the length is not a number',
    ({ subtle }: Subject) => subtle.generateKey({ name: 'AES-GCM', length: Number.NaN }, true, ['encrypt']),
  ],
  [
    'a hash with a name',
    ({ subtle }: Subject) => subtle.generateKey({ name: 'HMAC', hash: { name: 'sha-256' } }, true, ['sign']),
  ],
  ['a key that is none', ({ subtle }: Subject) => subtle.exportKey('raw', { type: 'secret' })],
  [
    'a key that inherits only',
    ({ subtle }: Subject) => subtle.exportKey('raw', Object.create(CryptoKey.prototype)),
  ],
  [
    'the format is none',
    async ({ subtle }: Subject) => subtle.exportKey('der', await subtle.generateKey(aes, true, ['encrypt'])),
    'TypeError',
  ],
  ['data is a list', ({ subtle }: Subject) => subtle.digest('SHA-256', [1, 2, 3])],
  [
    'data is shared',
    ({ subtle }: Subject) =>
      typeof SharedArrayBuffer === 'undefined'
        ? 'not here'
        : subtle.digest('SHA-256', new Uint8Array(new SharedArrayBuffer(4))),
  ],
  [
    'a JWK is null',
    ({ subtle }: Subject) => subtle.importKey('jwk', null, 'AES-GCM', true, ['encrypt']),
    fails('DataError'),
  ],
  [
    'a JWK whose members are no text',
    ({ subtle }: Subject) => subtle.importKey('jwk', { kty: 'oct', k: 7 }, 'AES-GCM', true, ['encrypt']),
  ],
  [
    'a JWK whose key_ops is no list',
    ({ subtle }: Subject) =>
      subtle.importKey('jwk', { kty: 'oct', k: 'AAAAAAAAAAAAAAAAAAAAAA', key_ops: 7 }, 'AES-GCM', true, [
        'encrypt',
      ]),
    'TypeError',
  ],
  [
    'more arguments than there are',
    ({ subtle }: Subject) => subtle.digest('SHA-256', pattern(1), 'more', {}),
  ],
].map(([name, run, expected]) => ({
  name: String(name),
  run: run as Scenario['run'],
  ...(expected === undefined ? {} : { expected: String(expected) }),
}));

/** A key that went through a MessageChannel. */
async function posted(value: object): Promise<Record<string, CryptoKey>> {
  const { port1, port2 } = new MessageChannel();
  try {
    return await new Promise((resolve) => {
      port1.onmessage = ({ data }: MessageEvent<Record<string, CryptoKey>>) => resolve(data);
      port2.postMessage(value);
    });
  } finally {
    port1.close();
    port2.close();
  }
}

/**
 * Native keys stay native at the caller's, so they can be posted and stored. Handles cannot, by design: nothing is asked
 * of the host's keys, of algorithms that the engine lacks, and of the one whose native keys Chromium 156 cannot clone
 * either, so that it cannot store them and they are the host's.
 */
const copies: readonly Scenario[] = ROWS.filter(({ name }) => name !== 'MLKEM768-X25519').map((row) =>
  one(`a posted key of ${row.name}`, 'the same keys', async ({ name, subtle }: Subject) => {
    const [params = {}] = row.params;
    const make = (maker: SubtleCrypto | Subject['subtle']) =>
      Reflect.apply(Reflect.get(maker, 'generateKey'), maker, [
        { name: row.name, ...params },
        true,
        row.usages,
      ]) as Promise<CryptoKey & CryptoKeyPair>;
    const native = name !== 'host' && (await make(crypto.subtle).then(Boolean, () => false));
    if (!native) return 'the same keys';
    const made = await make(subtle);
    const keys = row.kind === 'secret' ? { made } : { ...made };
    const copied = await posted(keys);
    for (const [half, key] of Object.entries(keys)) {
      const copy = copied[half];
      const [before, after] = await Promise.all([key, copy].map((each) => subtle.exportKey('jwk', each)));
      if (JSON.stringify(before) !== JSON.stringify(after)) return `another ${half}`;
    }
    return 'the same keys';
  }),
);

export const tables: readonly Table[] = [
  { name: 'shape: the object', scenarios: object },
  { name: 'shape: keys', scenarios: keys },
  { name: 'shape: copies', scenarios: copies },
  { name: 'shape: when promises settle', scenarios: moments },
  { name: 'shape: conversions', scenarios: conversions },
];
