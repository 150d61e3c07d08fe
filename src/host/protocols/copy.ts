// The copy protocol: the turns of source and target are held together, so that nobody can see the source gone and
// then the copy succeed (SLOTS.md, interleaving 6). The publication of the target is the only linearization point.

import { isComplete } from '../../algorithms/index.ts';
import { adopt } from '../../drivers/webcrypto/adopt.ts';
import { KeystoreError, StoreMoved } from '../../errors.ts';
import type { KeyAttributes, KeyInfo } from '../../rpc/protocol.ts';
import type { StoredMaterial } from '../../store/record.ts';
import { clearRecord } from '../../store/record.ts';
import type { CopyTemplate } from '../attributes.ts';
import type { Call } from '../call.ts';
import { gone } from '../gone.ts';
import type { Host } from '../host.ts';
import { sharedName } from '../keys.ts';
import { clearSecret, type Made } from '../material.ts';
import { parseRecord } from '../stored.ts';
import { alreadyExists } from './create.ts';
import { Creation, nameFor } from './creation.ts';
import { ownName } from './destroy.ts';
import { doesNotExist } from './find.ts';
import { checkKept } from './load.ts';
import { beside } from './use.ts';

interface SourceName {
  readonly id: string;
  readonly generation?: string;
}

interface Source {
  readonly attributes: KeyAttributes;
  readonly material: StoredMaterial;
  /** In memory, and nowhere else. */
  readonly kept: boolean;
}

/**
 * Copies a key under another id or lifetime. Its policy is the intersection of what the source has and what is asked.
 *
 * @throws KeystoreError `DOES_NOT_EXIST` (with a generation: `INVALID_HANDLE`) if the source is not there,
 * `NOT_PERMITTED` if it is not `copyable`, `ALREADY_EXISTS` if the target is.
 */
export async function copy(
  host: Host,
  call: Call,
  source: SourceName,
  template: CopyTemplate,
): Promise<KeyInfo> {
  const target = nameFor(call, template);
  // Before a slot is asked for: a host that has no room is not to refuse what another one can do. Again in the turn (read).
  checkKept(call, host.find(ownName(host, call, source.id, source.generation)));
  const creation = new Creation(host, call, template);
  try {
    const { id, generation } = source;
    for (;;) {
      const from = ownName(host, call, id, generation);
      const info = await host.turns.hold([from, target], call, async () => {
        // While this waited, a key of this client's own may have come or gone: then the turn is the wrong one.
        if (ownName(host, call, id, generation) !== from) return undefined;
        return copyInTurn(host, call, creation, source, template);
      });
      if (info !== undefined) return info;
    }
  } finally {
    creation.end();
  }
}

async function copyInTurn(
  host: Host,
  call: Call,
  creation: Creation,
  source: SourceName,
  template: CopyTemplate,
): Promise<KeyInfo> {
  const found = await read(host, call, source);
  try {
    await creation.fill(await locked(intersect(found, template)));
  } catch (error) {
    clearSecret(found.material);
    throw error;
  }
  call.check();
  try {
    return await creation.commit(async () => {
      throw alreadyExists(template.id, 'Use another id for the copy.');
    });
  } catch (error) {
    // Nobody else has the source: there is no other host to ask.
    if (found.kept && error instanceof StoreMoved && !error.unsure) throw stranded();
    throw error;
  }
}

function stranded(): KeystoreError {
  return new KeystoreError(
    'BAD_STATE',
    'This key lives in the memory of a host that does not own the store, where only session keys can be made of it. ' +
      'Nothing changed. Copy it to a session key, or create the key where it is to live.',
  );
}

/** In the turn of the source: it cannot be destroyed before the copy is there. */
async function read(host: Host, call: Call, { id, generation }: SourceName): Promise<Source> {
  const missing = (): KeystoreError => (generation === undefined ? doesNotExist(id) : gone());
  const name = ownName(host, call, id, generation);
  const entry = host.find(name);
  checkKept(call, entry);
  if (entry !== undefined) {
    if (generation !== undefined && entry.generation !== generation)
      throw await beside(host, entry, { id, generation });
    const { attributes, material, key } = entry.contents;
    allowed(attributes);
    const kept = attributes.lifetime !== 'persistent';
    return { attributes, material: { ...material, secret: key.copySecret() }, kept };
  }
  const get = () => host.tenure.during(() => host.store.get(id), clearRecord);
  const stored = name === sharedName(id) ? await get() : undefined;
  if (stored === undefined) throw missing();
  try {
    const record = parseRecord(stored, id);
    if (generation !== undefined && record.generation !== generation) throw missing();
    allowed(record.attributes);
    return { ...record, kept: false };
  } catch (error) {
    clearRecord(stored);
    throw error;
  }
}

function allowed({ copyable }: KeyAttributes): void {
  if (copyable) return;
  throw new KeystoreError(
    'NOT_PERMITTED',
    'This key is not copyable. That is decided when a key is created.',
  );
}

function intersect({ attributes, material }: Source, template: CopyTemplate): Made {
  const { usages: asked = attributes.usages, extractable, copyable, ...rest } = template;
  const { algorithm } = attributes;
  const usages = attributes.usages.filter((usage) => asked.includes(usage));
  if (usages.length === 0 || !isComplete(algorithm)) {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      `A copy can only have usages of its source (${attributes.usages.join(', ')}). Ask for some of them.`,
    );
  }
  return {
    attributes: {
      ...rest,
      algorithm,
      usages,
      extractable: extractable && attributes.extractable,
      copyable: copyable && attributes.copyable,
      multipart: attributes.multipart,
      ...(attributes.slow ? { slow: attributes.slow } : {}),
    },
    imported: { material, algorithm },
  };
}

/** A key that may not be exported is never kept as a CryptoKey that may: script of the origin can read the store. */
async function locked(made: Made): Promise<Made> {
  const { attributes, imported } = made;
  const { secret } = imported.material;
  if (attributes.extractable || !(secret instanceof CryptoKey) || !secret.extractable) return made;
  const closed = await adopt(secret, imported.algorithm, false);
  return {
    attributes,
    imported: { ...imported, material: { ...imported.material, secret: closed.material.secret } },
  };
}
