// The ways to an operation that are compared. Each is made ready once and is then a function of the message.
import { wrap } from 'comlink';
import { type AlgorithmInput, type KeyInit, type Keystore, openKeystore } from 'keyslot';
import type { BareReply, BareRequest, Setup } from './bare-worker.ts';
import type { Signer } from './comlink-worker.ts';
import type { Call } from './measure.ts';
import { type Bytes, generate, OPERATIONS, type OperationName, signer } from './operations.ts';

const MESSAGE_BYTES = 32;

export interface Variant {
  readonly name: string;
  readonly call: Call;
}

const VERIFIED = ['ECDSA P-256', 'Ed25519'] as const;
const NAMES = Object.keys(OPERATIONS) as OperationName[];

/** What is measured side by side, by the name of the group. */
export const GROUPS: Readonly<Record<string, () => Promise<Variant[]>>> = Object.fromEntries([
  ...NAMES.map((name) => [`sign ${name}`, () => signing(name)] as const),
  ...VERIFIED.map((name) => [`verify ${name}`, () => verifying(name)] as const),
]);

let opened: Promise<Keystore> | undefined;

async function signing(name: OperationName): Promise<Variant[]> {
  opened ??= openKeystore({ name: 'bench' });
  const keys = await opened;
  const { signing: key } = await generate(name);
  const message = crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES));
  const init = { algorithm: OPERATIONS[name].keyslot, usages: ['sign', 'verify'] } as const;
  const inTab = signer(name, key);
  const bare = barePort({ name, key });
  const comlink = wrap<Signer>(comlinkWorker());
  await comlink.use(name, key);
  const hosted = await keys.generateKey({ ...init, id: `${name} volatile`, lifetime: 'volatile' });
  const cached = await keys.generateKey({
    ...init,
    id: `${name} persistent`,
    lifetime: 'persistent',
    cache: true,
  });
  return [
    { name: 'in the tab', call: () => inTab(message) },
    { name: 'empty trip', call: emptyTrip() },
    { name: 'bare port', call: () => bare(message) },
    { name: 'comlink', call: () => comlink.sign(message) },
    { name: 'keyslot', call: () => hosted.sign(message) },
    { name: 'keyslot, persistent', call: () => cached.sign(message) },
  ];
}

async function verifying(name: (typeof VERIFIED)[number]): Promise<Variant[]> {
  opened ??= openKeystore({ name: 'bench' });
  const keys = await opened;
  const { native, keyslot } = OPERATIONS[name];
  const message = crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES));
  const algorithm: AlgorithmInput = keyslot;
  const init: KeyInit = { lifetime: 'session', algorithm, usages: ['sign', 'verify'] };
  const hosted = await keys.generateKey(init);
  const signature = await hosted.sign(message);
  const spki = await hosted.exportPublicKey('spki');
  const publicKey = await crypto.subtle.importKey('spki', spki, native, true, ['verify']);
  return [
    { name: 'in the tab', call: () => valid(crypto.subtle.verify(native, publicKey, signature, message)) },
    { name: 'keyslot', call: () => valid(hosted.verify(signature, message)) },
  ];
}

async function valid(verified: Promise<boolean>): Promise<void> {
  if (!(await verified)) throw new Error('a valid signature was refused');
}

// Vite looks for the words `new SharedWorker(new URL('…', import.meta.url)`: the URL cannot have a name.
function bareWorker(): MessagePort {
  return portOf(
    new SharedWorker(new URL('./bare-worker.ts', import.meta.url), { type: 'module', name: 'bare' }),
  );
}

function comlinkWorker(): MessagePort {
  return portOf(
    new SharedWorker(new URL('./comlink-worker.ts', import.meta.url), { type: 'module', name: 'comlink' }),
  );
}

/** A worker that does not load would leave its calls without an answer; scripts/bench.mjs sees this error. */
function portOf(worker: SharedWorker): MessagePort {
  worker.addEventListener('error', () => reportError(new Error('a worker of the benchmark did not load')));
  return worker.port;
}

function barePort(setup: Setup): (data: Bytes) => Promise<Uint8Array> {
  const port = bareWorker();
  const pending = new Map<number, (signature: Uint8Array) => void>();
  let calls = 0;
  port.onmessage = ({ data: { id, signature } }: MessageEvent<BareReply>) => {
    pending.get(id)?.(signature);
    pending.delete(id);
  };
  port.postMessage(setup);
  return (data) =>
    new Promise((resolve) => {
      calls += 1;
      pending.set(calls, resolve);
      port.postMessage({ id: calls, data } satisfies BareRequest);
    });
}

function emptyTrip(): Call {
  const port = bareWorker();
  const pending = new Map<number, () => void>();
  let calls = 0;
  port.onmessage = ({ data }: MessageEvent<number>) => {
    pending.get(data)?.();
    pending.delete(data);
  };
  port.postMessage(null);
  return () =>
    new Promise<void>((resolve) => {
      calls += 1;
      pending.set(calls, resolve);
      port.postMessage(calls);
    });
}
