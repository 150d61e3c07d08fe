// A worker that has a signature computed in a worker of its own, as a host has: of the script that it is sent. It answers with
// how that ended, what is left of the key's copy, and the errors that nobody prevented.
import { computeApart } from '../../../src/drivers/noble/apart.ts';
import { KeystoreError } from '../../../src/errors.ts';

declare const self: DedicatedWorkerGlobalScope;

/** They would go on to the page, which would take the host for one that has not loaded. */
const uncaught: string[] = [];
self.addEventListener('error', ({ message }) => uncaught.push(message));

self.onmessage = async ({ data: script }: MessageEvent<string>) => {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const secret = new Uint8Array(64).fill(1);
  const task = {
    name: 'SLH-DSA-SHA2-128f',
    secret,
    data: new Uint8Array(1),
    context: new Uint8Array(),
  } as const;
  const outcome = await computeApart(
    () => task,
    (name) => new Worker(url, { type: 'module', name }),
  ).then(
    () => ({ code: 'ok' }),
    (error: unknown) => (error instanceof KeystoreError ? { code: error.code, cause: error.cause } : {}),
  );
  URL.revokeObjectURL(url);
  // In the task of the error that was the outcome, or of what follows from it.
  await new Promise((resolve) => setTimeout(resolve));
  self.postMessage({ ...outcome, left: secret.byteLength, uncaught });
};
