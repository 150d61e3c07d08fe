// The dedicated worker of the test site. It uses the keystore that its page attaches, and runs what
// the page asks for from the table below; tests that need more add a line to it.
import {
  type AttachedOptions,
  attachedKeystore,
  type Key,
  type KeyInit,
  type Keystore,
  openKeystore,
} from 'keyslot';
import { commonClock } from './clock.ts';
import { gate } from './gate.ts';
import { type Plan, recordHistory } from './history.ts';

let attached: Promise<Keystore> | undefined;

function attach(options?: AttachedOptions): Promise<Keystore> {
  const attaching = attachedKeystore(options);
  // Actions report its failure; without this line it would also be an unhandled rejection.
  attaching.catch(() => {});
  return attaching;
}

// Begun at once, unless the page wants it later: the page may call attach() before or after.
if (self.name !== 'later') attached = attach();

/** Session keys made here, kept so that they can be used. */
const made: Key[] = [];
/** What came to this worker's own listener and is not an order: keyslot's messages must not. */
const seen: unknown[] = [];

const actions = {
  ping: async () => 'pong',
  seen: async () => seen,
  attach: async (options?: AttachedOptions) => {
    attached = attach(options);
    return (await attached).name;
  },
  name: async () => (await keystore()).name,
  sign: async (id: string, data: Uint8Array<ArrayBuffer>) => (await key(id)).sign(data),
  verify: async (id: string, signature: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>) =>
    (await key(id)).verify(signature, data),
  ensureAtGate: async (init: KeyInit) => {
    const keys = await keystore();
    await gate();
    return (await keys.ensureKey(init)).exportPublicKey('spki');
  },
  makeSessionKeys: async (count: number, init: Omit<KeyInit, 'lifetime'>) => {
    const keys = await keystore();
    for (let left = count; left > 0; left -= 1) {
      made.push(await keys.generateKey({ ...init, lifetime: 'session' }));
    }
    return made.length;
  },
  historyAtGate: async (plan: Plan) => {
    const [keys, clock] = [await keystore(), await commonClock()];
    await gate();
    return recordHistory(keys, clock, plan);
  },
  open: async () => (await openKeystore({ name: 'not here' })).name,
  close: async () => (await keystore()).close(),
};

function keystore(): Promise<Keystore> {
  attached ??= attach();
  return attached;
}

async function key(id: string): Promise<Key> {
  return (await keystore()).openKey(id);
}

export type ActionName = keyof typeof actions;

export interface Reply {
  call: number;
  value?: unknown;
  error?: { name: string; message: string; code?: unknown };
}

/** What main.ts sends. keyslot's own messages come over the same channel and are left alone. */
interface Order {
  run: ActionName;
  args: unknown[];
  call: number;
}

self.addEventListener('message', async ({ data }: MessageEvent<Partial<Order>>) => {
  const { run, args, call } = data ?? {};
  if (run === undefined || args === undefined || call === undefined) {
    seen.push(data);
    return;
  }
  try {
    const action: (...args: never[]) => Promise<unknown> = actions[run];
    answer({ call, value: await action(...(args as never[])) });
  } catch (error) {
    const { name, message, code } = error as Error & { code?: unknown };
    answer({ call, error: { name, message, code } });
  }
});

function answer(reply: Reply) {
  self.postMessage(reply);
}
