// An id that means two keys: the client's own, and a shared one behind it. Whoever waits for a turn asks again which of
// them is meant.
import { it } from 'vitest';
import type { CallName } from './calls.ts';
import type { Scene } from './explore.ts';
import { exploreAll } from './scenes.ts';

const CALLS: readonly CallName[] = [
  'destroy',
  'copy',
  'look',
  'purge',
  'use',
  'destroy handle',
  'copy handle',
];

it('calls of one client on an id that means two keys equal some order of them', {
  timeout: 600_000,
}, async () => {
  const scenes = CALLS.flatMap((first, number) =>
    CALLS.slice(number).map(
      (second): Scene => ({ start: 'stored and own', calls: [first, second], together: true }),
    ),
  );
  const three: Scene = {
    start: 'stored and own',
    calls: ['destroy', 'destroy', 'look twice'],
    together: true,
  };
  await exploreAll('own and shared', [...scenes, three]);
});

it('the death of the client ends its own key and not the shared one', { timeout: 600_000 }, async () => {
  const scenes = CALLS.map(
    (call): Scene => ({ start: 'stored and own', calls: [call, 'use'], disturbance: 'death' }),
  );
  const creation: Scene = { start: 'cached', calls: ['create own', 'use'], disturbance: 'death' };
  await exploreAll('own and shared, with death', [...scenes, creation]);
});
