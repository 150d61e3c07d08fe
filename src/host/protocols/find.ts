// Questions about what exists: open and list. They need no slot and take no turn.
import { KeystoreError } from '../../errors.ts';
import type { Cursor, Filter, KeyAttributes, KeyInfo, ListedKey, Page } from '../../rpc/protocol.ts';
import { clearRecord } from '../../store/record.ts';
import type { PageStart } from '../../store/store.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { infoOf, infoOfEntry, type KeyEntry, sessionName, sharedName } from '../keys.ts';
import { parseRecord } from '../stored.ts';
import { readRecord } from './load.ts';

/** @throws KeystoreError `DOES_NOT_EXIST`; `DATA_CORRUPT` or `DATA_INVALID` for a record that cannot be read. */
export async function open(host: Host, call: Call, id: string): Promise<KeyInfo> {
  const entry = findEntry(host, call, id);
  if (entry !== undefined) return infoOfEntry(entry);
  const record = await readRecord(host, id);
  if (record !== undefined) return infoOf(record.generation, record.attributes, record.material);
  // A volatile key may have been published while the store was read.
  const published = findEntry(host, call, id);
  if (published !== undefined) return infoOfEntry(published);
  throw doesNotExist(id);
}

/** A key in a slot: this session's own key of an id comes before the shared one. */
function findEntry(host: Host, call: Call, id: string): KeyEntry | undefined {
  return host.table.find(sessionName(call.session, id)) ?? host.find(sharedName(id));
}

export function doesNotExist(id: string): KeystoreError {
  return new KeystoreError(
    'DOES_NOT_EXIST',
    `There is no key with the id "${id}". Check the id, or create the key.`,
  );
}

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
