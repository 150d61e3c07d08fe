// Waits that end before they are granted: by their deadline, or because the caller gave up. What is waited for goes on
// as if nobody had asked.
import { describe, expect } from 'vitest';
import type { WorldOptions } from '../interleave/world.ts';
import { type Ask, misuse, type Stage } from './stage.ts';

const DATA = new Uint8Array([1]);

interface Wait {
  readonly options?: WorldOptions;
  /** Brings the stage to where the call has to wait. */
  readonly begin: (stage: Stage) => Promise<Ask>;
  /** Labels of what happens until it waits. */
  readonly steps?: readonly string[];
  readonly place?: string;
}

const sign =
  (stage: Stage, id: string): Ask =>
  (client) =>
    client.ask('sign', { handle: stage.handle(id), data: DATA });

/** A signature of another client that is being computed, and stays so. */
async function computing(stage: Stage, id: string): Promise<void> {
  await stage.world.begin(stage.other.use(stage.handle(id)));
}

const WAITS: Readonly<Record<string, Wait>> = {
  'a cache slot': {
    options: { cacheSize: 1 },
    begin: async (stage) => {
      await computing(stage, 'stored');
      stage.seed('more', 102);
      return sign(stage, 'more');
    },
    steps: ['has more'],
  },
  'a native lane': {
    options: { lanes: 1 },
    begin: async (stage) => {
      await computing(stage, 'volatile');
      return sign(stage, 'stored');
    },
  },
  'a native lane to make a key in': {
    options: { lanes: 1 },
    begin: async (stage) => {
      await computing(stage, 'volatile');
      const attributes = stage.world.attributes('new', 'volatile');
      return (client) => client.ask('generate', { attributes, ensure: true });
    },
    steps: ['get new'],
  },
  'the noble lane': {
    options: { multipart: true },
    begin: async (stage) => {
      await stage.world.begin(stage.client.use(stage.handle('volatile')));
      return sign(stage, 'stored');
    },
    place: 'place 2, 2 waiting',
  },
  'a place among its client’s calls': {
    options: { lanes: 1 },
    begin: async (stage) => {
      for (const id of ['volatile', 'volatile']) await stage.world.begin(stage.client.use(stage.handle(id)));
      return sign(stage, 'stored');
    },
  },
  'a key that is being loaded': {
    begin: async (stage) => {
      stage.seed('more', 102);
      await computing(stage, 'more');
      await stage.world.run('has more');
      return sign(stage, 'more');
    },
    steps: ['has more'],
  },
  'the turn of its id': {
    begin: async (stage) => {
      await stage.world.begin(stage.other.create('new'));
      await stage.world.run('generate', 'open 3');
      const attributes = stage.world.attributes('new', 'persistent');
      return (client) => client.ask('generate', { attributes, ensure: false });
    },
    steps: ['generate', 'open 4'],
  },
  'the turn of an id that is copied to': {
    begin: async (stage) => {
      await stage.world.begin(stage.other.create('new'));
      await stage.world.run('generate', 'open 3');
      return (client) =>
        client.ask('copy', { id: 'stored', attributes: { id: 'new', lifetime: 'volatile', copyable: true } });
    },
  },
  'the turn of an id that is being destroyed': {
    begin: async (stage) => {
      await stage.world.begin(stage.other.destroy('stored'));
      return (client) => client.ask('destroy', { id: 'stored' });
    },
  },
};

describe('waiting for', () => {
  for (const [what, { options = {}, begin, steps = [], place = 'place 1, 1 waiting' }] of Object.entries(
    WAITS,
  )) {
    misuse(
      'deadline while waiting for a slot or lane',
      what,
      async (stage) => {
        const ask = await begin(stage);
        stage.world.timeout = 50;
        const error = await stage.refused(ask, {
          steps: async () => {
            await stage.world.run(...steps);
            stage.world.deadlines = true;
            await stage.world.run('deadline');
            stage.world.deadlines = false;
          },
        });
        stage.world.timeout = undefined;
        expect(error).toMatchObject({ cause: 'DEADLINE' });
        expect(error.message).toContain(`(${place} in all)`);
        expect(error.message).toContain('The deadline of 50 ms passed while waiting for');
      },
      { ...options },
    );

    misuse(
      'the caller’s own abort',
      `of a wait for ${what}`,
      async (stage) => {
        const ask = await begin(stage);
        await stage.refused(ask, {
          steps: async () => {
            await stage.world.run(...steps);
            await stage.world.tell(() => stage.client.cancel());
          },
        });
      },
      { ...options },
    );
  }
});

describe('calls that are given up while they compute', () => {
  const calls: Readonly<Record<string, { ask: Ask; steps: readonly string[]; after: readonly string[] }>> = {
    'a creation before its transaction': {
      ask: (client) =>
        client.ask('import', {
          format: 'raw',
          data: new Uint8Array(32),
          attributes: {
            ...{ id: 'new', lifetime: 'persistent', cache: true, usages: ['sign'] },
            algorithm: { name: 'HMAC', hash: 'SHA-256' },
          },
        }),
      steps: [],
      after: ['open 3'],
    },
    'a copy before its transaction': {
      ask: (client) =>
        client.ask('copy', { id: 'stored', attributes: { id: 'new', lifetime: 'persistent', cache: true } }),
      steps: [],
      after: ['open 101'],
    },
    'a volatile creation that looks into the store': {
      ask: (client) =>
        client.ask('copy', { id: 'stored', attributes: { id: 'new', lifetime: 'volatile', cache: true } }),
      steps: ['open 101'],
      after: ['has new'],
    },
  };
  for (const [what, { ask, steps, after }] of Object.entries(calls)) {
    misuse('the caller’s own abort', what, async (stage) => {
      await stage.refused(ask, {
        steps: async () => {
          await stage.world.run(...steps);
          await stage.world.tell(() => stage.client.cancel());
          await stage.world.run(...after);
        },
      });
    });
  }

  misuse(
    'the caller’s own abort',
    'too late: a change whose transaction exists runs to its outcome',
    async (stage) => {
      const destroyed = await stage.world.begin(stage.client.destroy('stored'));
      await stage.world.tell(() => stage.client.cancel());
      await stage.world.rest();
      expect(destroyed()).toStrictEqual({ code: 'OK' });
      expect(stage.world.database.records.size).toBe(0);
    },
  );
});

describe('the ceiling of volatile and session keys', () => {
  /** The smallest that a host can have. */
  const CEILING = 16;

  for (const lifetime of ['volatile', 'session'] as const) {
    misuse('volatile ceiling reached', `by a ${lifetime} key`, async (stage) => {
      const { world, client, other } = stage;
      const there = world.host.table.counts().kinds.slab;
      for (let number = there; number < CEILING; number += 1) {
        await stage.make(`key ${number}`, number % 2 === 0 ? 'volatile' : 'session', other);
      }
      const made = world.workshop.keys.length;
      const attributes = world.attributes('new', lifetime);
      const copied = { id: 'new', lifetime };
      const asks: readonly Ask[] = [
        (its) => its.ask('generate', { attributes, ensure: false }),
        (its) => its.ask('generate', { attributes, ensure: true }),
        (its) => its.ask('import', { format: 'raw', data: new Uint8Array(32), attributes }),
        (its) => its.ask('copy', { id: 'stored', attributes: copied }),
      ];
      for (const ask of asks) {
        const error = await stage.refused(ask);
        expect(error).toMatchObject({ cause: 'CEILING' });
        expect(error.message).toContain(`holds ${CEILING} volatile and session keys`);
      }
      // At creation means before anything is computed. Stored keys have other slots, and one that goes makes room.
      expect(world.workshop.keys).toHaveLength(made);
      await stage.make('more', 'persistent');
      await stage.destroy('volatile');
      await stage.value(client.ask('generate', { attributes, ensure: false }));
    });
  }
});
