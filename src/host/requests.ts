// What the argument of every call has to be. Nothing changes before an argument has passed (G11).
import { FORMATS, USAGES } from '../algorithms/index.ts';
import { isCryptoKey } from '../algorithms/input.ts';
import { bytes, integer, type Member, optional } from '../algorithms/params.ts';
import {
  anyText,
  anything,
  choice,
  flag,
  listOf,
  oneOf,
  only,
  orNull,
  quantity,
  table,
  text,
} from '../algorithms/shape.ts';
import type { Method } from '../rpc/protocol.ts';
import { id, lifetime } from './attributes.ts';

/** Ten minutes: longer waits are mistakes. */
const MAX_TIMEOUT = 600_000;
const MAX_PAGE = 1000;
/** More than there are. */
const MAX_NAMES = 256;

/** 16 MiB, in bits. */
const MAX_LENGTH = 2 ** 27;

const number = integer(0, Number.MAX_SAFE_INTEGER);

const common = {
  /** New for each call. */
  call: number,
  timeout: optional(quantity(0, MAX_TIMEOUT, 'milliseconds')),
};

/** Random. */
const request = text(16, 64);
const age = quantity(0, Number.POSITIVE_INFINITY, 'milliseconds');

/** Of changes, which happen once however often they are asked for. */
const change = { ...common, request: optional(request), age: optional(age) };

const generation = text(0, 64);
const handle = table({ id, generation });
const data = bytes();
const operation = text(0, 64);
const format = oneOf(FORMATS);
const params = anything;

const operand = choice({
  handle: table({ handle, half: optional(oneOf(['public'])) }),
  native: table({ native: only(isCryptoKey, 'a CryptoKey') }),
});
const into = choice({
  attributes: table({ format, attributes: anything }),
  native: table({
    format,
    native: table({ algorithm: anything, extractable: flag, usages: listOf(oneOf(USAGES), 32) }),
  }),
});
/** Bits; `null` for all there is. */
const length = orNull(integer(0, MAX_LENGTH, 'bits'));

const onKey = { ...common, handle };
/** One id may be that of a key in the memory of one host and of a stored one: `kept` asks for the former only. */
const onId = { id, generation: optional(generation), kept: optional(flag) };

export const requests = {
  generate: table({ ...change, attributes: anything, ensure: flag }),
  import: table({
    ...change,
    format: oneOf([...FORMATS, 'crypto-key']),
    data: anything,
    attributes: anything,
  }),
  open: table({ ...common, id, kept: optional(flag) }),
  destroy: table({ ...change, ...onId }),
  purge: table({ ...common, ...onId }),
  copy: table({ ...change, ...onId, attributes: anything }),
  outcome: table({ ...common, request, age }),
  locate: table(common),
  start: table({ ...onKey, purpose: oneOf(['sign', 'verify']) }),
  update: table({ ...common, operation, data }),
  finish: table({ ...common, operation, signature: optional(bytes()) }),
  abort: table({ ...common, operation }),
  events: table({ ...common, after: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) }),
  list: table({
    ...common,
    filter: table({
      lifetime: optional(lifetime),
      prefix: optional(anyText),
      algorithm: optional(anyText),
      usage: optional(oneOf(USAGES)),
    }),
    after: optional(table({ id: anyText, own: flag })),
    limit: integer(1, MAX_PAGE),
    kept: optional(flag),
  }),
  sign: table({ ...onKey, data, params }),
  verify: table({ ...onKey, signature: data, data, params }),
  encrypt: table({ ...onKey, data, params }),
  decrypt: table({ ...onKey, data, params }),
  deriveBits: table({ ...onKey, params, length }),
  deriveKey: table({ ...change, base: operand, params, length, into }),
  wrapKey: table({ ...common, format, key: operand, wrapping: operand, params }),
  unwrapKey: table({ ...change, wrapped: data, unwrapping: operand, params, into }),
  encapsulateBits: table({ ...onKey, params }),
  encapsulateKey: table({ ...common, key: operand, params, into }),
  decapsulateBits: table({ ...onKey, params, ciphertext: data }),
  decapsulateKey: table({ ...change, key: operand, params, ciphertext: data, into }),
  digest: table({ ...common, algorithm: anything, data }),
  exportKey: table({ ...onKey, format }),
  exportPublicKey: table({ ...onKey, format }),
  attach: table({ ...common, port: only((value) => value instanceof MessagePort, 'a MessagePort') }),
  detail: table(common),
  prefetch: table({ ...common, names: listOf(anyText, MAX_NAMES) }),
  stats: table(common),
  cancel: table({ ...common, target: number }),
  close: table(common),
} as const satisfies Record<Method, Member>;

export type Requests = { readonly [M in Method]: ReturnType<(typeof requests)[M]> };
