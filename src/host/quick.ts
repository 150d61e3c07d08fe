// A quick yes to the calls that come by the thousand. Whatever is not certain here is judged, and explained, by the
// schema (requests.ts), which takes several times as long (bench/): what passes here passes there, as it is.
import { isBytes } from '../algorithms/index.ts';
import { isRecord } from '../rpc/gate.ts';
import type { Method } from '../rpc/protocol.ts';
import { MAX_TIMEOUT, type Requests } from './requests.ts';

type Checks = Readonly<Record<string, (value: unknown) => boolean>>;

const operation: Checks = {
  call: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  timeout: (value) =>
    value === undefined || (typeof value === 'number' && value >= 0 && value <= MAX_TIMEOUT),
  handle: isHandle,
  data: isBytes,
  params: () => true,
};

const CHECKS: ReadonlyMap<Method, Checks> = new Map([
  ['sign', operation],
  ['encrypt', operation],
  ['decrypt', operation],
  ['verify', { ...operation, signature: isBytes }],
]);

/** Whether the argument of a call is certain to be what its schema asks for. */
export function isPlain<M extends Method>(method: M, input: unknown): input is Requests[M] {
  const checks = CHECKS.get(method);
  return checks !== undefined && isRecord(input) && conforms(input, checks);
}

/** Every member that there must be, and none that there cannot be. */
function conforms(input: Readonly<Record<string, unknown>>, checks: Checks): boolean {
  for (const name of Object.keys(input)) if (!Object.hasOwn(checks, name)) return false;
  for (const name in checks) if (checks[name]?.(input[name]) !== true) return false;
  return true;
}

/** Ids of more than 64 characters may be too long in UTF-8: the schema counts. */
function isHandle(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length !== 2) return false;
  const { id, generation } = value;
  return (
    typeof id === 'string' &&
    id.length > 0 &&
    id.length <= 64 &&
    id.isWellFormed() &&
    typeof generation === 'string' &&
    generation.length <= 64
  );
}
