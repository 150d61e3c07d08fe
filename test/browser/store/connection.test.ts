// Connections that die, and databases that others take away: what the store does on the browser's own IndexedDB.
import { KeystoreError } from 'keyslot';
import { expect, it, onTestFinished, vi } from 'vitest';
import { StoreMoved } from '../../../src/errors.ts';
import { settled } from '../../stores/frozen.ts';
import { ownedStore, recordOf } from './owned.ts';

/** Every connection that is opened from here on, the newest last. */
function watchOpened(): IDBDatabase[] {
  const opened: IDBDatabase[] = [];
  const open = indexedDB.open.bind(indexedDB);
  const spy = vi.spyOn(indexedDB, 'open').mockImplementation((name, version) => {
    const opening = open(name, version);
    opening.addEventListener('success', () => opened.push(opening.result));
    return opening;
  });
  onTestFinished(() => spy.mockRestore());
  return opened;
}

/** The next attempt to open a database fails with this error. */
function failOnce(error: DOMException): void {
  const spy = vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
    // An event target that passes for a request, also with idb.
    const opening: IDBOpenDBRequest = Object.setPrototypeOf(new EventTarget(), IDBOpenDBRequest.prototype);
    Object.defineProperty(opening, 'error', { value: error });
    queueMicrotask(() => opening.dispatchEvent(new Event('error')));
    return opening;
  });
  onTestFinished(() => spy.mockRestore());
}

async function thrown(promise: Promise<unknown>): Promise<KeystoreError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof KeystoreError) return error;
  throw new Error('expected a KeystoreError', { cause: error });
}

/** Resolves when no connection stood in the way; a `blocked` event is a failure. */
function unblocked(request: IDBOpenDBRequest): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    request.onblocked = () => reject(new Error('a connection was not let go'));
    settled(request).then(resolve, reject);
  });
}

it('G3 durable: a connection that was closed without a word is opened again, for a write and for a read', async () => {
  const opened = watchOpened();
  const { store } = await ownedStore();
  expect(opened.length).toBe(1);
  opened.at(-1)?.close();
  expect(await store.add(recordOf('first'))).toBe('added');
  expect(opened.length).toBe(2);
  opened.at(-1)?.close();
  expect(await store.get('first')).toMatchObject({ id: 'first' });
  expect(opened.length).toBe(3);
  opened.at(-1)?.close();
  expect((await store.page(undefined, 10)).ids).toEqual(['first']);
  opened.at(-1)?.close();
  expect(await store.delete('first')).toBe('deleted');
  expect(await store.has('first')).toBe(false);
  expect(opened.length).toBe(5);
});

it('G3 durable: a database that somebody deletes is let go; then its keys are absent, and it is nobody’s', async () => {
  const { store, database } = await ownedStore();
  await store.add(recordOf('first'));
  await unblocked(indexedDB.deleteDatabase(database));
  expect(await store.get('first')).toBeUndefined();
  expect(await store.has('first')).toBe(false);
  // The epoch has gone with it: nothing is written on the word of an owner before.
  expect(await store.confirm()).toBe(false);
  await expect(store.add(recordOf('second'))).rejects.toThrow(StoreMoved);
});

it('G3 durable: a database that a newer version takes is let go; then its keys are not absent, they are not readable', async () => {
  const { store, database } = await ownedStore();
  await store.add(recordOf('first'));
  const newer = await unblocked(indexedDB.open(database, 3));
  onTestFinished(() => newer.close());
  for (const call of [
    () => store.get('first'),
    () => store.has('first'),
    () => store.add(recordOf('second')),
  ]) {
    const { code, message } = await thrown(call());
    expect(code).toBe('STORAGE_FAILURE');
    expect(message).toContain('written by a newer version of keyslot. Nothing was touched.');
  }
  const keys = newer.transaction('keys').objectStore('keys');
  expect(await settled(keys.getAllKeys())).toEqual(['first']);
});

it('G3 durable: a database that does not open is no store without keys, and the next call opens it', async () => {
  const opened = watchOpened();
  const { store } = await ownedStore();
  await store.add(recordOf('first'));
  const calls = [() => store.get('first'), () => store.has('first'), () => store.add(recordOf('second'))];
  for (const call of calls) {
    opened.at(-1)?.close();
    failOnce(new DOMException('', 'UnknownError'));
    const { code, message } = await thrown(call());
    expect(code).toBe('STORAGE_FAILURE');
    expect(message).toContain('could not be opened. Its keys are not lost');
    expect(await call()).toBeTruthy();
  }
  expect((await store.page(undefined, 10)).ids).toEqual(['first', 'second']);
});
