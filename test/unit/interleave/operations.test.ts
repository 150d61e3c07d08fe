// Operations in steps among other calls: a reader that stays, on the lane that blocks.
import { describe, it } from 'vitest';
import type { CallName } from './calls.ts';
import type { Scene } from './explore.ts';
import { exploreAll } from './scenes.ts';

const OTHERS: readonly CallName[] = ['operate', 'use', 'look', 'create', 'destroy', 'purge', 'copy', 'evict'];

const options = { multipart: true, operations: 1 } as const;

describe.each(['stored', 'cached', 'volatile'] as const)('an operation in steps, %s', (start) => {
  it('goes on beside every other call, or is told why not', { timeout: 600_000 }, async () => {
    const scenes = OTHERS.map((other): Scene => ({ start, calls: ['operate', other], options }));
    const three: Scene = { start, calls: ['operate', 'destroy', 'create'], options };
    await exploreAll(`operations, ${start}`, [...scenes, three]);
  });

  it.each(['death', 'cancel'] as const)('can meet %s', { timeout: 600_000 }, async (disturbance) => {
    const scenes = (['use', 'destroy', 'purge', 'evict'] as const).map(
      (other): Scene => ({ start, calls: ['operate', other], disturbance, options }),
    );
    await exploreAll(`operations with ${disturbance}, ${start}`, scenes);
  });
});
