// Numbers and rows for `stats()`. What a session may see: other sessions' ids are not among it.
import type { SlotRow, Stats } from '../rpc/protocol.ts';
import { hasEntry } from '../slots/slot.ts';
import type { Host } from './host.ts';
import type { Session } from './session.ts';

const MAX_ROWS = 1000;

export function statsFor(host: Host, session: Session): Stats {
  const { states, readers, evictions } = host.table.counts();
  let sessionKeys = 0;
  for (const { keys } of host.sessions) sessionKeys += keys.size;
  return {
    sessions: host.sessions.size,
    sessionKeys,
    readers,
    operations: 0,
    waiters: host.waiters,
    evictions,
    hits: host.hits,
    misses: host.misses,
    slots: states,
    table: rows(host, session),
    boot: host.boot,
  };
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
