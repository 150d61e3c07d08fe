// The purge protocol: a copy goes, the key stays.
import { KeystoreError } from '../../errors.ts';
import type { Call } from '../call.ts';
import { gone } from '../gone.ts';
import type { Host } from '../host.ts';
import { Waiting } from '../waiting.ts';
import { emptied, ownName } from './destroy.ts';
import { doesNotExist } from './find.ts';
import { checkKept, isStored } from './load.ts';

/**
 * Drops the cached copy of a persistent key, now or with its last reader. The key lives on.
 *
 * @throws KeystoreError `DOES_NOT_EXIST` (with a generation: `INVALID_HANDLE`); `INVALID_ARGUMENT` for a key that is
 * not stored; `INSUFFICIENT_MEMORY` if its readers did not leave by the deadline: it goes when they do.
 */
export async function purge(host: Host, call: Call, id: string, generation?: string): Promise<void> {
  const name = ownName(host, call, id, generation);
  // The memory of a host that is the owner no more says nothing of stored keys.
  const entry = host.find(name);
  checkKept(call, entry);
  if (entry !== undefined && generation !== undefined && entry.generation !== generation) {
    // The stored key of this id, if there is one beside it (gone.ts), has no copy.
    if (!(await isStored(host, id, generation))) throw gone();
    return;
  }
  if (entry !== undefined && entry.contents.attributes.lifetime !== 'persistent') {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      `The key "${id}" is ${entry.contents.attributes.lifetime}: it is nowhere but in its slot. Destroy it instead.`,
    );
  }
  if (entry === undefined) {
    if (!(await isStored(host, id, generation))) throw generation === undefined ? doesNotExist(id) : gone();
    // By now the id may be that of a volatile key, which is nowhere but in its slot.
    const { attributes } = host.table.find(name)?.contents ?? {};
    if (attributes !== undefined && attributes.lifetime !== 'persistent') {
      return purge(host, call, id, generation);
    }
  }
  const pending = host.table.purge(name).map((slot) => emptied(host, slot));
  if (pending.length === 0) return;
  // An operation may stay as long as its caller likes; this wait has a deadline.
  const left = new Waiting('the readers of this key to leave');
  void Promise.all(pending).then(() => left.next());
  try {
    await left.wait(call, () => undefined);
  } catch (error) {
    if (!(error instanceof KeystoreError) || error.cause !== 'DEADLINE') throw error;
    throw new KeystoreError(
      'INSUFFICIENT_MEMORY',
      `The deadline of ${call.timeout} ms passed while calls still used the copy of this key. It goes with the last of them.`,
      { cause: 'DEADLINE' },
    );
  }
}
