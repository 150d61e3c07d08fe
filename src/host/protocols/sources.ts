// The keys that a new key comes from. Its publication is the one linearization point (SLOTS.md, "Copy, derive"): they must
// be there then, so their turns are held with the target's, and they are looked up once more.
import type { Operand } from '../../rpc/protocol.ts';
import type { SlotName } from '../../slots/slot.ts';
import type { Call } from '../call.ts';
import { gone } from '../gone.ts';
import type { Host } from '../host.ts';
import { sessionName, sharedName } from '../keys.ts';
import { isStored } from './load.ts';

export interface Source {
  readonly name: SlotName;
  /** To be asked while its turn is held. @throws KeystoreError `INVALID_HANDLE` if it was destroyed. */
  confirm(): Promise<void>;
}

/** None for a native key: it is its caller's. */
export function sourcesOf(host: Host, call: Call, operand: Operand): readonly Source[] {
  if (!('handle' in operand)) return [];
  const { id, generation } = operand.handle;
  const own = sessionName(call.session, id);
  const name = host.table.find(own)?.generation === generation ? own : sharedName(id);
  const isThere = async (): Promise<boolean> => {
    const entry = host.find(name);
    if (entry !== undefined) return entry.generation === generation;
    return name !== own && isStored(host, id, generation);
  };
  return [
    {
      name,
      async confirm() {
        if (!(await isThere())) throw gone();
      },
    },
  ];
}
