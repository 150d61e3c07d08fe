// Many calls on one port go together, and nothing else of what they promise changes (docs/decisions/0028).
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect, type Remote, type Service, serve } from '../../../src/rpc/endpoint.ts';
import { MAX_PARCEL } from '../../../src/rpc/parcels.ts';
import type { Port } from '../../../src/rpc/port.ts';
import type { Method, Reply } from '../../../src/rpc/protocol.ts';
import { METHOD_NAMES } from './methods.ts';

const MANY = 8;

/** A port that keeps what is posted on it. */
class Recorded implements Port {
  readonly posted: unknown[] = [];
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  addEventListener(...args: Parameters<Port['addEventListener']>): void {
    this.#port.addEventListener(...args);
  }

  removeEventListener(...args: Parameters<Port['removeEventListener']>): void {
    this.#port.removeEventListener(...args);
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    // A clone: what is changed later was not posted.
    this.posted.push(structuredClone(message));
    this.#port.postMessage(message, transfer);
  }

  start(): void {
    this.#port.start();
  }

  close(): void {
    this.#port.close();
  }

  get lengths(): number[] {
    return this.posted.map((message) => (Array.isArray(message) ? message.length : 0));
  }
}

interface Asked {
  readonly method: Method;
  readonly request: { readonly call: number };
  readonly answer: (value: unknown) => void;
}

const ports: Port[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** @param onAsked - answers at once with what it returns; `undefined` leaves it to `Asked.answer`. */
function pair(onAsked: (asked: Asked) => unknown = () => undefined) {
  const { port1, port2 } = new MessageChannel();
  const [host, client] = [new Recorded(port1), new Recorded(port2)];
  ports.push(host, client);
  const asked: Asked[] = [];
  const told = new Set<() => void>();
  const method = (name: string) => async (request: unknown) =>
    new Promise<Reply>((resolve) => {
      const its = {
        method: name as Method,
        request: request as Asked['request'],
        answer: (value: unknown) => resolve({ value }),
      };
      asked.push(its);
      const value = onAsked(its);
      if (value !== undefined) its.answer(value);
      for (const look of told) look();
    });
  const tell = serve(host, Object.fromEntries(METHOD_NAMES.map((name) => [name, method(name)])) as Service);
  const remote = connect(client, () => undefined);
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = (): void => void (holds() && resolve());
      told.add(look);
      look();
    });
  return { remote, host, client, port: port2, asked, until, tell };
}

const data = (byte: number, length = 4) => new Uint8Array(length).fill(byte);

function sign(remote: Remote, call: number, bytes = data(call)) {
  const handle = { id: 'a', generation: '' };
  return remote.call('sign', { call, handle, data: bytes } as never, []);
}

/** Of the event loop: what has been answered is with the outbox by then. */
function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  return new Promise((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('calls of a client', () => {
  it('that are few go one by one, in the step of the call', () => {
    const { remote, client } = pair();
    for (const call of numbers(MANY)) {
      void sign(remote, call);
      expect(client.lengths).toStrictEqual(numbers(call + 1).map(() => 0));
    }
  });

  it('of other kinds make none wait', () => {
    const { remote, client } = pair();
    for (const call of numbers(MANY)) void remote.call('events', { call, after: 0 } as never, []);
    void sign(remote, 100);
    expect(client.lengths).toStrictEqual(numbers(MANY + 1).map(() => 0));
  });

  it('that are many go together after the step, each with its own answer', async () => {
    const { remote, client } = pair(({ request }) => request.call);
    const answers = numbers(MANY + 5).map((call) => sign(remote, call));
    expect(client.lengths).toStrictEqual(numbers(MANY).map(() => 0));
    expect(await Promise.all(answers)).toStrictEqual(numbers(MANY + 5).map((value) => ({ value })));
    expect(client.lengths.slice(MANY)).toStrictEqual([5]);
  });

  it('come in the order in which they were made, also where one changes something', async () => {
    const { remote, asked, until } = pair();
    for (const call of numbers(MANY + 3)) void sign(remote, call);
    void remote.call('destroy', { call: 100, id: 'a' } as never, []);
    void sign(remote, 101);
    await until(() => asked.length === MANY + 5);
    expect(asked.map(({ request }) => request.call)).toStrictEqual([...numbers(MANY + 3), 100, 101]);
  });

  it('that change something are never held back', () => {
    const { remote, client } = pair();
    for (const call of numbers(MANY)) void sign(remote, call);
    for (const method of ['destroy', 'generate', 'deriveKey', 'close', 'cancel'] as const) {
      const before = client.posted.length;
      void remote.call(method, { call: 200 } as never, []);
      expect(client.posted).toHaveLength(before + 1);
      expect(client.lengths.at(-1)).toBe(0);
    }
  });

  it('with long data go at once, after those that were held back', () => {
    const { remote, client } = pair();
    for (const call of numbers(MANY + 2)) void sign(remote, call);
    const long = data(7, 100_000);
    const request = { call: 300, data: long };
    expect(remote.holds('sign', request)).toBe(false);
    expect(remote.holds('sign', { call: 300, data: data(1) })).toBe(true);
    void remote.call('sign', request as never, []);
    expect(client.lengths).toStrictEqual([...numbers(MANY).map(() => 0), 2, 0]);
  });

  it('with bytes to be moved go at once', () => {
    const { remote, client } = pair();
    for (const call of numbers(MANY)) void sign(remote, call);
    const bytes = data(1);
    const posted = new Set([bytes]);
    void remote.call('digest', { call: 300, data: bytes } as never, [bytes.buffer]);
    expect(posted.has(bytes) && bytes.byteLength).toBe(0);
    expect(client.lengths.at(-1)).toBe(0);
  });

  it('fill parcels that are no longer than they may be', async () => {
    const { remote, client } = pair(() => true);
    const count = MANY + 2 * MAX_PARCEL + 1;
    await Promise.all(numbers(count).map((call) => sign(remote, call)));
    expect(client.lengths.slice(MANY, MANY + 3)).toStrictEqual([MAX_PARCEL, MAX_PARCEL, 1]);
  });

  it('do not suffer from one among them that cannot be posted', async () => {
    const { remote } = pair(({ request }) => request.call);
    const answers = numbers(MANY + 4).map((call) => sign(remote, call));
    const broken = remote.call('sign', { call: 400, params: { hash: () => 0 } } as never, []);
    const last = sign(remote, 500);
    await expect(broken).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await Promise.all([...answers, last])).toStrictEqual(
      [...numbers(MANY + 4), 500].map((value) => ({ value })),
    );
  });
});

describe('a host', () => {
  it('answers a call alone at once', async () => {
    const { remote, host } = pair(() => true);
    await sign(remote, 1);
    expect(host.lengths).toStrictEqual([0]);
  });

  it('answers many together', async () => {
    const { remote, host, asked, until } = pair();
    const answers = numbers(MANY + 6).map((call) => sign(remote, call));
    await until(() => asked.length === MANY + 6);
    for (const { answer, request } of asked) answer(request.call);
    expect(await Promise.all(answers)).toStrictEqual(numbers(MANY + 6).map((value) => ({ value })));
    expect(host.lengths).toStrictEqual([...numbers(MANY).map(() => 0), 6]);
  });

  it('answers one of many, though another takes long', async () => {
    const { remote, asked, until } = pair();
    const answers = numbers(MANY + 2).map((call) => sign(remote, call));
    await until(() => asked.length === MANY + 2);
    asked.at(-1)?.answer('one');
    expect(await answers.at(-1)).toStrictEqual({ value: 'one' });
  });

  it('answers at once what nothing else could go with', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { remote, asked, until } = pair();
    // The first take long, and came by themselves.
    const answers = numbers(MANY + 1).map((call) => sign(remote, call));
    await until(() => asked.length === MANY + 1);
    asked.at(-1)?.answer('last');
    expect(await answers.at(-1)).toStrictEqual({ value: 'last' });
  });

  it('answers what changes something at once, after what it held back', async () => {
    const { remote, host, asked, until } = pair();
    for (const call of numbers(MANY + 2)) void sign(remote, call);
    const destroyed = remote.call('destroy', { call: 100, id: 'a' } as never, []);
    await until(() => asked.length === MANY + 3);
    for (const { answer, method } of asked.slice(MANY)) answer(method);
    await destroyed;
    expect(host.lengths).toStrictEqual([2, 0]);
  });

  it('refuses in a parcel what it refuses outside, and calls the rest', async () => {
    const { port, asked, until } = pair(() => true);
    const answers = new Promise<{ id: string; value: object }[]>((resolve) => {
      const all: { id: string; value: object }[] = [];
      port.addEventListener('message', ({ data: said }: MessageEvent) => {
        all.push(...[said].flat());
        if (all.length === 3) resolve(all);
      });
      port.start();
    });
    const call = { type: 'APPLY', path: ['sign'], argumentList: [{ type: 'RAW', value: { call: 1 } }] };
    port.postMessage([
      { ...call, id: 'good' },
      [{ ...call, id: 'nested' }],
      null,
      'junk',
      { ...call, id: 'path', path: ['sign', 'constructor'] },
      { ...call, id: 'get', type: 'GET' },
    ]);
    const said = await answers;
    const refused = { error: { code: 'INVALID_ARGUMENT' } };
    expect(said.toSorted((a, b) => a.id.localeCompare(b.id))).toMatchObject([
      { id: 'get', value: refused },
      { id: 'good', value: { value: true } },
      { id: 'path', value: refused },
    ]);
    await until(() => asked.length === 1);
    expect(asked).toHaveLength(1);
  });

  it('reads a parcel as what it is, whatever members it has', async () => {
    const { port, asked, until } = pair(() => true);
    const call = { type: 'APPLY', path: ['sign'], argumentList: [{ type: 'RAW', value: { call: 1 } }] };
    const own = { slice: 1, map: 1, constructor: 1, forEach: null, at: 'x' };
    port.postMessage(Object.assign([{ ...call, id: '1' }], own));
    // Another member of a clone's.
    const holes: object[] = [];
    holes[3] = { ...call, id: '2' };
    port.postMessage(Object.assign(holes, own));
    await until(() => asked.length === 2);
    expect(asked).toHaveLength(2);
  });

  it('says what it has to say after the answers that are there', async () => {
    const { remote, host, asked, until, tell } = pair();
    const answers = numbers(MANY + 2).map((call) => sign(remote, call));
    await until(() => asked.length === MANY + 2);
    for (const { answer, request } of asked.slice(MANY, MANY + 1)) answer(request.call);
    await turn();
    tell({ keyslot: 'moved' });
    await answers[MANY];
    expect(host.posted).toMatchObject([[{ value: { value: MANY } }], { keyslot: 'moved' }]);
  });

  it('takes no parcel that is too long, however long it says that it is', async () => {
    const { port, asked } = pair(() => true);
    const call = { type: 'APPLY', path: ['sign'], argumentList: [{ type: 'RAW', value: { call: 1 } }] };
    const parcel: object[] = numbers(MAX_PARCEL + 1).map((number) => ({ ...call, id: `${number}` }));
    const endless: object[] = [{ ...call, id: 'endless' }];
    endless.length = 2 ** 32 - 1;
    const answers = new Promise<string[]>((resolve) => {
      const ids: string[] = [];
      port.addEventListener('message', ({ data: said }: MessageEvent) => {
        ids.push(...[said].flat().map(({ id }) => id));
        if (ids.at(-1) === 'last') resolve(ids);
      });
      port.start();
    });
    port.postMessage(parcel);
    port.postMessage(endless);
    port.postMessage({ ...call, id: 'last' });
    expect(await answers).toStrictEqual(['last']);
    expect(asked).toHaveLength(1);
  });
});
