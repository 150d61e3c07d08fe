// The app's service worker as a broker (service-worker.ts), where the browser has no SharedWorker.
import { isToPage, isToReacher, type Mine, type ToBroker } from '../../rpc/broker.ts';

/** How long it may take to say that it knows of this at all, and then to hand a port over, in ms. */
const HERE_WITHIN = 300;
const HANDED_WITHIN = 2_000;

/** An app's service worker that does not answer has no part in this: it is asked once. */
let deaf = false;

/** Gives this page's workers the ports of those who ask for one of their hosts. */
export function whileServed(has: (boot: string) => boolean, give: (port: MessagePort) => void): void {
  const container = containerOf();
  container?.addEventListener('message', ({ data, ports: [port], source }) => {
    if (!isToPage(data)) return;
    if (!has(data.boot)) return;
    if (data.keyslot === 'who')
      source?.postMessage({ keyslot: 'mine', question: data.question } satisfies Mine);
    else if (port !== undefined) give(port);
  });
  container?.startMessages();
}

/** A port to the host of another tab; `undefined` if nobody can hand one over. */
export async function served(boot: string): Promise<MessagePort | undefined> {
  const worker = deaf ? null : await activeWorker();
  if (worker === null) return undefined;
  const { port1, port2 } = new MessageChannel();
  const answer = new MessageChannel();
  const handed = await new Promise<boolean>((resolve) => {
    let late = setTimeout(() => {
      deaf = true;
      resolve(false);
    }, HERE_WITHIN);
    answer.port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!isToReacher(data)) return;
      clearTimeout(late);
      if (data.keyslot === 'here') late = setTimeout(() => resolve(false), HANDED_WITHIN);
      else resolve(data.keyslot === 'handed');
    };
    worker.postMessage({ keyslot: 'reach', boot } satisfies ToBroker, [port1, answer.port2]);
  });
  answer.port1.close();
  return handed ? port2 : undefined;
}

async function activeWorker(): Promise<ServiceWorker | null> {
  const container = containerOf();
  if (container === undefined) return null;
  if (container.controller !== null) return container.controller;
  const registration = await container.getRegistration().catch(() => undefined);
  return registration?.active ?? null;
}

/** A page may have none: where it is denied one, it throws. */
function containerOf(): ServiceWorkerContainer | undefined {
  try {
    return 'serviceWorker' in navigator ? navigator.serviceWorker : undefined;
  } catch {
    return undefined;
  }
}
