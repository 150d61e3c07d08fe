// A keystore for a test file's worth of `subtle`, in each of the two places where keys may be.
import { type Keystore, type KeystoreSubtle, openKeystore, type SubtlePlace } from 'keyslot';
import { CASES, type Case } from './table.ts';

export const PLACES: readonly SubtlePlace[] = ['caller', 'host'];

export async function open(subtle: SubtlePlace): Promise<Keystore> {
  return openKeystore({ name: `subtle-${crypto.randomUUID()}`, subtle });
}

/** Those of the table that the host of this browser has. */
export async function present(keys: Keystore): Promise<readonly Case[]> {
  const { algorithms } = await keys.capabilities();
  const names = new Set(Object.keys(algorithms).map((variant) => variant.split('/')[0]));
  return CASES.filter(({ generate }) => names.has(generate.name));
}

export interface Pair {
  /** The secret or private key. */
  readonly secret: CryptoKey;
  /** The same, or the public half. */
  readonly open: CryptoKey;
}

export async function make(
  subtle: KeystoreSubtle,
  { generate, usages }: Case,
  extractable = true,
): Promise<Pair> {
  const made = await subtle.generateKey(generate, extractable, usages);
  return 'privateKey' in made
    ? { secret: made.privateKey, open: made.publicKey }
    : { secret: made, open: made };
}

/** The name of what a promise rejects with, and whether that was known when the call returned. */
export async function fault(call: () => Promise<unknown>): Promise<{ name: string; atOnce: boolean }> {
  let later = false;
  const outcome = call().then(
    () => ({ name: 'none', atOnce: false }),
    (error: Error) => ({ name: error.name, atOnce: !later }),
  );
  queueMicrotask(() => {
    later = true;
  });
  return outcome;
}

export const hex = (buffer: ArrayBuffer | ArrayBufferView): string =>
  [...new Uint8Array(buffer instanceof ArrayBuffer ? buffer : buffer.buffer)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

/** Handles cannot be cloned, the engine's keys can. */
export function isHandle(key: CryptoKey): boolean {
  try {
    structuredClone(key);
    return false;
  } catch {
    return true;
  }
}
