// All that a misuse could have changed in a world, as plain data: two equal pictures mean that nothing has changed.
import { hasEntry } from '../../../src/slots/slot.ts';
import { numberOf } from '../interleave/material.ts';
import type { World } from '../interleave/world.ts';

/** What exists on the disk. Secrets are told by their numbers. */
export function records({ database }: World): string[] {
  const secretsAsNumbers = (_name: string, value: unknown): unknown =>
    value instanceof CryptoKey || value instanceof Uint8Array ? `secret ${numberOf(value)}` : value;
  return [...database.records].map(([id, record]) => `${id}: ${JSON.stringify(record, secretsAsNumbers)}`);
}

export function picture(world: World): unknown {
  const { host, clients, clock } = world;
  const { states, kinds, readers, evictions } = host.table.counts();
  return {
    records: records(world),
    slots: slots(world),
    // Free slots are made on demand, and stay for the next who needs one.
    states: { ...states, EMPTY: 0 },
    kinds,
    readers,
    evictions,
    operations: host.operations.size,
    waiters: host.waiters,
    loads: [...host.loads.keys()],
    leaving: host.leaving.size,
    lanesBusy: host.lanes.webcrypto.busy,
    deadlines: clock.timers,
    sessions: clients.map(({ session: { alive, admitted, keys } }) => ({ alive, admitted, keys: [...keys] })),
    copies: copiesOfSecrets(world),
  };
}

function slots({ host }: World): string[] {
  return [...host.table.occupied()].map(({ kind, content }) => {
    if (!hasEntry(content)) return content.state;
    const { name, generation } = content.entry;
    const holds = content.state === 'FULL' ? content.holds : 0;
    return [kind, content.state, name, generation, content.readers, holds].join(' ');
  });
}

/** Copies of material in memory that nobody has cleared. */
function copiesOfSecrets({ workshop, database }: World): Record<string, number> {
  const uncleared = (secret: unknown): boolean =>
    secret instanceof Uint8Array && secret.some((byte) => byte !== 0);
  const read = database.readings as readonly (
    | { readonly material?: { readonly secret?: unknown } }
    | undefined
  )[];
  return {
    opened: workshop.keys.filter(({ wipes }) => wipes === 0).length,
    opening: workshop.opening.length,
    lent: workshop.secrets.filter(uncleared).length,
    read: read.filter((record) => uncleared(record?.material?.secret)).length,
  };
}
