// keyslot's host behind a relay that lets calls in by one of the locking strategies; the worker's name says which. All of
// them pay for the relay, a message more each way, so that they can be compared with each other and not with `npm run
// bench`.
import { acceptPort, type HostOf } from '../../src/host/accept.ts';
import { hostsOfThisWorker } from '../../src/host/start.ts';
import { freeContents, GlobalLock, type Strategy } from './strategies.ts';

declare const self: SharedWorkerGlobalScope;

const strategy = self.name as Strategy;
const lock = new GlobalLock();
const hosts = hostsOfThisWorker({ topology: 'shared', address: { url: '', worker: '' } });
const changed = new WeakSet<object>();

const hostOf: HostOf = async (hello) => {
  const seat = await hosts(hello);
  if (strategy === 'global lock, contents free' && !changed.has(seat)) {
    changed.add(seat);
    freeContents(seat.host, lock);
  }
  return seat;
};

self.onconnect = ({ ports }) => {
  for (const port of ports) relay(port);
};

function relay(outer: MessagePort): void {
  const { port1: inner, port2 } = new MessageChannel();
  const under = new Map<string, object>();
  outer.onmessage = ({ data }: MessageEvent<unknown>) => {
    const id = callId(data);
    if (id === undefined || strategy === 'keyslot') {
      inner.postMessage(data);
      return;
    }
    const token = {};
    lock.enter(token, () => {
      under.set(id, token);
      inner.postMessage(data);
    });
  };
  inner.onmessage = ({ data }: MessageEvent<unknown>) => {
    const id = callId(data);
    if (id !== undefined) {
      lock.leave(under.get(id));
      under.delete(id);
    }
    outer.postMessage(data);
  };
  acceptPort(port2, hostOf);
}

function callId(message: unknown): string | undefined {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
  return typeof id === 'string' ? id : undefined;
}
