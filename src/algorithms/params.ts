// Reading the parameters of an operation by a table of its members. On the path of every operation.
import { invalid, isBytes, readFields, refuseOtherMembers } from './input.ts';
import type { OperationParams } from './types.ts';

/** Checks one member; `undefined` where it may be absent and is. */
export type Member<T = unknown> = (value: unknown, what: string) => T;

export type Members = Readonly<Partial<Record<keyof OperationParams, Member>>>;

type Bytes = Uint8Array<ArrayBuffer>;

const NONE: OperationParams = Object.freeze({});

/**
 * @param example - shows a caller what to pass.
 * @throws KeystoreError `INVALID_ARGUMENT` for what is malformed, missing or unknown.
 */
export function paramsOf(name: string, members: Members, example = '{}') {
  const what = `parameters of ${name}`;
  const known = Object.keys(members) as (keyof OperationParams)[];
  return (input: unknown): OperationParams => {
    if (input === undefined && known.length === 0) return NONE;
    const fields = input === undefined ? {} : readFields(input, what, example);
    refuseOtherMembers(fields, known, what);
    const params: Record<string, unknown> = {};
    for (const member of known) {
      const value = members[member]?.(fields[member], `${member} of ${name}`);
      if (value !== undefined) params[member] = value;
    }
    return params;
  };
}

export function bytes({ min = 0, max = Number.POSITIVE_INFINITY, advice = '' } = {}): Member<Bytes> {
  return (value, what) => {
    if (isBytes(value) && value.length >= min && value.length <= max) return value;
    throw invalid(`${what} must be a Uint8Array${rangeOf(min, max)}${advice === '' ? '' : `, ${advice}`}`);
  };
}

function rangeOf(min: number, max: number): string {
  if (min === max) return ` of ${min} bytes`;
  if (max !== Number.POSITIVE_INFINITY) return ` of ${min} to ${max} bytes`;
  return min === 0 ? '' : ` of at least ${min} bytes`;
}

export function integer(min: number, max: number, unit = ''): Member<number> {
  return (value, what) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max)
      return value;
    throw invalid(`${what} must be a whole number${unit === '' ? '' : ` of ${unit}`} from ${min} to ${max}`);
  };
}

export function optional<T>(member: Member<T>): Member<T | undefined> {
  return (value, what) => (value === undefined ? undefined : member(value, what));
}

export function byDefault<T>(member: Member<T>, standard: T): Member<T> {
  return (value, what) => (value === undefined ? standard : member(value, what));
}
