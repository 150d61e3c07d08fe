// The schema of every call's argument. Nothing changes before an argument has passed (G11).
import * as v from 'valibot';
import { FORMATS, isBytes, USAGES } from '../algorithms/index.ts';
import type { Method } from '../rpc/protocol.ts';
import { id, lifetime } from './attributes.ts';

/** Ten minutes: longer waits are mistakes. */
export const MAX_TIMEOUT = 600_000;
const MAX_PAGE = 1000;
/** More than there are. */
const MAX_NAMES = 256;

/** 16 MiB, in bits. */
const MAX_LENGTH = 2 ** 27;

const count = (message: string) => v.pipe(v.number(message), v.safeInteger(message), v.minValue(0, message));

const common = {
  call: count('call must be a number, new for each call'),
  timeout: v.optional(
    v.pipe(
      v.number('timeout must be a number of milliseconds'),
      v.minValue(0, 'timeout must not be negative'),
      v.maxValue(MAX_TIMEOUT, 'timeout is at most 600,000 ms'),
    ),
  ),
};

const request = v.pipe(
  v.string('request must be a string'),
  v.minLength(16, 'request must be random, of at least 16 characters'),
  v.maxLength(64, 'request is too long'),
);
const age = v.pipe(
  v.number('age must be a number of milliseconds'),
  v.minValue(0, 'age must not be negative'),
);

/** Of changes, which happen once however often they are asked for. */
const change = { ...common, request: v.optional(request), age: v.optional(age) };

const generation = v.pipe(
  v.string('handle.generation must be a string'),
  v.maxLength(64, 'handle.generation is too long'),
);
const handle = v.strictObject({ id, generation });

const bytes = (name: string) =>
  v.custom<Uint8Array<ArrayBuffer>>(isBytes, `${name} must be an ArrayBuffer or a view of one`);

const operation = v.pipe(v.string('operation must be a string'), v.maxLength(64, 'operation is too long'));

const format = v.picklist(FORMATS, `format must be one of ${FORMATS.join(', ')}`);
const params = v.optional(v.unknown());

const native = v.custom<CryptoKey>(isCryptoKey, 'a native key must be a CryptoKey');
const operand = v.union(
  [v.strictObject({ handle, half: v.optional(v.literal('public')) }), v.strictObject({ native })],
  'a key must be a handle or a CryptoKey',
);
const flag = (name: string) => v.boolean(`${name} must be true or false`);
const into = v.union(
  [
    v.strictObject({ format, attributes: v.unknown() }),
    v.strictObject({
      format,
      native: v.strictObject({
        algorithm: v.unknown(),
        extractable: flag('extractable'),
        usages: v.array(v.picklist(USAGES)),
      }),
    }),
  ],
  'into must say what key is to be made',
);
/** Bits; `null` for all there is. */
const length = v.nullable(
  v.pipe(count('length must be a number of bits'), v.maxValue(MAX_LENGTH, 'length is at most 2 ** 27 bits')),
);

export const requests = {
  generate: v.strictObject({
    ...change,
    attributes: v.unknown(),
    ensure: v.boolean('ensure must be a boolean'),
  }),
  import: v.strictObject({
    ...change,
    format: v.picklist(
      [...FORMATS, 'crypto-key'],
      `format must be one of ${FORMATS.join(', ')} or crypto-key`,
    ),
    data: v.unknown(),
    attributes: v.unknown(),
  }),
  open: v.strictObject({ ...common, id }),
  destroy: v.strictObject({ ...change, id, generation: v.optional(generation) }),
  purge: v.strictObject({ ...common, id, generation: v.optional(generation) }),
  copy: v.strictObject({ ...change, id, generation: v.optional(generation), attributes: v.unknown() }),
  outcome: v.strictObject({ ...common, request, age }),
  locate: v.strictObject(common),
  start: v.strictObject({
    ...common,
    handle,
    purpose: v.picklist(['sign', 'verify'], 'purpose must be sign or verify'),
  }),
  update: v.strictObject({ ...common, operation, data: bytes('data') }),
  finish: v.strictObject({ ...common, operation, signature: v.optional(bytes('signature')) }),
  abort: v.strictObject({ ...common, operation }),
  events: v.strictObject({
    ...common,
    after: v.pipe(v.number('after must be a number'), v.safeInteger('after must be a whole number')),
  }),
  list: v.strictObject({
    ...common,
    filter: v.strictObject({
      lifetime: v.optional(lifetime),
      prefix: v.optional(v.string('filter.prefix must be a string')),
      algorithm: v.optional(v.string('filter.algorithm must be an algorithm’s name')),
      usage: v.optional(v.picklist(USAGES, 'filter.usage must be a usage, such as sign')),
    }),
    after: v.optional(
      v.strictObject({
        id: v.string('after.id must be a string'),
        own: v.boolean('after.own must be a boolean'),
      }),
    ),
    limit: v.pipe(
      count('limit must be a number from 1 to 1,000'),
      v.minValue(1, 'limit must be at least 1'),
      v.maxValue(MAX_PAGE, 'limit is at most 1,000'),
    ),
    kept: v.optional(v.boolean('kept must be true or false')),
  }),
  sign: v.strictObject({ ...common, handle, data: bytes('data'), params }),
  verify: v.strictObject({ ...common, handle, signature: bytes('signature'), data: bytes('data'), params }),
  encrypt: v.strictObject({ ...common, handle, data: bytes('data'), params }),
  decrypt: v.strictObject({ ...common, handle, data: bytes('data'), params }),
  deriveBits: v.strictObject({ ...common, handle, params, length }),
  deriveKey: v.strictObject({ ...change, base: operand, params, length, into }),
  wrapKey: v.strictObject({ ...common, format, key: operand, wrapping: operand, params }),
  unwrapKey: v.strictObject({ ...change, wrapped: bytes('wrapped'), unwrapping: operand, params, into }),
  encapsulateBits: v.strictObject({ ...common, handle, params }),
  encapsulateKey: v.strictObject({ ...common, key: operand, params, into }),
  decapsulateBits: v.strictObject({ ...common, handle, params, ciphertext: bytes('ciphertext') }),
  decapsulateKey: v.strictObject({
    ...change,
    key: operand,
    params,
    ciphertext: bytes('ciphertext'),
    into,
  }),
  digest: v.strictObject({ ...common, algorithm: v.unknown(), data: bytes('data') }),
  exportKey: v.strictObject({ ...common, handle, format }),
  exportPublicKey: v.strictObject({ ...common, handle, format }),
  attach: v.strictObject({ ...common, port: v.instance(MessagePort, 'port must be a MessagePort') }),
  detail: v.strictObject(common),
  prefetch: v.strictObject({
    ...common,
    names: v.pipe(
      v.array(v.string('names must be names of algorithms'), 'names must be a list'),
      v.maxLength(MAX_NAMES, `names are at most ${MAX_NAMES}`),
    ),
  }),
  stats: v.strictObject(common),
  cancel: v.strictObject({ ...common, target: count('target must be the number of a call') }),
  close: v.strictObject(common),
} as const satisfies Record<Method, v.GenericSchema>;

export type Requests = { readonly [M in Method]: v.InferOutput<(typeof requests)[M]> };

/** Not by `instanceof` alone: an object that only inherits from the prototype has no key in it. */
function isCryptoKey(value: unknown): value is CryptoKey {
  try {
    return value instanceof CryptoKey && typeof value.type === 'string';
  } catch {
    return false;
  }
}
