// Numbers and rows for `stats()`. What a session may see: other sessions' ids are not among it.
import type { LanesInUse, SlotRow, Stats } from '../rpc/protocol.ts';
import { hasEntry } from '../slots/slot.ts';
import type { Host } from './host.ts';
import type { NativeLane } from './lanes.ts';
import type { Session } from './session.ts';

const MAX_ROWS = 1000;

export function statsFor(host: Host, session: Session): Stats {
  const { states, kinds, readers, evictions } = host.table.counts();
  const { webcrypto, long } = host.lanes;
  let sessionKeys = 0;
  for (const { keys } of host.sessions) sessionKeys += keys.size;
  return {
    sessions: host.sessions.size,
    sessionKeys,
    readers,
    operations: host.operations.size,
    waiters: host.waiters,
    evictions,
    hits: host.hits,
    misses: host.misses,
    slots: states,
    kinds,
    waits: host.waits,
    believed: host.natives.believed,
    lanes: { ...inUse(webcrypto), long: inUse(long) },
    table: rows(host, session),
    boot: host.boot,
  };
}

function inUse({ busy, width }: NativeLane): LanesInUse {
  return { busy, width };
}

function rows(host: Host, session: Session): SlotRow[] {
  const table: SlotRow[] = [];
  for (const { content } of host.table.occupied()) {
    if (!hasEntry(content)) continue;
    const { attributes, id, owner } = content.entry.contents;
    table.push({
      id: owner === null || owner === session ? id : null,
      lifetime: attributes.lifetime,
      algorithm: attributes.algorithm.name,
      state: content.state,
      readers: content.readers,
    });
    if (table.length === MAX_ROWS) break;
  }
  return table;
}
