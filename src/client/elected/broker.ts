// The broker, as a page uses it: a line for the hosts of its own worker, and ports to those of other tabs.
import { type FromBroker, isFromBroker, type ToBroker } from '../../rpc/broker.ts';
import type { Whereabouts } from '../../rpc/protocol.ts';

/** How long the broker may take to hand a port over, in ms. */
const HANDED_WITHIN = 1_000;

/**
 * Gives a line to the broker, and another whenever it had to start anew (Safari replaces SharedWorkers silently).
 *
 * @param give - given `undefined` where there is no broker.
 */
export function whileBrokered(give: (line: MessagePort | undefined) => void): void {
  const broker = packageBroker();
  if (broker === undefined) {
    give(undefined);
    return;
  }
  const { port } = broker;
  broker.onerror = () => give(undefined);
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!isFromBroker(data) || data.keyslot !== 'broker') return;
    const { port1, port2 } = new MessageChannel();
    port.postMessage({ keyslot: 'line' } satisfies ToBroker, [port1]);
    give(port2);
  };
}

/** A port to the host of another tab; `undefined` where the broker does not know it, or there is no broker. */
export function brokered({ boot, url, worker: name }: Whereabouts): Promise<MessagePort | undefined> {
  const broker = url === '' ? undefined : attempt(() => new SharedWorker(url, { type: 'module', name }));
  if (broker === undefined) return Promise.resolve(undefined);
  const line = broker.port;
  const { port1, port2 } = new MessageChannel();
  return new Promise<FromBroker['keyslot']>((resolve) => {
    const late = setTimeout(resolve, HANDED_WITHIN, 'unknown');
    broker.onerror = () => resolve('unknown');
    line.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!isFromBroker(data) || data.keyslot === 'broker') return;
      clearTimeout(late);
      resolve(data.keyslot);
    };
    line.postMessage({ keyslot: 'reach', boot } satisfies ToBroker, [port1]);
  }).then((answer) => {
    line.close();
    return answer === 'handed' ? port2 : undefined;
  });
}

function packageBroker(): SharedWorker | undefined {
  // Bundlers look for these very words.
  return attempt(
    () =>
      new SharedWorker(new URL('../../broker.js', import.meta.url), {
        type: 'module',
        name: 'keyslot:broker',
      }),
  );
}

/** A browser may have no SharedWorker, and a page may be denied one. */
function attempt(make: () => SharedWorker): SharedWorker | undefined {
  if (typeof SharedWorker === 'undefined') return undefined;
  try {
    return make();
  } catch {
    return undefined;
  }
}
