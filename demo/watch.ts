// Destroys a key and watches its slot on the way out. Each look is one call of `stats()`, one after another
// until the destruction has resolved: FULL until the record is deleted, PENDING_DELETION while readers finish
// (an engine that signs within one task leaves none to be seen), then gone.
import type { Keystore, SlotRow, Stats } from 'keyslot';

type Seen = Pick<SlotRow, 'state' | 'readers'>;

export interface Destruction {
  /** Milliseconds since 1970. */
  readonly called: number;
  /** The slot's states as they were seen, without repetitions. */
  readonly trail: readonly Seen[];
}

export async function destroyWatched(
  keys: Keystore,
  id: string,
  onStats: (stats: Stats) => void,
): Promise<Destruction> {
  const trail: Seen[] = [];
  let over = false;
  const look = async (): Promise<void> => {
    const stats = await keys.stats();
    onStats(stats);
    // A new key of the id may be FULL while the old one leaves: the leaving one is what is watched.
    const rows = stats.table.filter((row) => row.id === id);
    const row = rows.find(({ state }) => state === 'PENDING_DELETION') ?? rows[0];
    if (row === undefined) return;
    const { state, readers } = row;
    const last = trail.at(-1);
    if (last?.state !== state || last.readers !== readers) trail.push({ state, readers });
  };
  await look();
  const called = Date.now();
  const destroyed = keys.destroyKey(id).finally(() => {
    over = true;
  });
  // Awaited below; a look that fails first must not leave it unhandled.
  destroyed.catch(() => undefined);
  while (!over) await look();
  await destroyed;
  return { called, trail };
}

export function spokenTrail({ trail }: Destruction): string {
  const steps = trail.map(({ state, readers }) => (readers > 0 ? `${state} (${readers} reading)` : state));
  return [...(steps.length > 0 ? steps.slice(-6) : ['only on disk']), 'gone'].join(' → ');
}
