// The dedicated worker of the test site. It uses the keystore that its page attaches, and runs what
// the page asks for from the table below; tests that need more add a line to it.
import { attachedKeystore } from 'keyslot';

// Begun at once: the page may call attach() before or after.
const attached = attachedKeystore();
// Actions report its failure; without this line it would also be an unhandled rejection.
attached.catch(() => {});

const actions = {
  sign: async (id: string, data: Uint8Array<ArrayBuffer>) => (await key(id)).sign(data),
  verify: async (id: string, signature: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>) =>
    (await key(id)).verify(signature, data),
};

async function key(id: string) {
  return (await attached).openKey(id);
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
  if (run === undefined || args === undefined || call === undefined) return;
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
