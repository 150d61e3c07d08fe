// G11: the host trusts no message. comlink alone would let a caller walk any property path (measured:
// `new remote.sign.constructor('…')` runs code in the worker) and runs deserialisers before its own `try`.
// So comlink sees a message only if this gate lets it pass. Messages are results of a structured clone:
// plain data without accessors or foreign prototypes, so what is checked here is what comlink reads.
import { isMethod } from './protocol.ts';

/** comlink's ids are four hexadecimal numbers and three dashes: at most 59 characters. */
const MAX_ID_LENGTH = 64;

export type Verdict =
  | { readonly pass: true }
  /** `id` is there if the message had a valid one: then its sender gets an error reply. */
  | { readonly pass: false; readonly id?: string; readonly reason: string };

export function judge(message: unknown): Verdict {
  if (!isRecord(message)) return refuse(undefined, 'it is not an object');
  const { id, type, path, argumentList } = message;
  if (typeof id !== 'string' || id.length === 0 || id.length > MAX_ID_LENGTH) {
    return refuse(undefined, 'it has no valid id');
  }
  if (type !== 'APPLY') return refuse(id, 'only messages of type APPLY are calls');
  if (!Array.isArray(path) || path.length !== 1) return refuse(id, 'the path must be one method name');
  if (!isMethod(path[0])) return refuse(id, 'there is no such method');
  if (!Array.isArray(argumentList) || argumentList.length !== 1) {
    return refuse(id, 'a call has exactly one argument');
  }
  const argument: unknown = argumentList[0];
  if (!isRecord(argument) || argument['type'] !== 'RAW') return refuse(id, 'the argument must be RAW');
  return PASS;
}

const PASS: Verdict = { pass: true };

function refuse(id: string | undefined, reason: string): Verdict {
  return id === undefined ? { pass: false, reason } : { pass: false, id, reason };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
