// The page's end of the bare port.
import type { Call } from '../measure.ts';
import type { BareReply, BareRequest, Setup } from './bare-worker.ts';
import type { Bytes } from './operations.ts';

export function barePort(setup: Setup, data: Bytes): Call {
  const worker = new SharedWorker(new URL('./bare-worker.ts', import.meta.url), {
    type: 'module',
    name: 'bare',
  });
  // A worker that does not load would leave its calls without an answer; scripts/bench-subtle.mjs sees this error.
  worker.addEventListener('error', () => reportError(new Error('a worker of the benchmark did not load')));
  const { port } = worker;
  const pending = new Map<number, (result: BareReply['result']) => void>();
  let calls = 0;
  port.onmessage = ({ data: { id, result } }: MessageEvent<BareReply>) => {
    pending.get(id)?.(result);
    pending.delete(id);
  };
  port.postMessage(setup);
  return () =>
    new Promise((resolve) => {
      calls += 1;
      pending.set(calls, resolve);
      port.postMessage({ id: calls, data } satisfies BareRequest);
    });
}
