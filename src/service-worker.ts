// For an app's own service worker: hands ports from tab to tab where the browser has no SharedWorker. It sees no call, no
// key and no answer. It keeps nothing between messages, since browsers end service workers as they like.
import { isMine, isToBroker, type ToPage, type ToReacher } from './rpc/broker.ts';

/** How long a page may take to say that the host is its own, in ms. */
const ANSWERED_WITHIN = 1_000;

/** Questions that are asked just now. */
const questions = new Map<string, (page: Client) => void>();

/**
 * Lets tabs of the elected topology reach each other by MessagePorts instead of BroadcastChannels. Call it once, when the
 * service worker's script runs: `brokerPorts(self)`.
 */
export function brokerPorts(scope: ServiceWorkerGlobalScope): void {
  scope.addEventListener('message', (event) => {
    const { data, ports, source } = event;
    const [port, line] = ports;
    if (isMine(data) && source instanceof Client) questions.get(data.question)?.(source);
    if (!isToBroker(data) || data.keyslot !== 'reach' || port === undefined || line === undefined) return;
    event.waitUntil(reach(scope, data.boot, port, line));
  });
}

async function reach(
  scope: ServiceWorkerGlobalScope,
  boot: string,
  port: MessagePort,
  line: MessagePort,
): Promise<void> {
  const say = (message: ToReacher): void => line.postMessage(message);
  say({ keyslot: 'here' });
  const page = await pageOf(scope, boot);
  page?.postMessage({ keyslot: 'reached', boot } satisfies ToPage, [port]);
  say({ keyslot: page === undefined ? 'unknown' : 'handed' });
}

/** The page whose own worker has the host of a boot. A port can go to one page only, so each is asked first. */
async function pageOf(scope: ServiceWorkerGlobalScope, boot: string): Promise<Client | undefined> {
  const question = crypto.randomUUID();
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const answered = new Promise<Client | undefined>((resolve) => {
    questions.set(question, resolve);
    setTimeout(resolve, ANSWERED_WITHIN);
  });
  for (const page of pages) page.postMessage({ keyslot: 'who', boot, question } satisfies ToPage);
  try {
    return await answered;
  } finally {
    questions.delete(question);
  }
}
