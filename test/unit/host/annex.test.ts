// A part of the host loads behind its first calls: a call that needs it earlier waits for it, and is as any other call.
import { beforeEach, expect, it, vi } from 'vitest';
import { Call } from '../../../src/host/call.ts';
import { realClock } from '../../../src/host/clock.ts';
import type { Host } from '../../../src/host/host.ts';
import { Session } from '../../../src/host/session.ts';
import type { RecordStore } from '../../../src/store/store.ts';

const ANNEX = '../../../src/host/handlers/annex.ts';
const newCall = () => new Call(new Session(1, false), realClock(), 1_000);

beforeEach(() => {
  vi.resetModules();
  vi.doUnmock(ANNEX);
});

const loader = () => import('../../../src/host/handlers/load.ts');

it('a call that was cancelled while the annex was loading does not begin', async () => {
  const { withAnnex } = await loader();
  const call = newCall();
  const work = vi.fn();
  const answer = withAnnex(call, work);
  call.cancel('aborted');
  await expect(answer).rejects.toThrow(call.cancellation());
  expect(work).not.toHaveBeenCalled();
});

it('a call that waits for an annex that never comes ends by its deadline, or at once where it is cancelled', async () => {
  vi.doMock(ANNEX, () => new Promise(() => undefined));
  const { withAnnex } = await loader();
  const work = vi.fn();
  const late = new Call(new Session(1, false), realClock(), 10);
  await expect(withAnnex(late, work)).rejects.toMatchObject({
    code: 'INSUFFICIENT_MEMORY',
    cause: 'DEADLINE',
  });
  const aborted = newCall();
  const answer = withAnnex(aborted, work);
  aborted.cancel('aborted');
  await expect(answer).rejects.toThrow(aborted.cancellation());
  expect(work).not.toHaveBeenCalled();
});

it('an import that waits for the annex counts as running: whoever asks for its outcome waits for it', async () => {
  vi.doMock(ANNEX, () => new Promise(() => undefined));
  const { serviceFor } = await import('../../../src/host/service.ts');
  const { Once } = await import('../../../src/host/once.ts');
  // Of a host, what these two calls reach.
  const host = { once: new Once(), clock: realClock() } as unknown as Host;
  const ends = { accept: vi.fn(), close: vi.fn(), locate: vi.fn() };
  const service = serviceFor(host, new Session(1, false), ends);
  const request = 'import-of-a-test';
  const attributes = { id: 'a', lifetime: 'volatile', algorithm: 'Ed25519', usages: ['sign'] };
  void service.import({ call: 1, request, format: 'raw', data: new Uint8Array(32), attributes });
  const told = vi.fn();
  void service.outcome({ call: 2, request, age: 0 }).then(told);
  await new Promise((resolve) => setTimeout(resolve));
  expect(told).not.toHaveBeenCalled();
});

it('a copy that is asked for again is told what became of it before anything loads', async () => {
  vi.doMock(ANNEX, () => {
    throw new TypeError('404');
  });
  const { serviceFor } = await import('../../../src/host/service.ts');
  const { Once } = await import('../../../src/host/once.ts');
  const effect = { generation: 'of the copy' };
  // Of a host, what these calls reach: a store that remembers what an earlier host has made.
  const once = Object.assign(new Once(), { find: async () => ({ effect }) });
  const host = { once, clock: realClock() } as unknown as Host;
  const ends = { accept: vi.fn(), close: vi.fn(), locate: vi.fn() };
  const service = serviceFor(host, new Session(1, false), ends);
  const copy = { request: 'the-copy-of-a-test', id: 'a', attributes: { id: 'b', lifetime: 'persistent' } };
  expect(await service.copy({ call: 1, ...copy, age: 10 })).toEqual({ value: effect });
  expect(await service.copy({ call: 2, ...copy })).toMatchObject({ error: { code: 'SERVICE_FAILURE' } });
});

it('Argon2’s secret value is cleared, also where the derivation never begins', async () => {
  vi.doMock(ANNEX, () => {
    throw new TypeError('404');
  });
  const { serviceFor } = await import('../../../src/host/service.ts');
  const host = { clock: realClock() } as unknown as Host;
  const ends = { accept: vi.fn(), close: vi.fn(), locate: vi.fn() };
  const service = serviceFor(host, new Session(1, false), ends);
  const secretValue = Uint8Array.of(1, 2, 3);
  const handle = { id: 'a', generation: 'g' };
  const reply = await service.deriveBits({ call: 1, handle, length: 8, params: { secretValue } });
  expect(reply).toMatchObject({ error: { code: 'SERVICE_FAILURE' } });
  expect(secretValue).toStrictEqual(new Uint8Array(3));
});

it('who asks for events hears what changes while the annex loads', async () => {
  let load = (): void => undefined;
  const asked = new Promise<void>((resolve) => (load = resolve));
  vi.doMock(ANNEX, async () => {
    await asked;
    return vi.importActual(ANNEX);
  });
  const { serviceFor } = await import('../../../src/host/service.ts');
  const host = { clock: realClock() } as unknown as Host;
  const ends = { accept: vi.fn(), close: vi.fn(), locate: vi.fn() };
  const service = serviceFor(host, new Session(1, false), ends);
  const answer = service.events({ call: 1, after: -1 });
  const change = { at: Date.now(), kind: 'cache', from: 'EMPTY', to: 'FILLING', id: 'a' } as const;
  host.events?.add(change, null);
  load();
  expect(await answer).toStrictEqual({
    value: { events: [{ ...change, number: 1 }], last: 1, missed: 0 },
  });
  const next = service.events({ call: 2, after: 1 });
  host.events?.add(change, null);
  expect(await next).toMatchObject({ value: { last: 2, missed: 0 } });
});

it('what waits for an annex that never comes keeps no more than so many events', async () => {
  const { Early } = await import('../../../src/host/early.ts');
  const { Events } = await import('../../../src/host/events.ts');
  const early = new Early();
  for (let number = 0; number < 10_000; number += 1)
    early.add({ at: 0, kind: 'cache', from: 'EMPTY', to: 'FILLING', id: null }, null);
  expect(early.kept.length).toBeLessThanOrEqual(4096);
  const { last, missed, events } = await new Events(early).next(newCall(), 0);
  expect([missed + events.length, events[0]?.number]).toStrictEqual([last, missed + 1]);
});

it('the annex is used in the step of the call, once it is there', async () => {
  const { loadAnnex, withAnnex } = await loader();
  const loaded = await loadAnnex();
  expect(withAnnex(newCall(), (annex) => annex)).toBe(loaded);
});

it('calls that wait for the annex begin in their order', async () => {
  const { withAnnex } = await loader();
  const begun: number[] = [];
  await Promise.all([1, 2, 3].map((number) => withAnnex(newCall(), () => begun.push(number))));
  expect(begun).toEqual([1, 2, 3]);
});

it('where it cannot be loaded, the call is told so, and the next tries again', async () => {
  vi.doMock(ANNEX, () => {
    throw new TypeError('404');
  });
  const { loadAnnex, withAnnex } = await loader();
  const error = { name: 'KeystoreError', code: 'SERVICE_FAILURE' };
  await expect(withAnnex(newCall(), () => undefined)).rejects.toMatchObject(error);
  vi.doUnmock(ANNEX);
  expect(Object.keys(await loadAnnex())).toContain('annex');
});

it('what a call sent is cleared, also where the call never begins', async () => {
  const { serviceFor } = await import('../../../src/host/service.ts');
  const { Host } = await import('../../../src/host/host.ts');
  const { drivers } = await import('../../../src/drivers/index.ts');
  const host = new Host({
    boot: 'boot',
    store: {} as RecordStore,
    drivers,
    clock: realClock(),
    natives: { variants: new Set(), believed: 0, prove: () => undefined },
    capabilities: { algorithms: {} },
    sizes: { cacheSize: 1, pinnedSize: 1, ceiling: 16, operations: 1, lanes: 2 },
  });
  const service = serviceFor(host, host.newSession(), {
    accept: () => undefined,
    close: () => Promise.resolve({ operations: 0 }),
    locate: () => Promise.resolve(null),
  });
  const data = new Uint8Array(32).fill(7);
  const attributes = {
    lifetime: 'session',
    algorithm: { name: 'HMAC', hash: 'SHA-256' },
    usages: ['sign'],
  };
  const answer = service.import({ call: 1, format: 'raw', data, attributes });
  await service.cancel({ call: 2, target: 1 });
  expect(await answer).toMatchObject({ error: { code: 'ABORTED' } });
  expect(data).toEqual(new Uint8Array(32));
});
