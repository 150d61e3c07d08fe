// The create protocol: material first, then the turn of the id; in the turn the check, the commit and the
// publication. The publication (for stored keys: the transaction's `complete`) is the linearization point.
import { KeystoreError } from '../../errors.ts';
import type { KeyInfo } from '../../rpc/protocol.ts';
import { policyDifferences, type Template } from '../attributes.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { infoOf, infoOfEntry } from '../keys.ts';
import type { Generation, Recipe } from '../material.ts';
import { Creation, nameFor, type Taken } from './creation.ts';
import { readRecord } from './load.ts';
import type { Source } from './sources.ts';

/**
 * Creates a key.
 *
 * @param sources - the keys that it comes from.
 * @throws KeystoreError `ALREADY_EXISTS` if, and only if, a key of this id exists; `INVALID_HANDLE` if a source was
 * destroyed before the new key came to exist.
 */
export function create(
  host: Host,
  call: Call,
  recipe: Recipe,
  sources: readonly Source[] = [],
): Promise<KeyInfo> {
  const taken = async () => {
    throw alreadyExists(recipe.template.id, 'Open it, destroy it first, or use another id.');
  };
  return commit(host, call, recipe, taken, sources);
}

/** Creates a key, or answers the one that is there. @throws KeystoreError `ALREADY_EXISTS` if that has another policy. */
export async function ensure(host: Host, call: Call, recipe: Generation): Promise<KeyInfo> {
  // Asked before any material is made, since that is dear; asked again in the turn, which decides.
  const there = await find(host, call, recipe.template);
  if (there !== undefined) return matching(there, recipe);
  return commit(host, call, recipe, async () => {
    const found = await find(host, call, recipe.template);
    if (found !== undefined) return matching(found, recipe);
    throw new KeystoreError(
      'STORAGE_FAILURE',
      'The database was changed by other code of this origin. Try again.',
    );
  });
}

async function commit(
  host: Host,
  call: Call,
  recipe: Recipe,
  taken: Taken,
  sources: readonly Source[] = [],
): Promise<KeyInfo> {
  const creation = new Creation(host, call, recipe.template);
  try {
    await creation.fill(await recipe.make(call));
    const names = [nameFor(call, recipe.template), ...sources.map(({ name }) => name)];
    return await host.turns.hold(names, call, async () => {
      // Nobody can destroy them while their turns are held.
      for (const source of sources) await source.confirm();
      return creation.commit(taken);
    });
  } finally {
    creation.end();
  }
}

function matching(found: KeyInfo, { attributes }: Generation): KeyInfo {
  const differences = policyDifferences(attributes, found.attributes);
  if (differences.length === 0) return found;
  throw alreadyExists(
    attributes.id,
    `It has other attributes (${differences.join(', ')}): use them, or another id.`,
  );
}

/** The key that a template names, wherever it is. */
async function find(host: Host, call: Call, template: Template): Promise<KeyInfo | undefined> {
  // What a host has kept in its memory takes no id from its successor.
  if (template.lifetime !== 'session') await host.tenure.renew();
  const entry = host.find(nameFor(call, template));
  if (entry !== undefined) return infoOfEntry(entry);
  if (template.lifetime === 'session') return undefined;
  const record = await readRecord(host, template.id);
  return record && infoOf(record.generation, record.attributes, record.material);
}

export function alreadyExists(id: string, advice: string): KeystoreError {
  return new KeystoreError('ALREADY_EXISTS', `A key with the id "${id}" exists. ${advice}`);
}
