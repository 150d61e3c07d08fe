// What the store answers: no room, records that are not what they should be, and outcomes that nobody knows.
import { describe, expect } from 'vitest';
import type { Handle } from '../../../src/rpc/protocol.ts';
import type { KeyRecord } from '../../../src/store/record.ts';
import type { Row } from '../../misuse/rows.ts';
import type { WorldOptions } from '../interleave/world.ts';
import { records } from './picture.ts';
import { type Ask, misuse, type Stage } from './stage.ts';

const DATA = new Uint8Array([1]);

interface Change {
  /** The write as the database of this world calls it. */
  readonly write: 'add new' | 'delete stored';
  readonly ask: (stage: Stage) => Ask;
}

const COPY = { id: 'new', lifetime: 'persistent', cache: true };
const attributesOf = ({ world }: Stage) => world.attributes('new', 'persistent');

/** Every call that writes. */
const CHANGES: Readonly<Record<string, Change>> = {
  generate: {
    write: 'add new',
    ask: (stage) => (client) => client.ask('generate', { attributes: attributesOf(stage), ensure: false }),
  },
  ensure: {
    write: 'add new',
    ask: (stage) => (client) => client.ask('generate', { attributes: attributesOf(stage), ensure: true }),
  },
  import: {
    write: 'add new',
    ask: (stage) => (client) =>
      client.ask('import', { format: 'raw', data: new Uint8Array(32), attributes: attributesOf(stage) }),
  },
  copy: {
    write: 'add new',
    ask: () => (client) => client.ask('copy', { id: 'volatile', attributes: COPY }),
  },
  destroy: {
    write: 'delete stored',
    ask: () => (client) => client.ask('destroy', { id: 'stored' }),
  },
  'destroy, of a handle': {
    write: 'delete stored',
    ask: (stage) => (client) => client.ask('destroy', { ...stage.handle('stored') }),
  },
};

describe('quota', () => {
  for (const [what, { write, ask }] of Object.entries(CHANGES)) {
    const run = async (stage: Stage): Promise<void> => {
      const full = `quota: ${write}`;
      // A destruction is repeated without a note of its outcome, for which there may be no room.
      const times = write.startsWith('delete') ? [full, full] : [full];
      const steps = async (): Promise<void> => {
        for (const label of times) await stage.until(label);
      };
      const error = await stage.refused(ask(stage), { steps });
      stage.world.database.heal();
      expect(error).toMatchObject({ cause: { name: 'QuotaExceededError' } });
      expect(error.message).toContain('Nothing was written');
      await stage.use(stage.handle('stored'));
      await stage.value(ask(stage)(stage.client));
    };
    const part = `${what}: nothing is half written, and with room again it succeeds`;
    misuse('quota', part, run, { faults: ['quota'], most: 2 });
    // Its secrets are bytes, which somebody has to clear.
    misuse('quota', `${part} (a key of noble)`, run, { faults: ['quota'], most: 2, multipart: true });
  }
});

type Damage = (record: KeyRecord) => unknown;

/** @param damages - each makes another record of `bad` of that of a whole key. */
function harmsItselfAlone(
  row: Row,
  damages: Readonly<Record<string, Damage>>,
  options: WorldOptions = {},
): void {
  for (const [what, damage] of Object.entries(damages)) {
    const run = async (stage: Stage): Promise<void> => {
      const handle = damaged(stage, damage);
      const attributes = stage.world.attributes('bad', 'persistent');
      const copied = { id: 'new', lifetime: 'persistent' };
      const asks: readonly Ask[] = [
        (client) => client.ask('open', { id: 'bad' }),
        (client) => client.ask('generate', { attributes, ensure: true }),
        (client) => client.ask('copy', { id: 'bad', attributes: copied }),
        (client) => client.ask('sign', { handle, data: DATA }),
        (client) => client.ask('start', { handle, purpose: 'sign' }),
        (client) => client.ask('exportKey', { handle, format: 'raw' }),
        (client) => client.ask('purge', { ...handle }),
      ];
      for (const ask of asks) {
        const error = await stage.refused(ask);
        expect(error.message).toContain('Other keys are not affected. It can be destroyed by its id.');
      }
      // For that key alone, which goes as any other does.
      for (const whole of stage.handles.values()) await stage.use(whole);
      await stage.destroy('bad');
      await stage.make('bad', 'persistent');
    };
    misuse(row, what, run, options);
  }
}

describe('records', () => {
  harmsItselfAlone('record with an unknown version', {
    'the next one': (record) => ({ ...record, version: 2 }),
    'the next one, of another form': () => ({ id: 'bad', version: 2, sealed: true }),
  });

  harmsItselfAlone('record with a foreign id', {
    'in the record': (record) => ({ ...record, id: 'stored' }),
    'in its attributes': (record) => ({ ...record, attributes: { ...record.attributes, id: 'stored' } }),
    'in neither': () => ({}),
  });

  harmsItselfAlone('record with a bad checksum', {
    none: ({ checksum: _, ...record }) => record,
    'one of another record': (record) => ({ ...record, created: 1 }),
    'a version that never was': (record) => ({ ...record, version: 0 }),
    'no material': ({ material: _, ...record }) => record,
    'no secret': (record) => ({ ...record, material: { ...record.material, secret: null } }),
    'a secret of another driver': (record) => ({
      ...record,
      material: { ...record.material, driver: 'noble' },
    }),
    'another type': (record) => ({ ...record, material: { ...record.material, type: 'public' } }),
    'a generation of another form': (record) => ({ ...record, generation: 'x' }),
    'another lifetime': (record) => ({
      ...record,
      attributes: { ...record.attributes, lifetime: 'volatile' },
    }),
    'another length': (record) => ({
      ...record,
      attributes: { ...record.attributes, algorithm: { ...record.attributes.algorithm, length: 512 } },
    }),
    'other usages': (record) => ({ ...record, attributes: { ...record.attributes, usages: ['encrypt'] } }),
    'an unknown member': (record) => ({ ...record, more: true }),
  });

  // Its secret is bytes, which are cleared though nobody works with them.
  harmsItselfAlone(
    'record with a bad checksum',
    {
      'an unknown member, beside a secret of noble': (record) => ({ ...record, more: true }),
      'a byte more in the secret': ({ material, ...record }) => {
        const secret = Uint8Array.of(...(material.secret as Uint8Array), 0);
        return { ...record, material: { ...material, secret } };
      },
    },
    { multipart: true },
  );
});

/** @returns the handle of the key that the record was. */
function damaged({ world }: Stage, damage: Damage): Handle {
  const handle = world.seed('bad', 103);
  world.database.records.set('bad', damage(world.database.records.get('bad') as KeyRecord));
  return handle;
}

describe('outcomes', () => {
  for (const [what, { write, ask }] of Object.entries(CHANGES)) {
    misuse(
      'outcome that cannot be found',
      `${what}: the database died and cannot be read`,
      async (stage) => {
        const { world, client } = stage;
        const error = await stage.refused(ask(stage), {
          same: records,
          steps: async () => {
            await stage.until(`dark: ${write}`);
            await world.rest();
          },
        });
        expect(error.message).toContain(`(request ${client.request})`);
        expect(error.message).toContain('Look the key up before you try again');
        // Perhaps destroyed: no copy of it goes on working until somebody has looked.
        const ids = [...world.host.table.entries()].map(({ contents }) => contents.id).sort();
        expect(ids).toStrictEqual([...(write === 'add new' ? ['own', 'stored'] : ['own']), 'volatile']);
        await stage.use(stage.handle('stored'));
      },
      { faults: ['dark'] },
    );
  }
});
