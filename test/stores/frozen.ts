// A whole store as JSON, and back: fixtures of what each schema version wrote. A CryptoKey does not show its bytes; whoever
// made it tells them, and it is imported anew with the attributes that it had.

/** How the bytes of a native key are told. */
export interface Bytes {
  readonly format: 'raw' | 'pkcs8';
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What a key did when the store was written; it must still be able to. */
export interface Deed {
  readonly id: string;
  /** Base64: a signature or tag, or a ciphertext under a nonce of zeros. */
  readonly result: string;
}

interface ObjectStore {
  readonly name: string;
  readonly keyPath: string | null;
  /** Key paths by name. */
  readonly indexes: Readonly<Record<string, string>>;
}

export interface FrozenStore {
  /** The version of the database. */
  readonly schema: number;
  /** Its object stores, empty but for `keys`. */
  readonly stores: readonly ObjectStore[];
  readonly records: readonly unknown[];
  readonly deeds: readonly Deed[];
}

/** What the keys of fixtures sign, or encrypt. */
export const MESSAGE = new TextEncoder().encode('keyslot: what was kept');

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** @param bytes - those of the native key in this value, if there is one. */
export function freeze(value: unknown, bytes: Bytes | undefined): unknown {
  if (value instanceof Uint8Array) return { '#bytes': base64(value) };
  if (value instanceof CryptoKey) {
    if (bytes === undefined) throw new Error('nobody knows the bytes of this key');
    const { algorithm, extractable, usages } = value;
    const { format, data } = bytes;
    return { '#key': freeze({ format, data, algorithm, extractable, usages }, undefined) };
  }
  if (Array.isArray(value)) return value.map((item: unknown) => freeze(item, bytes));
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, freeze(member, bytes)]));
}

export async function thaw(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(thaw));
  if (!isTable(value)) return value;
  if (typeof value['#bytes'] === 'string') return fromBase64(value['#bytes']);
  const members = await Promise.all(
    Object.entries(value).map(async ([name, member]) => [name, await thaw(member)] as const),
  );
  const thawed = Object.fromEntries(members);
  return '#key' in thawed ? importKey(thawed['#key'] as Bytes & KeyShown) : thawed;
}

type KeyShown = Pick<CryptoKey, 'algorithm' | 'extractable' | 'usages'>;

function importKey({ format, data, algorithm, extractable, usages }: Bytes & KeyShown): Promise<CryptoKey> {
  return crypto.subtle.importKey(format, data, algorithm, extractable, usages);
}

/** Writes a store as its version did, past keyslot. */
export async function writeStore(name: string, { schema, stores, records }: FrozenStore): Promise<void> {
  const thawed = await Promise.all(records.map(thaw));
  const opening = indexedDB.open(`keyslot:${name}`, schema);
  opening.onupgradeneeded = () => {
    for (const { name: store, keyPath, indexes } of stores) {
      const made = opening.result.createObjectStore(store, { keyPath });
      for (const [index, path] of Object.entries(indexes)) made.createIndex(index, path);
    }
  };
  const database = await settled(opening);
  database.close();
  await putRecords(name, thawed);
}

/** Writes into a store that is there. */
export async function putRecords(name: string, records: readonly unknown[]): Promise<void> {
  const database = await settled(indexedDB.open(`keyslot:${name}`));
  const writing = database.transaction('keys', 'readwrite');
  for (const record of records) writing.objectStore('keys').put(record);
  await new Promise((resolve, reject) => {
    writing.oncomplete = resolve;
    writing.onabort = () => reject(writing.error);
  });
  database.close();
}

export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
