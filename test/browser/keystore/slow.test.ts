// What takes seconds does not stop the host: SLH-DSA in a worker of the host's own. In the elected topology, whose hosts can
// have workers in every engine.
import type { KeyInit } from 'keyslot';
import { expect, onTestFinished, test, vi } from 'vitest';
import { signBoth, slowWorkers } from '../../../e2e/site/slow.ts';
import { computeApart, type Spawn } from '../../../src/drivers/noble/apart.ts';
import { SIGNERS, type SlowTask } from '../../../src/drivers/noble/slh-dsa-work.ts';
import { bytes, failure, freshStore } from './open.ts';

/** A key of it takes half a second. */
const SLOW_TO_MAKE = 'SLH-DSA-SHA2-128s';
/** A signature takes a second. */
const SLOW_TO_SIGN = 'SLH-DSA-SHA2-256f';
const QUICK = 'SLH-DSA-SHA2-128f';
const data = bytes('slow');

test('heavy work never freezes the host: others are served while a key is made and while it signs', async () => {
  const keys = await freshStore({ topology: 'elected' });
  const make = (algorithm: KeyInit['algorithm']) =>
    keys.generateKey({ lifetime: 'session', algorithm, usages: ['sign', 'verify'], slow: true });
  const native = await make({ name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' });
  const noble = await make('Ed448');
  // By now its code is loaded.
  const slow = await make(SLOW_TO_SIGN);
  const order: string[] = [];
  const noted = async <T>(what: string, doing: Promise<T>): Promise<T> => {
    const result = await doing;
    order.push(what);
    return result;
  };
  const others = async () => {
    for (const key of [native, noble, native, noble, native, noble]) {
      expect(await key.verify(await key.sign(data), data)).toBe(true);
    }
  };

  const making = noted('made', make(SLOW_TO_MAKE));
  await noted('others', others());
  await making;
  expect(order.splice(0)).toStrictEqual(['others', 'made']);

  const params = { context: bytes('context') };
  const signing = [noted('signed', slow.sign(data, params)), noted('signed', slow.sign(data, params))];
  while (order.length === 0 && (await slowWorkers()) < 2);
  await noted('others', others());
  // Not even verification with the same key waits.
  await noted('verified', slow.verify(new Uint8Array(49_856), data));
  for (const signature of await Promise.all(signing)) {
    expect(await slow.verify(signature, data, params)).toBe(true);
    expect(await slow.verify(signature, data)).toBe(false);
  }
  expect(order).toStrictEqual(['others', 'verified', 'signed', 'signed']);
});

/** What `navigator.productSub` is. */
const FIREFOX = '20100101';
const OTHERS = '20030107';

const ALONE = { order: ['slow', 'quick'], workers: 0, verified: true };
const APART = { order: ['quick', 'slow'], workers: 1, verified: true };

test.each([
  { where: 'none in a Firefox that WebDriver drives', webdriver: true, productSub: FIREFOX, found: ALONE },
  { where: 'one in a Firefox that nobody drives', webdriver: false, productSub: FIREFOX, found: APART },
  { where: 'one in another browser that is driven', webdriver: true, productSub: OTHERS, found: APART },
])('a worker of the host’s own for what takes seconds: $where', async ({ webdriver, productSub, found }) => {
  vi.spyOn(navigator, 'webdriver', 'get').mockReturnValue(webdriver);
  vi.spyOn(navigator, 'productSub', 'get').mockReturnValue(productSub);
  onTestFinished(() => void vi.restoreAllMocks());
  const keys = await freshStore({ topology: 'elected' });
  expect(await signBoth(keys)).toStrictEqual(found);
});

test('G12 fair: two at once, whoever asks for more', async () => {
  const keys = await freshStore({ topology: 'elected' });
  const init = { lifetime: 'session', algorithm: QUICK, usages: ['sign'], slow: true } as const;
  const key = await keys.generateKey(init);
  let done = false;
  const signing = Promise.all(Array.from({ length: 4 }, () => key.sign(data))).finally(() => {
    done = true;
  });
  let most = 0;
  while (!done) most = Math.max(most, (await keys.stats()).readers);
  expect(new Set((await signing).map(String)).size).toBe(4);
  expect(most).toBe(2);
});

test('G4 destruction waits for what a worker of the host computes with the key', async () => {
  const keys = await freshStore({ topology: 'elected' });
  const key = await keys.generateKey({
    ...{ id: 'slow', lifetime: 'volatile', usages: ['sign', 'verify'] },
    ...{ algorithm: QUICK, slow: true },
  });
  const order: string[] = [];
  const signing = key.sign(data).finally(() => order.push('signed'));
  while (order.length === 0 && (await slowWorkers()) === 0);
  await key.destroy();
  order.push('destroyed');
  await signing;
  expect(order).toStrictEqual(['signed', 'destroyed']);
  expect(await failure(key.sign(data))).toMatchObject({ code: 'INVALID_HANDLE' });
});

/** A script in place of the host's own worker's. */
function scripted(script: string): Spawn {
  return (name) => {
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    onTestFinished(() => URL.revokeObjectURL(url));
    return new Worker(url, { type: 'module', name });
  };
}

const READY = `navigator.locks.request(self.name, () => { self.postMessage('ready'); return new Promise(() => {}); });`;

const { publicKey, secretKey } = SIGNERS[QUICK].keygen(new Uint8Array(48));

/** Its tasks, each of which has a copy of the secret of its own. */
function tasks() {
  const made: Uint8Array[] = [];
  const make = (): SlowTask => {
    const secret = secretKey.slice();
    made.push(secret);
    return { name: QUICK, secret, data, context: new Uint8Array() };
  };
  return { make, made };
}

const cleared = (secrets: readonly Uint8Array[]) =>
  secrets.every((secret) => secret.every((byte) => byte === 0));

test.each<[string, Spawn]>([
  [
    'is not there',
    (name) => new Worker(`/no-such-script-${crypto.randomUUID()}.js`, { type: 'module', name }),
  ],
  ['is none', scripted('this is no script')],
  [
    'is forbidden',
    () => {
      throw new DOMException('worker-src', 'SecurityError');
    },
  ],
])('a script of the host’s own worker that %s is done without', async (_, spawn) => {
  const { make, made } = tasks();
  const signature = await computeApart(make, spawn);
  expect(SIGNERS[QUICK].verify(signature, data, publicKey)).toBe(true);
  expect(made).toHaveLength(1);
  expect(cleared(made)).toBe(true);
});

test.each<[string, string]>([
  ['ends without a word', `${READY} self.onmessage = () => self.close();`],
  ['throws', `${READY} self.onmessage = () => { throw new Error('out of memory'); };`],
  ['answers with something else', `${READY} self.onmessage = () => self.postMessage('signature');`],
])('G8 every promise settles: a worker that %s fails its call alone', async (_, script) => {
  const host = new Worker(new URL('./slow-host.ts', import.meta.url), { type: 'module' });
  onTestFinished(() => host.terminate());
  const outcome = await new Promise((resolve) => {
    host.onmessage = ({ data }) => resolve(data);
    host.postMessage(script);
  });
  // The key's copy has moved, so that nothing is left of it.
  const failed = { code: 'INSUFFICIENT_MEMORY', cause: 'WORKER_ENDED', left: 0, uncaught: [] };
  expect(outcome).toStrictEqual(failed);
});

test('nothing secret is sent to a worker that has not said that it is there', async () => {
  const heard: unknown[] = [];
  const channel = new BroadcastChannel('heard');
  onTestFinished(() => channel.close());
  channel.onmessage = ({ data }) => heard.push(data);
  const tell = `const tell = new BroadcastChannel('heard');`;
  const { make, made } = tasks();
  const early = `${tell} self.onmessage = () => tell.postMessage('early'); setTimeout(() => { throw new Error('broken'); }, 50);`;
  const signature = await computeApart(make, scripted(early));
  expect(SIGNERS[QUICK].verify(signature, data, publicKey)).toBe(true);
  expect(made).toHaveLength(1);
  expect(heard).toStrictEqual([]);
});
