// Slot management where slots are few: many keys, full stores, eviction.
import { GONE, importAs, rawData } from './common.ts';
import type { Draft } from './draft.ts';

/** Mbed TLS's number of slots unless configured otherwise. */
const CACHE = 32;
/** Of volatile keys: as few as the host takes. */
const CEILING = 16;

/** count */
export function manyTransientKeys(draft: Draft): void {
  limit(draft, { cacheSize: CACHE });
  const keys = numbers(draft.word().endsWith('+1') ? CACHE + 1 : CACHE);
  for (const index of keys) importNumbered(draft, index, 'volatile');
  for (const index of keys) exportNumbered(draft, index);
  for (const index of keys) draft.step({ call: 'destroy', id: nameOf(index) });
}

/** which key to destroy, counted from the end if negative */
export function fillKeyStore(draft: Draft): void {
  limit(draft, { ceiling: CEILING });
  const which = draft.number();
  const destroyed = which < 0 ? CEILING + which : which;
  for (const index of numbers(CEILING)) importNumbered(draft, index, 'volatile');
  importNumbered(draft, CEILING, 'volatile', 'INSUFFICIENT_MEMORY');
  draft.step({ call: 'destroy', id: nameOf(destroyed) });
  importNumbered(draft, CEILING, 'volatile');
  for (const index of numbers(CEILING + 1)) exportNumbered(draft, index, index === destroyed ? GONE : 'ok');
}

/** lifetime of the new key */
export function keySlotEviction(draft: Draft): void {
  limit(draft, { cacheSize: CACHE });
  const isPersistent = draft.number() === draft.valueOf('PSA_KEY_LIFETIME_PERSISTENT');
  for (const index of numbers(CACHE)) importNumbered(draft, index, 'persistent');
  for (const index of numbers(CACHE)) exportNumbered(draft, index);
  importNumbered(draft, CACHE, isPersistent ? 'persistent' : 'volatile');
  exportNumbered(draft, CACHE);
  // A volatile key takes no slot of the cache: nothing has to go for it.
  draft.step({ call: 'evictions', atLeast: isPersistent ? 1 : 0 });
  for (const index of numbers(CACHE + 1)) exportNumbered(draft, index);
}

export function keySlotStarvation(draft: Draft): void {
  limit(draft, { ceiling: CEILING, cacheSize: 1 });
  draft.change('shortage');
  importNumbered(draft, CEILING, 'persistent');
  for (const index of numbers(CEILING)) importNumbered(draft, index, 'volatile');
  draft.step({ call: 'purge', id: nameOf(CEILING) });
  exportNumbered(draft, CEILING);
  const init = { id: 'copy', lifetime: 'volatile' };
  draft.step({ call: 'copy', from: nameOf(CEILING), init }, 'INSUFFICIENT_MEMORY');
  for (const index of numbers(CEILING + 1)) exportNumbered(draft, index);
}

function limit(draft: Draft, sizes: Draft['sizes']): void {
  draft.change('slots');
  draft.sizes = sizes;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function nameOf(index: number): string {
  return `key ${index}`;
}

/** A key whose material is its number. */
function importNumbered(draft: Draft, index: number, lifetime: string, ...ends: string[]): void {
  const id = nameOf(index);
  const place = { id, lifetime, copyable: true, cache: lifetime === 'persistent' };
  importAs(draft, id, rawData(draft, dataOf(index)), place, ...ends);
}

function exportNumbered(draft: Draft, index: number, ...ends: string[]): void {
  draft.step({ call: 'export', key: nameOf(index), format: 'raw', data: dataOf(index) }, ...ends);
}

function dataOf(index: number): string {
  return index.toString(16).padStart(8, '0');
}
