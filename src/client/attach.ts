// How a dedicated worker gets a port: a rendezvous of three small messages between page and worker that works in
// either order. Whoever comes second is heard by the one who waits:
//   page first:    offer (lost) … want → port
//   worker first:  want (lost) … offer → want → port
// The messages share the app's own channel; they are told by their `keyslot` member and go no further.
import { isRecord } from '../rpc/gate.ts';
import { isLost } from './endings.ts';

/** A worker, or whatever else has its two ends. */
export interface AttachTarget extends EventTarget {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

export function isAttachTarget(target: unknown): target is AttachTarget {
  return target instanceof EventTarget && 'postMessage' in target && typeof target.postMessage === 'function';
}

type Place = 'home' | 'store';

interface Rendezvous {
  readonly keyslot: 'offer' | 'want' | 'port';
  readonly store: string;
  /** Of a want: the page's own host, or the one that owns the store. */
  readonly host?: Place;
  /** Of a want and the port that answers it: there may be several waiters, and several who offer. */
  readonly id: string;
}

function isRendezvous(message: unknown, kind: Rendezvous['keyslot']): message is Rendezvous {
  return (
    isRecord(message) &&
    message['keyslot'] === kind &&
    typeof message['store'] === 'string' &&
    typeof message['id'] === 'string'
  );
}

/** The page's side: hands a new port to the target whenever it wants one, until `signal` ends it. */
export function offer(
  target: AttachTarget,
  store: string,
  signal: AbortSignal,
  give: (port: MessagePort, host: Place) => Promise<unknown>,
): void {
  const answered = new Set<string>();
  const listener = (event: Event): void => {
    if (!(event instanceof MessageEvent) || !isRendezvous(event.data, 'want')) return;
    const { store: wanted, host, id } = event.data;
    // Somebody else may offer what this one does not.
    if (wanted !== '' && wanted !== store) return;
    event.stopImmediatePropagation();
    // A worker that hears the offer asks again, though its first question may have been heard.
    if (answered.has(id)) return;
    answered.add(id);
    void hand(id, host === 'store' ? 'store' : 'home');
  };
  const hand = async (id: string, host: Place): Promise<void> => {
    for (;;) {
      const { port1, port2 } = new MessageChannel();
      try {
        await give(port1, host);
        return target.postMessage({ keyslot: 'port', store, id } satisfies Rendezvous, [port2]);
      } catch (error) {
        port2.close();
        // A worker may notice the end of its host before its page does, which then asks the dead one: another is found by
        // the next attempt. Of all else this client's own calls say what is wrong; the worker's wait has a deadline.
        if (signal.aborted || !isLost(error)) return;
      }
    }
  };
  target.addEventListener('message', listener, { signal });
  target.postMessage({ keyslot: 'offer', store, id: '' } satisfies Rendezvous, []);
}

/** What a dedicated worker is to this: its global scope. */
export interface WorkerScope extends EventTarget {
  postMessage(message: unknown): void;
}

/** Those in this worker who wait for a store. */
const waiters = new Set<(message: Rendezvous, port: MessagePort | undefined) => void>();
let listening = false;

/**
 * One listener for all of them, and for ever: a page may offer again what nobody waits for, and none of it is for the
 * app's own listeners.
 */
function listen(scope: WorkerScope): void {
  if (listening) return;
  listening = true;
  scope.addEventListener('message', (event) => {
    if (!(event instanceof MessageEvent)) return;
    const { data } = event;
    if (!isRendezvous(data, 'offer') && !isRendezvous(data, 'port')) return;
    event.stopImmediatePropagation();
    for (const waiter of [...waiters]) waiter(data, event.ports[0]);
  });
}

/** The worker's side: waits for a port to a store, any if `store` is empty. */
export function want(
  scope: WorkerScope,
  { store, host }: { store: string; host: Place },
  signal: AbortSignal,
): Promise<{ port: MessagePort; store: string }> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    listen(scope);
    const id = crypto.randomUUID();
    const ask = (): void => scope.postMessage({ keyslot: 'want', store, host, id } satisfies Rendezvous);
    const waiter = (message: Rendezvous, port: MessagePort | undefined): void => {
      if (message.keyslot === 'offer' && (store === '' || message.store === store)) ask();
      if (message.keyslot !== 'port' || message.id !== id || port === undefined) return;
      waiters.delete(waiter);
      resolve({ port, store: message.store });
    };
    waiters.add(waiter);
    signal.addEventListener('abort', () => {
      waiters.delete(waiter);
      reject(signal.reason);
    });
    ask();
  });
}
