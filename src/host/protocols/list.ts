// What exists, in pages. Needs no slot and takes no turn.
import type { Cursor, Filter, KeyAttributes, ListedKey, Page } from '../../rpc/protocol.ts';
import { clearRecord } from '../../store/record.ts';
import type { PageStart } from '../../store/store.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { parseRecord } from '../stored.ts';

/**
 * One page of keys, ids ascending by code unit as IndexedDB orders them, a session's own key before a shared
 * one. Pages are not linearizable with each other: a key that is created or destroyed between two pages may
 * be missing or listed.
 */
export async function list(
  host: Host,
  call: Call,
  request: { filter: Filter; after?: Cursor; limit: number; kept: boolean },
): Promise<Page> {
  const { filter, after, limit } = request;
  const kept = keptRows(host, call);
  // Behind a session's own key the shared one of the same id still follows.
  const start = after && { id: after.id, including: after.own };
  const rows = request.kept ? [] : await host.tenure.during(() => storedRows(host, start, limit));
  // A full page of stored keys says nothing of what lies behind it: later rows wait for their page.
  const horizon = rows.length === limit ? rows.at(-1) : undefined;
  const merged = [...kept.filter((row) => after === undefined || order(row, after) > 0), ...rows].sort(order);
  const within = horizon === undefined ? merged : merged.filter((row) => order(row, horizon) <= 0);
  const page = within.slice(0, limit);
  const last = page.at(-1);
  const more = within.length > limit || horizon !== undefined;
  return {
    keys: page.filter((row) => matches(row, filter)).map(({ id, attributes }) => ({ id, attributes })),
    ...(more && last !== undefined ? { next: { id: last.id, own: last.own } } : {}),
  };
}

type Row = ListedKey & Cursor;

function order(a: Cursor, b: Cursor): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return Number(b.own) - Number(a.own);
}

async function storedRows(host: Host, start: PageStart | undefined, limit: number): Promise<Row[]> {
  const { ids, records } = await host.store.page(start, limit);
  return ids.map((id, index) => ({ id, own: false, attributes: readable(records[index], id) }));
}

function keptRows(host: Host, call: Call): Row[] {
  const rows: Row[] = [];
  for (const { contents } of host.table.entries()) {
    const { attributes, owner, id } = contents;
    if (attributes.lifetime === 'persistent' || (owner !== null && owner !== call.session)) continue;
    rows.push({ id, attributes, own: owner !== null });
  }
  return rows;
}

function readable(record: unknown, id: string): KeyAttributes | null {
  try {
    return parseRecord(record, id).attributes;
  } catch {
    // Listed all the same: it can be destroyed by its id.
    return null;
  } finally {
    clearRecord(record);
  }
}

function matches({ id, attributes }: ListedKey, filter: Filter): boolean {
  if (filter.prefix !== undefined && !id.startsWith(filter.prefix)) return false;
  if (attributes === null) return filter.algorithm === undefined && filter.usage === undefined;
  return (
    (filter.lifetime === undefined || attributes.lifetime === filter.lifetime) &&
    (filter.algorithm === undefined || attributes.algorithm.name === filter.algorithm) &&
    (filter.usage === undefined || attributes.usages.includes(filter.usage))
  );
}
