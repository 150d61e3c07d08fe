// Misuses of operations in steps, and calls of those who may ask no more.
import { describe, expect } from 'vitest';
import { type Ask, misuse, type Stage } from './stage.ts';

const DATA = new Uint8Array([1]);
const IN_STEPS = { multipart: true };

function start(stage: Stage, client = stage.client): Promise<string> {
  return stage.value(client.ask('start', { handle: stage.handle('stored'), purpose: 'sign' }));
}

const steps = (operation: string): Ask[] => [
  (client) => client.ask('update', { operation, data: DATA }),
  (client) => client.ask('finish', { operation }),
];

async function allRefused(stage: Stage, operation: string, cause: string): Promise<void> {
  for (const ask of steps(operation)) expect(await stage.refused(ask)).toMatchObject({ cause });
  // To end what has ended is always right.
  await stage.value(stage.client.ask('abort', { operation }));
}

describe('steps out of order', () => {
  const endings: Readonly<Record<string, (stage: Stage, operation: string) => Promise<void>>> = {
    FINISHED: async (stage, operation) => {
      await stage.value(stage.client.ask('finish', { operation }));
    },
    ABORTED: async (stage, operation) => {
      await stage.value(stage.client.ask('abort', { operation }));
    },
    DESTROYED: (stage) => stage.destroy('stored', stage.other),
    PRUNED: async (stage) => {
      await start(stage);
      await start(stage);
    },
  };
  for (const [cause, end] of Object.entries(endings)) {
    const run = async (stage: Stage): Promise<void> => {
      const operation = await start(stage);
      await end(stage, operation);
      await allRefused(stage, operation, cause);
    };
    misuse('step out of order', `of an operation that has ended, ${cause}`, run, IN_STEPS);
  }

  misuse(
    'step out of order',
    'before the operation was started',
    (stage) => allRefused(stage, 'nothing', 'UNKNOWN'),
    IN_STEPS,
  );

  misuse(
    'step out of order',
    'of an operation of another client, which goes on',
    async (stage) => {
      const operation = await start(stage, stage.other);
      await allRefused(stage, operation, 'UNKNOWN');
      await stage.value(stage.other.ask('finish', { operation }));
    },
    IN_STEPS,
  );
});

describe('steps at once', () => {
  misuse(
    'operation used twice at once',
    'the second step harms nothing',
    async (stage) => {
      const { client, world } = stage;
      const operation = await start(stage);
      const first = client.ask('update', { operation, data: DATA });
      for (const ask of steps(operation)) {
        const refused = await stage.refused(ask, { steps: async () => undefined });
        expect(refused).toMatchObject({ cause: 'BUSY' });
      }
      await world.rest();
      expect(await first).toStrictEqual({ value: undefined });
      await stage.value(client.ask('finish', { operation }));
    },
    IN_STEPS,
  );
});

describe('those who may ask no more', () => {
  misuse('closed keystore', 'every call that the host still hears of', async (stage) => {
    const { client, other } = stage;
    const handle = stage.handle('stored');
    const attributes = stage.world.attributes('new', 'volatile');
    await stage.value(client.ask('close', {}));
    const asks: readonly Ask[] = [
      ...steps('any'),
      (its) => its.ask('generate', { attributes, ensure: false }),
      (its) => its.ask('import', { format: 'raw', data: new Uint8Array(32), attributes }),
      (its) => its.ask('open', { id: 'stored' }),
      (its) => its.ask('destroy', { id: 'stored' }),
      (its) => its.ask('purge', { id: 'stored' }),
      (its) => its.ask('copy', { id: 'stored', attributes: { id: 'copy', lifetime: 'volatile' } }),
      (its) => its.ask('list', { filter: {}, limit: 1 }),
      (its) => its.ask('sign', { handle, data: DATA }),
      (its) => its.ask('verify', { handle, signature: DATA, data: DATA }),
      (its) => its.ask('encrypt', { handle, data: DATA }),
      (its) => its.ask('decrypt', { handle, data: DATA }),
      (its) => its.ask('exportKey', { handle, format: 'raw' }),
      (its) => its.ask('exportPublicKey', { handle, format: 'spki' }),
      (its) => its.ask('start', { handle, purpose: 'sign' }),
      (its) => its.ask('abort', { operation: 'any' }),
      (its) => its.ask('events', { after: -1 }),
      (its) => its.ask('stats', {}),
      (its) => its.ask('cancel', { target: 1 }),
      (its) => its.ask('close', {}),
    ];
    for (const ask of asks) await stage.refused(ask);
    // Others are served as before.
    await stage.use(handle, other);
  });

  // There are no vaults yet.
  misuse.skip('locked vault', 'a key of a vault that is locked');
});
