// The broker's script, in a SharedWorker: hands ports from clients to hosts that live in other tabs' workers. It sees no
// call, no key and no answer: only who asks for which host.
import { type FromBroker, isToBroker, type ToBroker } from './rpc/broker.ts';
import { hostLockName } from './rpc/handshake.ts';

declare const self: SharedWorkerGlobalScope;

/** Hosts that live, by their boots. */
const hosts = new Map<string, MessagePort>();

self.onconnect = ({ ports }) => {
  for (const port of ports) {
    serve(port);
    say(port, { keyslot: 'broker' });
  }
};

function serve(port: MessagePort): void {
  port.onmessage = ({ data, ports: [handed, ...others] }: MessageEvent<unknown>) => {
    for (const other of others) other.close();
    if (isToBroker(data)) act(port, data, handed);
    else handed?.close();
  };
}

function act(port: MessagePort, message: ToBroker, handed: MessagePort | undefined): void {
  if (message.keyslot === 'register') {
    handed?.close();
    register(port, message.boot);
  } else if (handed !== undefined) {
    if (message.keyslot === 'line') serve(handed);
    else reach(port, message.boot, handed);
  }
}

function register(port: MessagePort, boot: string): void {
  hosts.set(boot, port);
  // Held by the host for its life: granted, it says that the host has gone.
  void navigator.locks.request(hostLockName(boot), { mode: 'shared' }, () => hosts.delete(boot));
  const { href: url } = self.location;
  say(port, { keyslot: 'registered', url, worker: self.name });
}

function reach(port: MessagePort, boot: string, handed: MessagePort): void {
  const host = hosts.get(boot);
  if (host === undefined) handed.close();
  else say(host, { keyslot: 'reached' }, [handed]);
  say(port, { keyslot: host === undefined ? 'unknown' : 'handed' });
}

function say(port: MessagePort, message: FromBroker, transfer: MessagePort[] = []): void {
  port.postMessage(message, transfer);
}
