// The worker's script: the only entry point of the code that handles secrets. As a SharedWorker it is the host of all
// tabs; as a tab's own worker, the host of that tab, and of all while it owns the store.
import { acceptPort } from './host/accept.ts';
import { hostsOfThisWorker } from './host/start.ts';
import { serveTab } from './host/tab.ts';

declare const self: SharedWorkerGlobalScope | DedicatedWorkerGlobalScope;

if ('onconnect' in self) {
  const { href: url } = self.location;
  const hostOf = hostsOfThisWorker({ topology: 'shared', address: { url, worker: self.name } });
  self.onconnect = ({ ports }) => {
    for (const port of ports) acceptPort(port, hostOf);
  };
} else {
  serveTab(self);
}
