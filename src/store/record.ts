// A key as it lies in the store. Secret: `material.secret` is a CryptoKey or, for noble keys, bytes.
import type { KeyAttributes } from '../rpc/protocol.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const RECORD_VERSION = 1;

export interface StoredMaterial {
  readonly driver: 'webcrypto' | 'noble';
  readonly type: 'secret' | 'private' | 'public';
  readonly secret: CryptoKey | Bytes | null;
  readonly publicKey: Bytes | null;
}

export interface KeyRecord {
  readonly version: typeof RECORD_VERSION;
  /** The object store's key path. */
  readonly id: string;
  readonly generation: string;
  readonly attributes: KeyAttributes;
  readonly material: StoredMaterial;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Over all the rest (checksum.ts). */
  readonly checksum: Bytes;
}

/**
 * Whether a value read back is the record that was written. Some engines store a CryptoKey without an error
 * and read `null` (PLATFORM.md), so that only a comparison shows that a key was kept. Native keys compare by
 * what can be seen of them: their bytes never leave the engine.
 */
export function isSame(written: unknown, read: unknown): boolean {
  if (written instanceof CryptoKey) {
    return (
      read instanceof CryptoKey &&
      read.type === written.type &&
      read.extractable === written.extractable &&
      isSame(written.algorithm, read.algorithm) &&
      isSame([...written.usages].sort(), [...read.usages].sort())
    );
  }
  if (written instanceof Uint8Array) {
    return (
      read instanceof Uint8Array && read.length === written.length && read.every((b, i) => b === written[i])
    );
  }
  if (typeof written !== 'object' || written === null) return Object.is(written, read);
  // Members alone do not tell an empty list from an empty table, nor one date from another.
  if (typeof read !== 'object' || read === null || kindOf(read) !== kindOf(written)) return false;
  if (written instanceof Date) return Object.is(Number(written), Number(read));
  const members = new Map(Object.entries(read));
  const expected = Object.entries(written).filter(([, value]) => value !== undefined);
  return (
    expected.length === members.size && expected.every(([name, value]) => isSame(value, members.get(name)))
  );
}

/** `Array`, `Object`, `Date`: by tag, so that an object of another realm is of the same kind. */
function kindOf(value: object): string {
  return Object.prototype.toString.call(value);
}

/** Clears the secret bytes of what was read from the store, whatever it is: a slot works with a copy. */
export function clearRecord(stored: unknown): void {
  const secret = member(member(stored, 'material'), 'secret');
  if (secret instanceof Uint8Array) secret.fill(0);
}

/** A member of what may be anything. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}
