// The worker's script: the only entry point of the code that handles secrets. As a SharedWorker it is the host of all
// tabs; as a tab's own worker, the host of that tab, and of all while it owns the store.
import { acceptPort } from './host/accept.ts';
import { hostsOfThisWorker } from './host/start.ts';

declare const self: SharedWorkerGlobalScope | DedicatedWorkerGlobalScope;

if ('onconnect' in self) {
  const { href: url } = self.location;
  const hostOf = hostsOfThisWorker({ topology: 'shared', address: { url, worker: self.name } });
  self.onconnect = ({ ports }) => {
    for (const port of ports) acceptPort(port, hostOf);
  };
} else {
  void serveTab(self);
}

/** What a tab's own worker needs beside is loaded there only. What the page says meanwhile is kept for it. */
async function serveTab(scope: DedicatedWorkerGlobalScope): Promise<void> {
  const early: MessageEvent<unknown>[] = [];
  const keep = (message: MessageEvent<unknown>) => early.push(message);
  scope.addEventListener('message', keep);
  try {
    const tab = await import('./host/tab.ts');
    // One step: no message comes in between.
    scope.removeEventListener('message', keep);
    tab.serveTab(scope, early);
  } catch (error) {
    // To the page, which takes it for what it is: a script that did not load.
    reportError(error);
    scope.close();
  }
}
