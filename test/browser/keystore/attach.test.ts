// The rendezvous of a page and its worker, where the host ends in the middle of it.
import { expect, onTestFinished, test } from 'vitest';
import { offer, type WorkerScope, want } from '../../../src/client/attach.ts';
import { hostGone } from '../../../src/client/link.ts';

/** Two ends as a page and its worker have them. */
function ends(): { page: MessagePort; worker: WorkerScope } {
  const { port1: page, port2: worker } = new MessageChannel();
  for (const port of [page, worker]) port.start();
  onTestFinished(() => page.close());
  return { page, worker };
}

test('attach: a worker that knows of the end of its host before its page does gets a port to the next one', async () => {
  const { page, worker } = ends();
  const offering = new AbortController();
  onTestFinished(() => offering.abort());
  const given: MessagePort[] = [];
  offer(page, 'a', offering.signal, async (port) => {
    given.push(port);
    if (given.length === 1) throw hostGone('attach');
  });
  const { port, store } = await want(worker, { store: 'a', host: 'home' }, AbortSignal.timeout(10_000));
  expect(store).toBe('a');
  expect(given).toHaveLength(2);
  // It is the other end of the one that the second host was given.
  const heard = new Promise((resolve) => {
    port.onmessage = ({ data }) => resolve(data);
  });
  given[1]?.postMessage('hello');
  expect(await heard).toBe('hello');
});

test('attach: a host that refuses is not asked again', async () => {
  const { page, worker } = ends();
  const offering = new AbortController();
  onTestFinished(() => offering.abort());
  let asked = 0;
  const refused = new Promise<void>((resolve) => {
    offer(page, 'b', offering.signal, async () => {
      asked += 1;
      resolve();
      throw new Error('refused');
    });
  });
  const waiting = new AbortController();
  const wanted = want(worker, { store: 'b', host: 'home' }, waiting.signal);
  await refused;
  waiting.abort('enough');
  await expect(wanted).rejects.toBe('enough');
  expect(asked).toBe(1);
});
