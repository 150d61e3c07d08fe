// What is said of a change that may have taken effect, where nobody is left who can tell: never that nothing changed.
import { expect, onTestFinished, test, vi } from 'vitest';
import { Connection } from '../../../src/client/connection.ts';
import { Eviction } from '../../../src/client/eviction.ts';
import { Keystore } from '../../../src/client/keystore.ts';
import { recallBirth, rememberBirth } from '../../../src/client/persistence.ts';
import type { Place } from '../../../src/client/sending.ts';
import { KeystoreError, StoreMoved } from '../../../src/errors.ts';
import { type FakeHost, fakeHost } from '../fake-host.ts';

const failed = new Promise<never>(() => undefined);

const NOT_REACHED = new KeystoreError('SERVICE_FAILURE', 'No host can be reached. Nothing changed.');

/** A client that has its own hosts one after the other, and then none; and knows `others`. */
async function connected(homes: FakeHost[], ...others: FakeHost[]): Promise<Connection> {
  const left = [...homes];
  const connection = new Connection(`doubt-${crypto.randomUUID()}`, {
    home() {
      const host = left.shift();
      if (host === undefined) throw NOT_REACHED;
      return { port: host.port, failed };
    },
    reach({ boot }) {
      const host =
        others.find(({ where }) => where.boot === boot) ?? expect.unreachable('nobody has this boot');
      return { port: host.port, failed };
    },
  });
  onTestFinished(async () => void (await connection.close()));
  await connection.link();
  return connection;
}

/** A host that ends while it is asked for this. */
function dying(
  method: string,
  before: () => void = () => undefined,
  store: FakeHost['where'] | null = null,
): FakeHost {
  const host = fakeHost(store, (asked) => {
    if (asked !== method) return null;
    before();
    host.dies();
    return undefined;
  });
  return host;
}

/** A host that knows what became of a request; what else it is asked for is written down. */
function knowing(found: object | null, asked: string[] = []): FakeHost {
  return fakeHost(null, (method) => {
    asked.push(method);
    return method === 'outcome' ? found : null;
  });
}

const UNKNOWN = { code: 'COMMUNICATION_FAILURE', cause: 'HOST_DIED' };
const CREATE = { attributes: {}, ensure: false };
const IMPORT = { format: 'raw', data: null, attributes: {} };
const COPY = { id: 'a', generation: 'of a', attributes: {} };

test('G3 durable: a change is not denied because no host is reached after the one that may have made it', async () => {
  const destroyed = await connected([dying('destroy')]);
  await expect(destroyed.call('destroy', { id: 'a' })).rejects.toMatchObject(UNKNOWN);
  const created = await connected([dying('generate')]);
  await expect(created.call('generate', CREATE)).rejects.toMatchObject(UNKNOWN);
  // What changes nothing is told why.
  const opened = await connected([dying('open')]);
  await expect(opened.call('open', { id: 'a' })).rejects.toMatchObject({ code: 'SERVICE_FAILURE' });
});

test('G3 durable: an import that was aborted when its host died is told what became of it', async () => {
  const effect = { generation: 'imported' };
  const importing = async (...next: FakeHost[]): Promise<unknown> => {
    const controller = new AbortController();
    const connection = await connected([dying('import', () => controller.abort()), ...next]);
    return connection.call('import', IMPORT as never, { signal: controller.signal });
  };
  expect(await importing(knowing({ effect }))).toEqual(effect);
  await expect(importing()).rejects.toMatchObject(UNKNOWN);
  await expect(importing(knowing(null))).rejects.toThrow('Nothing changed');
});

test('G3 durable: a copy of a key that died with its host is found, if it was stored', async () => {
  const effect = { generation: 'copied' };
  const copying = async (...next: FakeHost[]): Promise<unknown> => {
    const host = dying('copy');
    const connection = await connected([host, ...next]);
    return connection.call('copy', COPY, {}, { place: { boot: host.where.boot } });
  };
  expect(await copying(knowing({ effect }))).toEqual(effect);
  await expect(copying(knowing(null))).rejects.toMatchObject({ code: 'INVALID_HANDLE' });
  await expect(copying()).rejects.toMatchObject(UNKNOWN);
});

test('G3 durable: a copy whose host gave the store up in the middle of it is found, if it was stored', async () => {
  const effect = { generation: 'copied' };
  const copying = async (found: object | null): Promise<unknown> => {
    const owner = knowing(found);
    const moved = new StoreMoved(true);
    const home = fakeHost(owner.where, (method) => (method === 'copy' ? moved : null));
    const connection = await connected([home], owner);
    return connection.call('copy', COPY, {}, { place: { boot: home.where.boot } });
  };
  expect(await copying({ effect })).toEqual(effect);
  await expect(copying(null)).rejects.toThrow('Nothing changed');
});

test('G3 durable: a change by id is not denied by hosts that are asked after the one that may have made it', async () => {
  const keeper = fakeHost(null, (method) => (method === 'copy' ? NOT_REACHED : null));
  const home = dying('copy', undefined, keeper.where);
  const connection = await connected([home, knowing(null)], keeper);
  await connection.call('stats', {});
  keeper.says({ keyslot: 'moved', store: home.where });
  await vi.waitFor(() => expect(connection.besides).toContain(keeper.where.boot));
  await connection.call('stats', {});
  expect(connection.besides).toEqual([keeper.where.boot]);
  const copy = connection.call('copy', { id: 'a', attributes: {} }, {}, { place: 'id' });
  await expect(copy).rejects.toMatchObject(UNKNOWN);
});

test('an aborted call that changes nothing does not wait for the next host', async () => {
  const controller = new AbortController();
  const host = dying('open', () => setTimeout(() => controller.abort('enough'), 10));
  const ways = [{ port: host.port, failed }, new Promise<never>(() => undefined)];
  const home = () => ways.shift() ?? expect.unreachable('a third host');
  const connection = new Connection('doubt', { home, reach: home });
  await connection.link();
  const { signal } = controller;
  await expect(connection.call('open', { id: 'a' }, { signal })).rejects.toBe('enough');
});

test('G3 durable: a key that died with its host is gone for who destroys it', async () => {
  const asked: string[] = [];
  const host = dying('destroy');
  const connection = await connected([host, knowing(null, asked)]);
  const destruction = connection.call(
    'destroy',
    { id: 'a', generation: 'of a' },
    {},
    { place: { boot: host.where.boot } },
  );
  await expect(destruction).rejects.toMatchObject({ code: 'INVALID_HANDLE' });
  expect(asked).not.toContain('destroy');
});

test.each(['by id', 'by handle'] as const)(
  'G3 durable: a change %s at a host that took its client for dead is made to no other key',
  async (how) => {
    const asked: string[] = [];
    const owner = knowing(null, asked);
    const home: FakeHost = fakeHost(owner.where, async (method) => {
      if (method !== 'destroy') return null;
      await home.stealsLock();
      return undefined;
    });
    const again = fakeHost(owner.where, () => new StoreMoved());
    const connection = await connected([home, again], owner);
    await connection.call('stats', {});
    asked.length = 0;
    const place: Place | 'id' = how === 'by id' ? 'id' : { boot: home.where.boot };
    const unknown = { code: 'COMMUNICATION_FAILURE', cause: 'LOCK_STOLEN' };
    await expect(connection.call('destroy', { id: 'a' }, {}, { place })).rejects.toMatchObject(unknown);
    expect(asked).not.toContain('destroy');
  },
);

test('listKeys: what a host kept is not listed once it has gone, and the rest is', async () => {
  const stored = { id: 'stored', attributes: null };
  const owner = fakeHost(null, (method) => (method === 'list' ? { keys: [stored] } : null));
  const home: FakeHost = fakeHost(owner.where, (method) => {
    if (method !== 'list') return null;
    home.dies();
    return undefined;
  });
  const connection = await connected([home, fakeHost(owner.where, () => null)], owner);
  await connection.call('stats', {});
  const keys = new Keystore(connection, { place: 'host', fallback: [] }, () => connection.close());
  const listed: unknown[] = [];
  for await (const key of keys.listKeys()) listed.push(key);
  expect(listed).toEqual([stored]);
});

test('eviction: a key is stored by another host than the one that was met, and what was before is told all the same', async () => {
  const store = `evicted-${crypto.randomUUID()}`;
  rememberBirth(store, 1);
  const eviction = new Eviction(store);
  // Its own host does not own the store, and so says nothing of it.
  eviction.meets({ born: null });
  eviction.keeps({ born: 2 });
  await vi.waitFor(() => expect(recallBirth(store)).toBe(2));
  expect(eviction.noticed).toEqual(expect.any(Number));
});
