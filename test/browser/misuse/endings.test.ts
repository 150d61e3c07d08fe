// Calls that end without the host's answer: because their caller gave them up, or because nobody will ever answer.
import { type Keystore, KeystoreError } from 'keyslot';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Connection } from '../../../src/client/connection.ts';
import { hostGone } from '../../../src/client/link.ts';
import type { CallOptions } from '../../../src/client/options.ts';
import { acceptPort } from '../../../src/host/accept.ts';
import { hostLockName, isHello } from '../../../src/rpc/handshake.ts';
import { BUILD, PROTOCOL } from '../../../src/version.ts';
import { ROWS, type Row, title } from '../../misuse/rows.ts';
import { fakeHost } from '../fake-host.ts';
import { bytes, freshStore } from '../keystore/open.ts';
import { picture } from './picture.ts';
import { refusal } from './refusal.ts';

/** What a promise rejects with, whatever it is. */
const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );

const ED448 = { algorithm: 'Ed448', usages: ['sign'] } as const;

function calls(keys: Keystore, signal: AbortSignal): Promise<unknown>[] {
  return [
    keys.generateKey({ id: 'new', lifetime: 'persistent', ...ED448 }, { signal }),
    keys.ensureKey({ id: 'new', lifetime: 'volatile', ...ED448 }, { signal }),
    keys.openKey('key', { signal }).then((key) => key.sign(bytes('late'), { signal })),
  ];
}

test(title('the caller’s own abort', 'before the call'), async () => {
  const keys = await freshStore();
  await keys.generateKey({ id: 'key', lifetime: 'volatile', ...ED448 });
  const before = await picture(keys);
  for (const call of calls(keys, AbortSignal.abort())) {
    expect(await reasonOf(call)).toMatchObject({ name: ROWS['the caller’s own abort'] });
  }
  const mine = { my: 'reason' };
  for (const call of calls(keys, AbortSignal.abort(mine))) expect(await reasonOf(call)).toBe(mine);
  expect(await picture(keys)).toEqual(before);
});

test(title('the caller’s own abort', 'of calls that wait for their lane'), async () => {
  const keys = await freshStore();
  const key = await keys.generateKey({ id: 'key', lifetime: 'volatile', ...ED448 });
  const before = await picture(keys);
  const queue = Array.from({ length: 40 }, () => key.sign(bytes('x')));
  const controller = new AbortController();
  const reasons = Promise.all(calls(keys, controller.signal).map(reasonOf));
  controller.abort();
  for (const reason of await reasons) {
    expect(reason).toBe(controller.signal.reason);
    expect(reason).toMatchObject({ name: ROWS['the caller’s own abort'] });
  }
  await Promise.all(queue);
  expect(await picture(keys)).toEqual(before);
});

/** A connection to a host that says welcome, and then nothing. */
async function mute(): Promise<{ connection: Connection; clientLock: () => string; dies: () => void }> {
  const { port1, port2 } = new MessageChannel();
  const boot = crypto.randomUUID();
  let lock = '';
  const dies = await new Promise<() => void>((held) => {
    void navigator.locks.request(hostLockName(boot), () => new Promise<void>((release) => held(release)));
  });
  port2.onmessage = ({ data }) => {
    if (!isHello(data)) return;
    lock = data.lock;
    const capabilities = { algorithms: {} };
    port2.postMessage({
      keyslot: 'welcome',
      protocol: PROTOCOL,
      build: BUILD,
      boot,
      capabilities,
      store: null,
      born: null,
    });
  };
  const failed = new Promise<never>(() => undefined);
  const connection = new Connection('mute', {
    home: () => ({ port: port1, failed }),
    reach: () => ({ port: port1, failed }),
  });
  await connection.link();
  onTestFinished(dies);
  return { connection, clientLock: () => lock, dies };
}

/** Three calls at once; each is told of its own request. */
function three(connection: Connection, options: CallOptions = {}): Promise<KeystoreError>[] {
  return [
    refusal(connection.call('destroy', { id: 'a' }, options)),
    refusal(connection.call('generate', { attributes: {}, ensure: false }, options)),
    refusal(connection.call('open', { id: 'a' }, options)),
  ];
}

/** What is asked again and again until then, of hosts that do not come. */
const SOON = { timeout: 100 };

const ROW: Row = 'outcome that cannot be found';
/** Changes are named for ever, the rest for its connection. */
const ASKED = [
  /destroy \(request [0-9a-f-]{36}\)/,
  /generate \(request [0-9a-f-]{36}\)/,
  /open \(request 3\)/,
];

async function checkEach(refusals: readonly Promise<KeystoreError>[], cause: string): Promise<void> {
  const errors = await Promise.all(refusals);
  for (const [at, asked] of ASKED.entries()) {
    expect(errors[at]).toMatchObject({ code: ROWS[ROW], cause });
    expect(errors[at]?.message).toMatch(asked);
    expect(errors[at]?.message).toMatch(/whether the call took effect is unknown/i);
  }
}

test(title(ROW, 'the host died'), async () => {
  const { connection, dies } = await mute();
  const refusals = three(connection, SOON);
  dies();
  await checkEach(refusals, 'HOST_DIED');
});

test(title(ROW, 'the host took this client for dead'), async () => {
  const { connection, clientLock } = await mute();
  const refusals = three(connection, SOON);
  await navigator.locks.request(clientLock(), { steal: true }, () => undefined);
  await checkEach(refusals, 'LOCK_STOLEN');
});

test(title(ROW, 'the host is silent'), async () => {
  const { connection } = await mute();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const refusals = three(connection);
  // The calls' deadline, and what a host may take beyond it.
  vi.advanceTimersByTime(30_000 + 10_000);
  vi.useRealTimers();
  await checkEach(refusals, 'SILENCE');
});

test(title('closed keystore', 'calls that are under way, and those that come later'), async () => {
  const { connection } = await mute();
  const refusals = three(connection);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const closed = connection.close();
  vi.advanceTimersByTime(1000 + 10_000);
  vi.useRealTimers();
  expect(await closed).toStrictEqual({ aborted: { calls: 3, operations: 0 } });
  const [destroyed, generated, opened] = await Promise.all(refusals);
  for (const error of [opened, await refusal(connection.call('open', { id: 'a' }))]) {
    expect(error).toBeInstanceOf(KeystoreError);
    expect(error).toMatchObject({ code: ROWS['closed keystore'], cause: 'CLOSED' });
  }
  // Of changes that were sent nobody has said that they changed nothing.
  for (const [at, error] of [destroyed, generated].entries()) {
    expect(error).toMatchObject({ code: ROWS[ROW], cause: 'SILENCE' });
    expect(error?.message).toMatch(ASKED[at] ?? expect.unreachable());
  }
});

/**
 * A connection whose host has been replaced; `greeted` counts the hellos.
 *
 * @param swallowed - how many calls the first host takes and never answers.
 */
async function replaced(swallowed = 0): Promise<{ connection: Connection; greeted: () => number }> {
  const failed = new Promise<never>(() => undefined);
  let greeted = 0;
  const connection = new Connection(`replaced-${crypto.randomUUID()}`, {
    home: () => {
      greeted += 1;
      return { port: greeted === 1 ? forgetful(swallowed) : hostPort(), failed };
    },
    reach: () => Promise.reject(new Error('there is one host')),
  });
  onTestFinished(async () => void (await connection.close()));
  await connection.link();
  return { connection, greeted: () => greeted };
}

test('G8 host death: a worker that was replaced without a word, and knows nobody, is greeted again', async () => {
  const { connection, greeted } = await replaced();
  const attributes = { id: 'a', lifetime: 'volatile', ...ED448 };
  const made = await connection.call('generate', { attributes, ensure: false });
  expect(made.attributes.id).toBe('a');
  expect(greeted()).toBe(2);
});

test('G8 host death: a call that is repeated has the bytes that its caller lent, whatever became of them since', async () => {
  const { connection, greeted } = await replaced();
  const data = bytes('as it was lent');
  const digest = connection.call('digest', { algorithm: { name: 'SHA-256' }, data }, {}, { lent: true });
  data.fill(0);
  const expected = await crypto.subtle.digest('SHA-256', bytes('as it was lent'));
  expect(await digest).toEqual(new Uint8Array(expected));
  expect(greeted()).toBe(2);
});

test('G8 host death: a worker that was replaced while many calls were under way, which go together, is greeted again', async () => {
  // From eight on.
  const { connection, greeted } = await replaced(8);
  const digest = () =>
    connection.call('digest', { algorithm: { name: 'SHA-256' }, data: bytes('many') }, { timeout: 30_000 });
  const digests = Array.from({ length: 12 }, digest);
  const expected = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes('many')));
  for (const found of await Promise.all(digests)) expect(found).toEqual(expected);
  expect(greeted()).toBe(2);
});

test('G9 one owner: a change by id that is asked for again says how long ago it was asked for first', async () => {
  const asked: object[] = [];
  const owner = fakeHost(null, (method, request) => {
    if (method === 'destroy') asked.push(request);
    return null;
  });
  const { where } = owner;
  // It dies with the change that it was asked for.
  const home = fakeHost(where, (method) => {
    if (method === 'destroy') setTimeout(() => home.dies(), 20);
    return method === 'locate' ? where : undefined;
  });
  const failed = new Promise<never>(() => undefined);
  const connection = new Connection('aged', {
    home: () => ({ port: home.port, failed }),
    reach: () => ({ port: owner.port, failed }),
  });
  onTestFinished(async () => void (await connection.close()));
  await connection.link();
  await connection.call('stats', {});
  const began = performance.now();
  await connection.call('destroy', { id: 'a' }, {}, { place: 'id' });
  const took = performance.now() - began;
  expect(asked).toHaveLength(1);
  const [{ age }] = asked as [{ age: number }];
  expect(age).toBeGreaterThan(10);
  expect(age).toBeLessThanOrEqual(took);
});

test('close: of a host that tells nothing, its client tells what it knows', async () => {
  const { port } = fakeHost(null, () => undefined);
  const connection = new Connection('earlier', {
    home: () => ({ port, failed: new Promise<never>(() => undefined) }),
    reach: () => Promise.reject(new Error('nobody else is asked')),
  });
  await connection.link();
  const unanswered = [connection.call('stats', {}), connection.call('events', { after: -1 })].map(reasonOf);
  expect(await connection.close()).toStrictEqual({ aborted: { calls: 1, operations: 0 } });
  for (const reason of await Promise.all(unanswered)) expect(reason).toMatchObject({ cause: 'CLOSED' });
});

test('close: a call that waits for a host is told, and counted', async () => {
  const connection = new Connection('nowhere', {
    home: () => new Promise(() => undefined),
    reach: () => Promise.reject(new Error('nobody else is asked')),
  });
  const waits = reasonOf(connection.call('stats', {}));
  expect(await connection.close()).toStrictEqual({ aborted: { calls: 1, operations: 0 } });
  expect(await waits).toMatchObject({ cause: 'CLOSED' });
});

test('G8 host death: a call on a link that has ended is told so, and waits for no deadline', async () => {
  const { connection } = await mute();
  const link = await connection.link();
  link.end(hostGone);
  const told = await new Promise((fail) => link.track({ asked: 'sign (request 1)', fail }));
  expect(told).toMatchObject({ code: 'COMMUNICATION_FAILURE', cause: 'HOST_DIED' });
});

/** A host that says welcome and is then another one, on the same port: Safari replaces a SharedWorker so. */
function forgetful(swallowed: number): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const boot = crypto.randomUUID();
  void navigator.locks.request(hostLockName(boot), () => new Promise(() => undefined));
  let messages = 0;
  const first = (): void => {
    if (messages === 0) {
      const name = { protocol: PROTOCOL, build: BUILD, boot };
      const capabilities = { algorithms: {} };
      port2.postMessage({ keyslot: 'welcome', ...name, capabilities, store: null, born: null });
    }
    messages += 1;
    if (messages <= swallowed) return;
    port2.removeEventListener('message', first);
    acceptPort(port2, () => Promise.reject(new Error('nobody says hello here')));
  };
  port2.addEventListener('message', first);
  port2.start();
  return port1;
}

/** A port to a real host. */
function hostPort(): MessagePort {
  return new SharedWorker(new URL('../../../src/worker.ts', import.meta.url), {
    type: 'module',
    name: `replaced-${crypto.randomUUID()}`,
  }).port;
}
