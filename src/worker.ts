// The SharedWorker's script: the only entry point of the code that handles secrets.
import { acceptPort } from './host/accept.ts';
import { hostsOfThisWorker } from './host/start.ts';

declare const self: SharedWorkerGlobalScope;

const hostOf = hostsOfThisWorker();

self.onconnect = ({ ports }) => {
  for (const port of ports) acceptPort(port, hostOf);
};
