// What came of a scenario, as a text that two implementations can be compared by: kinds and values, never identities.
import { hex } from './bytes.ts';
import { Missing } from './subject.ts';

const PATIENCE = 20_000;

export async function outcomeOf(run: () => unknown): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('unsettled'), PATIENCE);
  });
  try {
    return await Promise.race([late, (async () => describe(await run()))()]);
  } catch (error) {
    return failure(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The outcome of a rejection with this name. */
export const fails = (name: string): string =>
  name === 'TypeError' || name === 'RangeError' ? name : `DOMException ${name}`;

export function failure(error: unknown): string {
  if (error instanceof Missing) return 'missing';
  if (error instanceof DOMException) return fails(error.name);
  if (error instanceof Error) {
    return error instanceof TypeError || error instanceof RangeError
      ? error.name
      : `${error.constructor.name} ${error.message}`;
  }
  return `thrown ${String(error)}`;
}

const isFailure = (outcome: string): boolean => /^(DOMException|TypeError|RangeError|missing)/.test(outcome);

/**
 * Whether an engine said by this that it does not have what was asked: it refuses what should work, or says so. Engines
 * that do not know a usage or a format throw a TypeError.
 */
export const lacks = (outcome: string, expected: string): boolean =>
  outcome === 'missing' ||
  outcome === fails('NotSupportedError') ||
  outcome === 'TypeError' ||
  (isFailure(outcome) && !isFailure(expected));

export function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof ArrayBuffer) return bytes(new Uint8Array(value));
  if (value instanceof Uint8Array) return bytes(value);
  if (isKey(value)) return describeKey(value);
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${name}: ${describe(member)}`).join(', ')}}`;
}

export const bytes = (value: Uint8Array): string => `bytes ${value.length} ${hex(value)}`;

const isKey = (value: object): value is CryptoKey => Reflect.get(value, Symbol.toStringTag) === 'CryptoKey';

function describeKey(key: CryptoKey): string {
  const odd = key.constructor === CryptoKey && key instanceof CryptoKey ? '' : ' (no CryptoKey)';
  return keyText(key.type, key.extractable, key.algorithm, key.usages) + odd;
}

/** Usages are a set; the algorithm's members may come in any order. */
export function keyText(
  type: string,
  extractable: boolean,
  algorithm: object,
  usages: readonly string[],
): string {
  const once = [...usages].sort();
  return `${type} key${extractable ? ', extractable' : ''}, ${describe(algorithm)}, [${once.join(' ')}]`;
}
