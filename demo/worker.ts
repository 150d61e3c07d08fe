// The dedicated worker. It cannot construct a SharedWorker, so it takes the keystore that its page attaches,
// and signs what the page asks for. The key is in the host: the page never sees a port, the worker never a key.
import { attachedKeystore } from 'keyslot';
import { failureOf } from './advice.ts';
import type { Source } from './documents.ts';
import { draft, type Signed, sign } from './jws.ts';

export interface Order {
  readonly order: number;
  readonly id: string;
  readonly source: Source;
  readonly by: string;
}

export type Answer =
  | { readonly order: number; readonly signed: Signed }
  | { readonly order: number; readonly code: string; readonly message: string };

// Asked for at once: the page may attach before or after. Each order reports a failure of it.
const attached = attachedKeystore();
attached.catch(() => undefined);

self.addEventListener('message', async ({ data }: MessageEvent<Partial<Order>>) => {
  const { order, id, source, by } = data;
  // keyslot's own messages come over the same channel.
  if (order === undefined || id === undefined || source === undefined || by === undefined) return;
  try {
    const key = await (await attached).openKey(id);
    answer({ order, signed: await sign(key, await draft(key, source), by) });
  } catch (error) {
    const { code, message } = failureOf(error);
    answer({ order, code, message });
  }
});

function answer(message: Answer): void {
  self.postMessage(message);
}
