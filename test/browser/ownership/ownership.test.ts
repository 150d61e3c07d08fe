// Who should have a store: real locks, real channels, several hosts that want it.
import { expect, onTestFinished, test, vi } from 'vitest';
import { StoreMoved } from '../../../src/errors.ts';
import { hold, isHeld, isWanted } from '../../../src/host/locks.ts';
import { Ownership, storeLockName } from '../../../src/host/ownership.ts';
import { hostsOfThisWorker } from '../../../src/host/start.ts';
import { clientLockName, hello } from '../../../src/rpc/handshake.ts';
import type { Owner } from '../../../src/store/owner.ts';

/** A host as its ownership sees it: what is asked of it, in order. */
class Wanting {
  readonly self: Owner;
  readonly ownership: Ownership;
  readonly told: string[] = [];
  /** Holds up what it is asked for next. */
  gate: Promise<void> = Promise.resolve();
  /** Makes the next taking fail. */
  refuses: Error | undefined;

  constructor(store: string, build: string, silence?: number) {
    this.self = { boot: crypto.randomUUID(), build, url: '/w.js', worker: 'w', topology: 'shared' };
    this.ownership = new Ownership(
      store,
      this.self,
      {
        take: async (stolen) => {
          this.told.push(stolen ? 'steal' : 'take');
          await this.gate;
          const error = this.refuses;
          this.refuses = undefined;
          if (error !== undefined) throw error;
          return () => void this.told.push('serve');
        },
        leave: async () => {
          this.told.push('leave');
          await this.gate;
        },
        moved: (next) => void this.told.push(`moved ${next?.build ?? 'somewhere'}`),
      },
      silence,
    );
    onTestFinished(() => this.ownership.abandon());
  }

  async owner(): Promise<string> {
    return (await this.ownership.locate()).boot;
  }
}

const fresh = (): string => `test-${crypto.randomUUID()}`;

function gate(): { promise: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

test('the first host that is asked owns the store, and others of its build are told where it is', async () => {
  const store = fresh();
  const [first, second] = [new Wanting(store, '1.0.0'), new Wanting(store, '1.0.0')];
  expect(await first.owner()).toBe(first.self.boot);
  expect([await second.owner(), await second.owner()]).toEqual([first.self.boot, first.self.boot]);
  expect([first.told, second.told]).toEqual([['take', 'serve'], []]);
  // Who does not get it does not stay in the queue for it.
  expect(await isWanted(storeLockName(store))).toBe(false);
});

test('of two that begin at once one owns it', async () => {
  const store = fresh();
  const hosts = [new Wanting(store, '1.0.0'), new Wanting(store, '1.0.0'), new Wanting(store, '1.0.0')];
  const owners = new Set(await Promise.all(hosts.map((host) => host.owner())));
  expect(owners.size).toBe(1);
  expect(hosts.flatMap(({ told }) => told)).toEqual(['take', 'serve']);
});

test('a newer build gets it, an older one does not, and the newer gone, the older owns it again', async () => {
  const store = fresh();
  const [old, next] = [new Wanting(store, '1.9.0'), new Wanting(store, '1.10.0')];
  await old.owner();
  expect(await next.owner()).toBe(next.self.boot);
  expect(old.told).toEqual(['take', 'serve', 'leave', 'moved 1.10.0']);
  expect([await old.owner(), await old.owner()]).toEqual([next.self.boot, next.self.boot]);
  expect(next.told).toEqual(['take', 'serve']);
  await next.ownership.abandon();
  expect(next.told).toEqual(['take', 'serve', 'leave', 'moved somewhere']);
  expect(await old.owner()).toBe(old.self.boot);
  expect(old.told.slice(4)).toEqual(['take', 'serve']);
});

test('nobody is sent to a host that only takes the store yet, and nobody takes it from one that leaves it', async () => {
  const store = fresh();
  const [old, next] = [new Wanting(store, '1.0.0'), new Wanting(store, '2.0.0')];
  const taking = gate();
  old.gate = taking.promise;
  const asked: string[] = [];
  const first = old.owner().then((boot) => asked.push(boot));
  await vi.waitFor(() => expect(old.told).toEqual(['take']));
  const second = old.owner().then((boot) => asked.push(boot));
  expect(old.ownership.owns).toBe(false);
  taking.open();
  await Promise.all([first, second]);
  expect(asked).toEqual([old.self.boot, old.self.boot]);

  const leaving = gate();
  old.gate = leaving.promise;
  const found = next.owner();
  await vi.waitFor(() => expect(old.told).toContain('leave'));
  expect([next.told, old.ownership.owns]).toEqual([[], false]);
  leaving.open();
  expect(await found).toBe(next.self.boot);
});

test('an owner that is silent is robbed', async () => {
  const store = fresh();
  const lost = vi.fn();
  // It holds the lock, and hears nothing.
  await hold(storeLockName(store), {}, lost);
  const host = new Wanting(store, '1.0.0', 50);
  expect(await host.owner()).toBe(host.self.boot);
  expect(host.told).toEqual(['steal', 'serve']);
  expect(lost).toHaveBeenCalledOnce();
});

test('a host that takes long does not rob itself', async () => {
  const host = new Wanting(fresh(), '1.0.0', 50);
  const taking = gate();
  host.gate = taking.promise;
  const found = host.owner();
  // Many times as long as it is allowed to be silent.
  setTimeout(taking.open, 500);
  expect(await found).toBe(host.self.boot);
  expect(host.told).toEqual(['take', 'serve']);
});

test('a host that stands again while it still leaves the store serves it afterwards', async () => {
  const store = fresh();
  const host = new Wanting(store, '1.0.0');
  await host.owner();
  const leaving = gate();
  host.gate = leaving.promise;
  // Its page froze while a key was in use, and thaws before that has ended.
  host.ownership.withdraw();
  void host.ownership.abandon(true);
  host.ownership.stand();
  await vi.waitFor(async () => expect(await isHeld(storeLockName(store))).toBe(false));
  leaving.open();
  await vi.waitFor(() => expect(host.ownership.owns).toBe(true), { timeout: 5_000 });
  expect(host.told).toEqual(['take', 'serve', 'leave', 'moved somewhere', 'take', 'serve']);
});

test('a host whose taking was overtaken stands again, however late that has ended', async () => {
  const host = new Wanting(fresh(), '1.0.0');
  const taking = gate();
  host.gate = taking.promise;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  host.ownership.stand();
  await vi.waitFor(() => expect(host.told).toEqual(['take']));
  // Its page freezes and thaws; the taking goes on.
  host.gate = Promise.resolve();
  host.ownership.withdraw();
  await host.ownership.abandon(true);
  host.ownership.stand();
  await vi.advanceTimersByTimeAsync(2_000);
  taking.open();
  await vi.waitFor(() => expect(host.ownership.owns).toBe(true), { timeout: 5_000 });
  expect(host.told).toEqual(['take', 'leave', 'moved somewhere', 'take', 'serve']);
});

test('a lock that is granted while the store is still being left is taken after that, or given back', async () => {
  const store = fresh();
  const host = new Wanting(store, '1.0.0', 50);
  await host.owner();
  const leaving = gate();
  host.gate = leaving.promise;
  const thief = await hold(storeLockName(store), { steal: true });
  await vi.waitFor(() => expect(host.told).toContain('leave'));
  host.ownership.stand();
  const found = host.owner();
  thief();
  leaving.open();
  expect(await found).toBe(host.self.boot);
  expect(host.told).toEqual(['take', 'serve', 'leave', 'moved somewhere', 'take', 'serve']);
});

test('one that answers is not, and who is robbed leaves and finds the thief', async () => {
  const store = fresh();
  const host = new Wanting(store, '1.0.0', 50);
  await host.owner();
  const other = new Wanting(store, '1.0.0', 50);
  expect(await other.owner()).toBe(host.self.boot);
  const thief = await hold(storeLockName(store), { steal: true });
  await vi.waitFor(() => expect(host.told).toEqual(['take', 'serve', 'leave', 'moved somewhere']));
  thief();
  expect(await other.owner()).toBe(other.self.boot);
  expect(await host.owner()).toBe(other.self.boot);
});

test('what fails while it takes the store gives it back; what was lost meanwhile is looked for anew', async () => {
  const store = fresh();
  const host = new Wanting(store, '1.0.0');
  host.refuses = new Error('the database cannot be opened');
  await expect(host.ownership.locate()).rejects.toThrow('cannot be opened');
  expect(host.told).toEqual(['take', 'leave', 'moved somewhere']);
  host.refuses = new StoreMoved();
  expect(await host.owner()).toBe(host.self.boot);
  expect(host.told.slice(3)).toEqual(['take', 'leave', 'moved somewhere', 'take', 'serve']);
});

test('words alone move nobody out', async () => {
  const store = fresh();
  const host = new Wanting(store, '1.0.0');
  await host.owner();
  const channel = new BroadcastChannel(`keyslot:owner:${store}`);
  onTestFinished(() => channel.close());
  const answered = new Promise<unknown>((resolve) => {
    channel.onmessage = ({ data }) => resolve(data);
  });
  const by = { ...host.self, boot: 'another', build: '9.0.0' };
  for (const junk of [
    null,
    'wanted',
    { keyslot: 'wanted' },
    { keyslot: 'wanted', by: { boot: 1 }, question: '?' },
  ]) {
    channel.postMessage(junk);
  }
  channel.postMessage({ keyslot: 'wanted', by });
  channel.postMessage({ keyslot: 'wanted', by, question: 'who?' });
  expect(await answered).toEqual({ keyslot: 'owned', by: host.self, to: 'who?', yields: false });
  expect(host.told).toEqual(['take', 'serve']);
});

/** A database that cannot be opened until it is let go of: it is of an older schema, and another holds it. */
async function heldBack(store: string): Promise<() => void> {
  const request = indexedDB.open(`keyslot:${store}`, 1);
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    request.onupgradeneeded = () => {
      request.result.createObjectStore('keys', { keyPath: 'id' });
      request.result.createObjectStore('probe');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return () => database.close();
}

test('a host whose page freezes while it opens the store takes it when the page thaws', async () => {
  const store = fresh();
  const letGo = await heldBack(store);
  const address = { url: '/w.js', worker: 'w' };
  const greeting = hello(store, clientLockName(), {});
  const { host, ownership } = await hostsOfThisWorker({ topology: 'elected', address })(greeting);
  onTestFinished(() => ownership.abandon());
  ownership.stand();
  await vi.waitFor(async () => expect(await isHeld(storeLockName(store))).toBe(true));
  ownership.withdraw();
  void ownership.abandon(true);
  await vi.waitFor(async () => expect(await isHeld(storeLockName(store))).toBe(false));
  letGo();
  ownership.stand();
  await vi.waitFor(() => expect(ownership.owns).toBe(true), { timeout: 8_000 });
  expect((await ownership.locate()).boot).toBe(host.boot);
});
