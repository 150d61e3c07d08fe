// Misuses of ids and of handles: keys that are not there, and keys that are.
import { describe, expect } from 'vitest';
import type { Handle, Lifetime } from '../../../src/rpc/protocol.ts';
import type { Client } from '../interleave/client.ts';
import { type Ask, misuse, type Stage } from './stage.ts';

const DATA = new Uint8Array([1]);
const COPY = { id: 'free', lifetime: 'volatile' };

/** Every method that takes an id of a key that must be there. */
const byId = (id: string): Ask[] => [
  (client) => client.ask('open', { id }),
  (client) => client.ask('destroy', { id }),
  (client) => client.ask('purge', { id }),
  (client) => client.ask('copy', { id, attributes: COPY }),
];

/** Every method that takes a handle. */
const byHandle = (handle: Handle): Ask[] => [
  (client) => client.ask('sign', { handle, data: DATA }),
  (client) => client.ask('verify', { handle, signature: DATA, data: DATA }),
  (client) => client.ask('encrypt', { handle, data: DATA }),
  (client) => client.ask('decrypt', { handle, data: DATA }),
  (client) => client.ask('start', { handle, purpose: 'sign' }),
  (client) => client.ask('exportKey', { handle, format: 'raw' }),
  (client) => client.ask('exportPublicKey', { handle, format: 'spki' }),
  (client) => client.ask('destroy', { ...handle }),
  (client) => client.ask('purge', { ...handle }),
  (client) => client.ask('copy', { ...handle, attributes: COPY }),
];

async function allRefused(stage: Stage, asks: readonly Ask[], by?: Client): Promise<void> {
  for (const ask of asks) await stage.refused(ask, by === undefined ? {} : { by });
}

describe('a key that is not there', () => {
  misuse('unknown or destroyed id', 'never heard of', (stage) => allRefused(stage, byId('nothing')));

  for (const id of ['stored', 'volatile', 'own']) {
    misuse('unknown or destroyed id', `the ${id} key, destroyed`, async (stage) => {
      await stage.destroy(id);
      await allRefused(stage, byId(id));
    });

    misuse('a Key whose key is gone', `the ${id} key, destroyed`, async (stage) => {
      await stage.destroy(id);
      await allRefused(stage, byHandle(stage.handle(id)));
    });
  }

  misuse('unknown or destroyed id', 'a session key of another client', (stage) =>
    allRefused(stage, byId('own'), stage.other),
  );

  misuse('a Key whose key is gone', 'a session key of another client', (stage) =>
    allRefused(stage, byHandle(stage.handle('own')), stage.other),
  );

  misuse('a Key whose key is gone', 'it ended with its client', async (stage) => {
    stage.client.end();
    await allRefused(stage, byHandle(stage.handle('own')), stage.other);
  });

  misuse('a Key whose key is gone', 'it ended with its host', (stage) =>
    allRefused(stage, byHandle({ id: 'volatile', generation: 'e'.repeat(32) })),
  );

  const reuses: readonly (readonly [string, Lifetime])[] = [
    ['stored', 'persistent'],
    ['stored', 'volatile'],
    ['volatile', 'persistent'],
    ['volatile', 'volatile'],
    ['own', 'session'],
  ];
  for (const [id, lifetime] of reuses) {
    misuse(
      'a Key whose key is gone',
      `the id of the ${id} key is that of a ${lifetime} one now`,
      async (stage) => {
        const stale = stage.handle(id);
        await stage.destroy(id);
        await stage.make(id, lifetime);
        await allRefused(stage, byHandle(stale));
        // The key that has the id now was not touched.
        await stage.use(stage.handle(id));
      },
    );
  }
});

describe('a key that is there', () => {
  const places: readonly (readonly [string, readonly Lifetime[]])[] = [
    ['stored', ['persistent', 'volatile']],
    ['volatile', ['persistent', 'volatile']],
    ['own', ['session']],
  ];
  for (const [id, lifetimes] of places) {
    for (const lifetime of lifetimes) {
      misuse('id in use', `a ${lifetime} key with the id of the ${id} one`, async (stage) => {
        const attributes = stage.world.attributes(id, lifetime);
        const { algorithm: _, usages: __, multipart: ___, ...copied } = attributes;
        // Of the same policy it would be the key to open.
        const other = { ...attributes, extractable: true };
        await allRefused(stage, [
          (client) => client.ask('generate', { attributes, ensure: false }),
          (client) => client.ask('generate', { attributes: other, ensure: true }),
          (client) => client.ask('import', { format: 'raw', data: new Uint8Array(32).fill(7), attributes }),
          (client) => client.ask('copy', { id: 'stored', attributes: copied }),
          (client) => client.ask('copy', { id: 'volatile', attributes: copied }),
        ]);
        await stage.use(stage.handle(id));
      });
    }
  }

  misuse('id in use', 'by a key that is being stored meanwhile', async (stage) => {
    const { client, other, world } = stage;
    const winner = await world.begin(other.create('new'));
    await world.run('generate', 'open 3');
    const loser = await world.begin(client.create('new'));
    await world.rest();
    expect([winner()?.code, loser()?.code]).toStrictEqual(['OK', 'ALREADY_EXISTS']);
    // Of two keys that were made one is left.
    expect(world.workshop.keys.filter(({ wipes }) => wipes === 0)).toHaveLength(4);
  });
});

describe('what is no id', () => {
  const bad: Readonly<Record<string, unknown>> = {
    'an empty one': '',
    'one of 257 bytes': 'x'.repeat(257),
    'one of 129 characters in 258 bytes': 'é'.repeat(129),
    'one with a lone surrogate': 'a\ud800',
    'a number': 7,
    'a list': ['stored'],
    'nothing at all': null,
  };
  for (const [what, value] of Object.entries(bad)) {
    misuse('id empty or over 256 bytes', what, async (stage) => {
      const id = value as string;
      const generation = '0'.repeat(32);
      const asks = [...byId(id), ...byHandle({ id, generation })];
      for (const lifetime of ['session', 'volatile', 'persistent'] as const) {
        const attributes = { ...stage.world.attributes('', lifetime), id };
        asks.push(
          (client) => client.ask('generate', { attributes, ensure: false }),
          (client) => client.ask('generate', { attributes, ensure: true }),
          (client) => client.ask('import', { format: 'raw', data: new Uint8Array(32), attributes }),
          (client) => client.ask('copy', { id: 'stored', attributes: { id, lifetime } }),
        );
      }
      await allRefused(stage, asks);
    });
  }

  for (const lifetime of ['volatile', 'persistent'] as const) {
    misuse('id empty or over 256 bytes', `none for a ${lifetime} key`, async (stage) => {
      const { id: _, ...attributes } = stage.world.attributes('', lifetime);
      await stage.refused((client) => client.ask('generate', { attributes, ensure: false }));
    });
  }
});
