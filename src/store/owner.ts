// Who owns a store (G9): one record, the epoch, which is read in every transaction that writes. A host whose epoch is
// not there any more changes nothing, whatever it believes.
import { member } from './record.ts';

/** The one key of the object store `owner`. */
export const EPOCH = 'epoch';

/** A host, and where it can be reached. */
export interface Owner {
  /** New for every life of a host. */
  readonly boot: string;
  readonly build: string;
  /** Of the script of a SharedWorker: of the host's own or, for a host in a tab's worker, of the broker; may be empty. */
  readonly url: string;
  /** The name of that SharedWorker: with `url` it is one of a kind in an origin. */
  readonly worker: string;
  readonly topology: 'shared' | 'elected';
}

export interface Epoch extends Owner {
  /** Raised by each owner. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** When the store had its first owner: another time is another store, whatever its name. */
  readonly born: number;
}

/** What a new owner has to know of the one before it. */
export type LastEpoch = Pick<Epoch, 'number' | 'born' | 'boot'>;

/** What is known of the epoch that is there; number 0 and no boot before the first. */
export function epochOf(stored: unknown): LastEpoch {
  const [number, born, boot] = ['number', 'born', 'boot'].map((name) => member(stored, name));
  return {
    number: typeof number === 'number' && Number.isSafeInteger(number) ? number : 0,
    born: typeof born === 'number' ? born : Date.now(),
    boot: typeof boot === 'string' ? boot : '',
  };
}

export function isEpochOf(stored: unknown, boot: string): boolean {
  return member(stored, 'boot') === boot;
}
