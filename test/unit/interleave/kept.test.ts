// Whoever does not know which host has the key of an id asks each for what it has in its memory first. A host that owns the
// store by then must not take such a question for one about the store.
import { describe, expect, it } from 'vitest';
import { close } from '../../../src/host/protocols/close.ts';
import { serviceFor } from '../../../src/host/service.ts';
import type { Lifetime, Method, Reply } from '../../../src/rpc/protocol.ts';
import type { Client } from './client.ts';
import { World } from './world.ts';

const METHODS = ['open', 'destroy', 'purge', 'copy'] as const satisfies readonly Method[];
const MOVED = { error: { code: 'MOVED' } };

/** Asks for what the host keeps of the id `a`. A copy would have the id `c`. */
async function askKept(
  world: World,
  { session }: Client,
  method: Method,
  lifetime: Lifetime = 'persistent',
): Promise<Reply> {
  const service = serviceFor(world.host, session, {
    accept: () => undefined,
    close: (call) => close(world.host, call),
    locate: () => Promise.resolve(null),
  });
  const { multipart: _, algorithm: __, usages: ___, ...attributes } = world.attributes('c', lifetime);
  const request = { call: 1_000, id: 'a', kept: true };
  const reply = service[method](method === 'copy' ? { ...request, attributes } : request);
  await world.rest();
  return reply;
}

async function created(lifetime: Lifetime): Promise<{ world: World; client: Client }> {
  const world = new World();
  const client = world.client();
  await world.begin(client.create('a', lifetime));
  await world.rest();
  return { world, client };
}

describe.each(METHODS)('%s by id, of what a host keeps', (method) => {
  it.each([true, false])('is no question about a stored key (cached %s)', async (cached) => {
    const world = new World();
    const handle = world.seed('a', 101);
    const client = world.client();
    if (cached) {
      await world.begin(client.use(handle));
      await world.rest();
    }
    expect(await askKept(world, client, method)).toMatchObject(MOVED);
    expect([...world.database.records.keys()]).toStrictEqual(['a']);
    expect(world.host.table.counts().states.FULL).toBe(cached ? 1 : 0);
  });

  it('nor about one that is not there', async () => {
    const world = new World();
    expect(await askKept(world, world.client(), method)).toMatchObject(MOVED);
  });

  it.each(['session', 'volatile'] as const)('is answered of a %s key', async (lifetime) => {
    const { world, client } = await created(lifetime);
    const reply = await askKept(world, client, method);
    if (method === 'purge') expect(reply).toMatchObject({ error: { code: 'INVALID_ARGUMENT' } });
    else expect(reply).toHaveProperty('value');
    const left = method === 'destroy' ? 0 : method === 'copy' ? 2 : 1;
    expect(world.host.table.counts().states.FULL).toBe(left);
  });
});

it('a copy by id, of what a host keeps, is sent on also by one that has no room for it', async () => {
  const world = new World();
  world.seed('a', 101);
  const client = world.client();
  while (world.host.table.counts().states.FULL < 16) {
    await world.begin(client.create(`key ${world.host.table.counts().states.FULL}`, 'volatile'));
    await world.rest();
  }
  expect(await askKept(world, client, 'copy', 'volatile')).toMatchObject(MOVED);
});
