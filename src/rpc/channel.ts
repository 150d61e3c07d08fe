// A port made of a BroadcastChannel that two parties have for themselves: for tabs that nobody hands ports between. It
// copies what a port would move, and cannot carry ports.
import { KeystoreError } from '../errors.ts';
import { isRecord } from './gate.ts';
import type { Port } from './port.ts';

/** Told by the side that was knocked at: from now on it hears. */
const OPEN = { keyslot: 'open' };

/** The first message to a host, on the channel that has its boot's name. */
interface Knock {
  readonly keyslot: 'knock';
  /** Random, new for each pair. */
  readonly channel: string;
}

class ChannelPort implements Port {
  readonly #channel: BroadcastChannel;
  /** What waits until the other side hears; `undefined` once it does. */
  #unsent: unknown[] | undefined;

  constructor(name: string, opened: boolean) {
    this.#channel = new BroadcastChannel(`keyslot:pair:${name}`);
    if (opened) return;
    this.#unsent = [];
    this.addEventListener('message', ({ data }) => {
      if (isRecord(data) && data['keyslot'] === OPEN.keyslot) this.#flush();
    });
  }

  addEventListener(...args: Parameters<Port['addEventListener']>): void {
    this.#channel.addEventListener(...args);
  }

  removeEventListener(...args: Parameters<Port['removeEventListener']>): void {
    this.#channel.removeEventListener(...args);
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    if (!transfer.every((item) => item instanceof ArrayBuffer)) throw cannotCarry();
    if (this.#unsent === undefined) this.#channel.postMessage(message);
    else this.#unsent.push(structuredClone(message));
    for (const buffer of transfer) detach(buffer);
  }

  /** Nothing is kept back here: who listens is there before the other side speaks. */
  start(): void {
    if (this.#unsent === undefined) this.#channel.postMessage(OPEN);
  }

  close(): void {
    this.#channel.close();
  }

  #flush(): void {
    const messages = this.#unsent ?? [];
    this.#unsent = undefined;
    for (const message of messages) this.#channel.postMessage(message);
  }
}

/** As if it had been moved: the sender has it no more, and nothing of it stays here. */
function detach(buffer: ArrayBuffer): void {
  new Uint8Array(buffer).fill(0);
  structuredClone(buffer, { transfer: [buffer] });
}

/** The client's side: a port to the host of a boot. It opens when the host does. */
export function knock(boot: string): Port {
  const channel = crypto.randomUUID();
  const port = new ChannelPort(channel, false);
  const door = new BroadcastChannel(doorOf(boot));
  door.postMessage({ keyslot: 'knock', channel } satisfies Knock);
  door.close();
  return port;
}

/** The host's side: a port for each that knocks. */
export function onKnock(boot: string, accept: (port: Port) => void): void {
  const door = new BroadcastChannel(doorOf(boot));
  door.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isKnock(data)) accept(new ChannelPort(data.channel, true));
  };
}

function doorOf(boot: string): string {
  return `keyslot:door:${boot}`;
}

function isKnock(message: unknown): message is Knock {
  return (
    isRecord(message) &&
    message['keyslot'] === 'knock' &&
    typeof message['channel'] === 'string' &&
    message['channel'].length === 36
  );
}

function cannotCarry(): KeystoreError {
  return new KeystoreError(
    'NOT_SUPPORTED',
    'The owner of the store is in another tab that can only be reached by a BroadcastChannel, which carries no ports. ' +
      'A browser with SharedWorker can do this.',
  );
}
