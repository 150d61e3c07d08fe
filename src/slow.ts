// The script of a host's worker: does one task that takes seconds (an SLH-DSA key or signature), while the host serves others.
// Touches a private key for that long: it comes by transfer, is cleared when the task is done, and the host then terminates
// this worker. No store, no slots: whoever starts it says what to compute.
import { isSlowTask, work } from './drivers/noble/slh-dsa-work.ts';

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data }: MessageEvent<unknown>) => {
  if (!isSlowTask(data)) return self.close();
  const result = work(data);
  self.postMessage(result, [result.buffer]);
};
self.onmessageerror = () => self.close();

// Held until this worker ends, whatever ends it: the host waits for it beside the answer.
void navigator.locks.request(self.name, () => {
  self.postMessage('ready');
  return new Promise(() => {});
});
