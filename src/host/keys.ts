// What the host knows of a key while it is in a slot, and what it tells others of it.
import type { WorkingKey } from '../drivers/driver.ts';
import type { KeyAttributes, KeyInfo } from '../rpc/protocol.ts';
import type { Entry, Generation, SlotName } from '../slots/slot.ts';
import type { StoredMaterial } from '../store/record.ts';
import type { Session } from './session.ts';

/** The contents of a slot. Secret: `key` computes with the material. */
export interface Contents {
  readonly id: string;
  readonly attributes: KeyAttributes;
  readonly material: Pick<StoredMaterial, 'driver' | 'type' | 'publicKey'>;
  readonly key: WorkingKey;
  /** Whose key it is, for session keys. */
  readonly owner: Session | null;
}

/** What a slot keeps of material besides its working key: nothing secret. */
export function publicPart({ driver, type, publicKey }: StoredMaterial): Contents['material'] {
  return { driver, type, publicKey };
}

export type KeyEntry = Entry<Contents>;

/** The name of a volatile or persistent key: one space of ids. */
export function sharedName(id: string): SlotName {
  return `shared/${id}` as SlotName;
}

/** The name of a session key: only its session can spell it. */
export function sessionName(session: Session, id: string): SlotName {
  return `${session.scope}/${id}` as SlotName;
}

export function newGeneration(): Generation {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') as Generation;
}

export function infoOf(
  generation: string,
  attributes: KeyAttributes,
  material: Pick<StoredMaterial, 'driver' | 'type' | 'publicKey'>,
): KeyInfo {
  const { driver, type, publicKey } = material;
  return { generation, type, attributes, publicKey, native: driver === 'webcrypto' };
}

export function infoOfEntry(entry: KeyEntry): KeyInfo {
  return infoOf(entry.generation, entry.contents.attributes, entry.contents.material);
}
