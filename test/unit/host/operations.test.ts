// Which operation has to go when there is no room for another: of the session with the most, the eldest, and none that is
// computing while there are others. A name reaches its own operation, and only for the client that was given it.
import { describe, expect, it } from 'vitest';
import { settled } from '../interleave/agenda.ts';
import type { Client } from '../interleave/client.ts';
import { Judge } from '../interleave/judge.ts';
import { World } from '../interleave/world.ts';

const DATA = new Uint8Array([1]);

interface Scene {
  readonly world: World;
  readonly clients: readonly [Client, Client, Client, Client];
  start(client: Client): Promise<string>;
  finish(client: Client, operation: string): Promise<unknown>;
}

/** A host with room for so many operations, a key for them, and four clients. */
function scene(operations: number): Scene {
  const world = new World({ multipart: true, operations });
  new Judge(world).step();
  const handle = world.seed('a', 101);
  const answer = async <T>(asked: Promise<T>): Promise<T> => {
    await world.rest();
    return asked;
  };
  return {
    world,
    clients: [world.client(), world.client(), world.client(), world.client()],
    start: async (client) => (await answer(client.start(handle))) ?? expect.unreachable(),
    finish: async (client, operation) => {
      const reply = await answer(client.ask('finish', { operation }));
      return 'error' in reply ? reply.error.cause : 'OK';
    },
  };
}

describe('operations: at the bound', () => {
  it('the session with the most of them loses one, and of those the eldest', async () => {
    const { clients, start, finish } = scene(4);
    const [p1, p2, p3] = clients;
    const eldest = await start(p1);
    const [first, second, third] = [await start(p2), await start(p2), await start(p2)];
    const last = await start(p3);
    expect(await finish(p2, first)).toBe('PRUNED');
    for (const [client, operation] of [
      [p1, eldest] as const,
      [p2, second],
      [p2, third],
      [p3, last],
    ] as const) {
      expect(await finish(client, operation)).toBe('OK');
    }
  });

  it('among sessions with as many each, the eldest of all goes', async () => {
    const { world, clients, start, finish } = scene(3);
    const [p1, p2, p3, p4] = clients;
    const [first, second, third] = [await start(p1), await start(p2), await start(p3)];
    const fourth = await start(p4);
    expect(world.host.operations.size).toBe(3);
    expect(await finish(p1, first)).toBe('PRUNED');
    for (const [client, operation] of [[p2, second] as const, [p3, third], [p4, fourth]] as const) {
      expect(await finish(client, operation)).toBe('OK');
    }
  });

  it('one that is computing is spared while there are others', async () => {
    const { world, clients, start, finish } = scene(2);
    const [p1, p2] = clients;
    const [eldest, other] = [await start(p1), await start(p1)];
    // The start is first in the lane; by then the step waits behind it.
    const started = p2.ask('start', { handle: { id: 'a', generation: keyOf(world) }, purpose: 'sign' });
    await settled();
    const updated = p1.ask('update', { operation: eldest, data: DATA });
    await settled();
    await world.rest();
    expect([await started, await updated]).toStrictEqual([
      { value: expect.any(String) },
      { value: undefined },
    ]);
    expect(await finish(p1, other)).toBe('PRUNED');
    expect(await finish(p1, eldest)).toBe('OK');
  });
});

describe('operations: a name', () => {
  it('reaches its own operation, whichever others its client has', async () => {
    const { world, clients, start, finish } = scene(3);
    const [p1] = clients;
    const [first, second] = [await start(p1), await start(p1)];
    expect(await finish(p1, second)).toBe('OK');
    expect(await finish(p1, second)).toBe('FINISHED');
    expect(await finish(p1, 'f'.repeat(32))).toBe('UNKNOWN');
    await p1.abort(second);
    expect(world.host.operations.size).toBe(1);
    expect(await finish(p1, first)).toBe('OK');
  });

  it('is unknown to every other client, who can neither go on with it nor end it', async () => {
    const { world, clients, start, finish } = scene(3);
    const [p1, p2] = clients;
    const operation = await start(p1);
    expect(await finish(p2, operation)).toBe('UNKNOWN');
    await p2.abort(operation);
    expect(world.host.operations.size).toBe(1);
    expect(await finish(p1, operation)).toBe('OK');
  });
});

function keyOf({ initial }: World): string {
  return initial.get('shared/a')?.generation ?? expect.unreachable();
}
