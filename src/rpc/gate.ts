// G11: the host trusts no message. comlink alone would let a caller walk any property path (measured:
// `new remote.sign.constructor('…')` runs code in the worker) and runs deserialisers before its own `try`.
// So comlink sees a message only if this gate lets it pass. Messages are results of a structured clone:
// plain data without accessors or foreign prototypes, so what is checked here is what comlink reads.
import { isMethod, type Method } from './protocol.ts';

/** comlink's ids are four hexadecimal numbers and three dashes: at most 59 characters. */
const MAX_ID_LENGTH = 64;

/** A call, rebuilt from what was checked: a clone may carry members of its own, such as an array's `map`. */
export interface Admitted {
  readonly id: string;
  readonly type: 'APPLY';
  readonly path: readonly [Method];
  readonly argumentList: readonly [{ readonly type: 'RAW'; readonly value: unknown }];
}

export type Verdict =
  | { readonly pass: true; readonly message: Admitted }
  /** `id` is there if the message had a valid one: then its sender gets an error reply. */
  | { readonly pass: false; readonly id?: string; readonly reason: string };

export function judge(message: unknown): Verdict {
  if (!isRecord(message)) return refuse(undefined, 'it is not an object');
  const { id, type, path, argumentList } = message;
  if (typeof id !== 'string' || id.length === 0 || id.length > MAX_ID_LENGTH) {
    return refuse(undefined, 'it has no valid id');
  }
  // Replies are never answered: two ports of one channel, both handed to hosts, would answer each other for ever.
  if (type === 'RAW' || type === 'HANDLER') return refuse(undefined, 'it is a reply');
  if (type !== 'APPLY') return refuse(id, 'only messages of type APPLY are calls');
  if (!Array.isArray(path) || path.length !== 1) return refuse(id, 'the path must be one method name');
  const method: unknown = path[0];
  if (!isMethod(method)) return refuse(id, 'there is no such method');
  if (!Array.isArray(argumentList) || argumentList.length !== 1) {
    return refuse(id, 'a call has exactly one argument');
  }
  const argument: unknown = argumentList[0];
  if (!isRecord(argument) || argument['type'] !== 'RAW') return refuse(id, 'the argument must be RAW');
  const value: unknown = argument['value'];
  return { pass: true, message: { id, type, path: [method], argumentList: [{ type: 'RAW', value }] } };
}

function refuse(id: string | undefined, reason: string): Verdict {
  return id === undefined ? { pass: false, reason } : { pass: false, id, reason };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
