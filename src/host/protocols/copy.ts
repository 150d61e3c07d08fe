// The copy protocol: the turns of source and target are held together, so that nobody can see the source gone and
// then the copy succeed (SLOTS.md, interleaving 6). The publication of the target is the only linearization point.
import { KeystoreError } from '../../errors.ts';
import type { KeyAttributes, KeyInfo } from '../../rpc/protocol.ts';
import type { StoredMaterial } from '../../store/record.ts';
import type { CopyTemplate } from '../attributes.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { sessionName, sharedName } from '../keys.ts';
import { isComplete, type Made } from '../material.ts';
import { alreadyExists } from './create.ts';
import { Creation, nameFor } from './creation.ts';
import { doesNotExist } from './find.ts';
import { gone, readRecord } from './load.ts';

interface Source {
  readonly attributes: KeyAttributes;
  readonly material: StoredMaterial;
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
  source: { readonly id: string; readonly generation?: string },
  template: CopyTemplate,
): Promise<KeyInfo> {
  const target = nameFor(call, template);
  const own = sessionName(call.session, source.id);
  const from = host.table.find(own) === undefined ? sharedName(source.id) : own;
  const creation = new Creation(host, call, template);
  try {
    return await host.turns.hold([from, target], call, async () => {
      const found = await read(host, call, from === own, source);
      await creation.fill(intersect(found, template));
      call.check();
      return creation.commit(async () => {
        throw alreadyExists(template.id, 'Use another id for the copy.');
      });
    });
  } finally {
    creation.end();
  }
}

/** In the turn of the source: it cannot be destroyed before the copy is there. */
async function read(
  host: Host,
  call: Call,
  own: boolean,
  { id, generation }: { readonly id: string; readonly generation?: string },
): Promise<Source> {
  const missing = (): KeystoreError => (generation === undefined ? doesNotExist(id) : gone());
  const entry = host.table.find(own ? sessionName(call.session, id) : sharedName(id));
  if (entry !== undefined) {
    if (generation !== undefined && entry.generation !== generation) throw missing();
    const { attributes, material, key } = entry.contents;
    allowed(attributes);
    return { attributes, material: { ...material, secret: key.copySecret() } };
  }
  const record = own ? undefined : await readRecord(host, id);
  if (record === undefined || (generation !== undefined && record.generation !== generation)) throw missing();
  allowed(record.attributes);
  return record;
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
    },
    imported: { material, algorithm },
  };
}
