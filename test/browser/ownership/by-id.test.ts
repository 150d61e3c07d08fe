// What an id means is asked of the hosts that may keep a key of it in memory, and last of the owner of the store.
import { expect, onTestFinished, test, vi } from 'vitest';
import { Connection } from '../../../src/client/connection.ts';
import { Links } from '../../../src/client/links.ts';
import { KeystoreError, StoreMoved } from '../../../src/errors.ts';
import { type FakeHost, fakeHost } from '../fake-host.ts';

const failed = new Promise<never>(() => undefined);

/** A client that knows its own host and the owner of the store. */
async function connected(home: FakeHost, ...others: FakeHost[]): Promise<Connection> {
  const connection = new Connection(`by-id-${crypto.randomUUID()}`, {
    home: () => ({ port: home.port, failed }),
    reach({ boot }) {
      const host =
        others.find(({ where }) => where.boot === boot) ?? expect.unreachable('nobody has this boot');
      return { port: host.port, failed };
    },
  });
  onTestFinished(async () => void (await connection.close()));
  await connection.link();
  await connection.call('stats', {});
  return connection;
}

/** What was asked about an id, of whom, and whether only about what is in memory. */
type Asked = [host: string, method: string, kept: boolean];

function listener(asked: Asked[], host: string, answer: () => unknown) {
  return (method: string, request: object): unknown => {
    if (!('id' in request)) return null;
    asked.push([host, method, 'kept' in request && request.kept === true]);
    return answer();
  };
}

test.each(['open', 'destroy', 'purge'] as const)(
  'G9 one owner: %s asks other hosts for what they keep, and the owner for all',
  async (method) => {
    const asked: Asked[] = [];
    const owner = fakeHost(
      null,
      listener(asked, 'owner', () => null),
    );
    const home = fakeHost(
      owner.where,
      listener(asked, 'home', () => new StoreMoved()),
    );
    const connection = await connected(home, owner);
    await connection.call(method, { id: 'a' }, {}, { place: 'id' });
    expect(asked).toEqual([
      ['home', method, true],
      ['owner', method, false],
    ]);
  },
);

test('G9 one owner: a host that gives the store up while others are asked is asked for what it keeps', async () => {
  const asked: Asked[] = [];
  const kept = { generation: 'of the kept key' };
  const next = fakeHost(
    null,
    listener(asked, 'next', () => ({ generation: 'of another' })),
  );
  const owner = fakeHost(
    null,
    listener(asked, 'owner', () => kept),
  );
  let connection: Connection | undefined;
  const slow = async (): Promise<StoreMoved> => {
    owner.says({ keyslot: 'moved', store: next.where });
    await vi.waitFor(() => expect(connection?.besides).toContain(owner.where.boot));
    return new StoreMoved();
  };
  const home = fakeHost(owner.where, listener(asked, 'home', slow));
  connection = await connected(home, owner, next);
  expect(await connection.call('open', { id: 'a' }, {}, { place: 'id' })).toEqual(kept);
  expect(asked).toEqual([
    ['home', 'open', true],
    ['owner', 'open', true],
  ]);
});

test('G9 one owner: a client’s own host is asked first for what it keeps, also as the owner, if there are others', async () => {
  const asked: Asked[] = [];
  const answers: unknown[] = [new StoreMoved(), null];
  const last = fakeHost(
    null,
    listener(asked, 'last', () => new StoreMoved()),
  );
  const home = fakeHost(
    last.where,
    listener(asked, 'home', () => answers.shift()),
  );
  const connection = await connected(home, last);
  // The store comes to its own host.
  last.says({ keyslot: 'moved', store: home.where });
  await vi.waitFor(() => expect(connection.besides).toContain(last.where.boot));
  await connection.call('stats', {});
  expect(connection.besides).toEqual([last.where.boot]);
  await connection.call('destroy', { id: 'a' }, {}, { place: 'id' });
  expect(asked).toEqual([
    ['home', 'destroy', true],
    ['last', 'destroy', true],
    ['home', 'destroy', false],
  ]);
});

test('G9 one owner: a way that leads to another host than it should is not followed for ever', async () => {
  const owner = { boot: crypto.randomUUID(), topology: 'elected', url: '', worker: '' } as const;
  const home = fakeHost(owner, () => owner);
  // Each time the same one, which knows better.
  const astray = fakeHost(owner, () => owner);
  const links = new Links(
    `astray-${crypto.randomUUID()}`,
    {
      home: () => ({ port: home.port, failed }),
      reach: () => ({ port: astray.more(), failed }),
    },
    {},
  );
  onTestFinished(() => links.end(() => new KeystoreError('BAD_STATE', 'The test is over.')));
  await expect(links.store(300)).rejects.toMatchObject({ cause: 'NO_OWNER' });
  expect(links.all.map(({ welcome }) => welcome.boot)).toEqual([home.where.boot, astray.where.boot]);
});
