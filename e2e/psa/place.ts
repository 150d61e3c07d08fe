// Where a key lives and what it is called: PSA's lifetimes and ids, and keyslot's.
import type { Draft } from './draft.ts';
import { Skipped } from './reasons.ts';

/** A lifetime is a location and, in its lowest byte, a persistence; from 1 to 254, keys outlive a restart. */
const LOCATION_SHIFT = 8;
const PERSISTENCE = 0xff;
const READ_ONLY = 0xff;

export type Place = { readonly id: string; readonly lifetime: string };

/** PSA gives volatile keys their ids; keyslot's callers do. */
export function placeOf(draft: Draft, lifetime: number, id: number, name = 'volatile'): Place {
  if (lifetime >>> LOCATION_SHIFT !== 0) throw new Skipped('location');
  const persistence = lifetime & PERSISTENCE;
  if (persistence === 0) {
    if (id !== 0) throw new Skipped('volatileId');
    return { id: name, lifetime: 'volatile' };
  }
  if (persistence !== READ_ONLY) return { id: idOf(draft, id), lifetime: 'persistent' };
  draft.change('lifetime');
  return { id: idOf(draft, id), lifetime: 'read-only' };
}

/** As {@link placeOf}, where a location that does not exist is the point. */
export function anyPlaceOf(draft: Draft, lifetime: number, id: number): Place {
  if (lifetime >>> LOCATION_SHIFT === 0) return placeOf(draft, lifetime, id);
  draft.change('lifetime');
  return { id: idOf(draft, id || 1), lifetime: 'elsewhere' };
}

export function idOf(draft: Draft, id: number): string {
  if (id >= draft.valueOf('PSA_KEY_ID_USER_MIN') && id <= draft.valueOf('PSA_KEY_ID_USER_MAX'))
    return String(id);
  draft.change('idRange');
  return id === 0 ? '' : 'x'.repeat(257);
}
