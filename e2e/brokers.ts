// Who hands ports over in a tab of the elected topology, as what is said there shows: to be looked at by tests that leave
// one of the ways open, or none.
import type { BrowserContext, Page } from '@playwright/test';

export type Broker = 'SharedWorker' | 'service worker' | 'BroadcastChannel';

declare global {
  interface Window {
    /** By whom this tab has reached another's host, or was reached. */
    brokers?: Broker[];
  }
}

/** From now on every tab of the context notes who hands ports over. Before keyslot's own code runs there. */
export async function noteBrokers(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const noted: Broker[] = [];
    window.brokers = noted;
    const saidOf = (message: unknown): unknown => (message as { keyslot?: unknown } | null)?.keyslot;
    // Whoever asks by a port asks the SharedWorker, which answers there.
    MessagePort.prototype.postMessage = new Proxy(MessagePort.prototype.postMessage, {
      apply: (post, port: MessagePort, args: readonly unknown[]) => {
        if (saidOf(args[0]) === 'reach') {
          port.addEventListener('message', ({ data }) => {
            if (saidOf(data) === 'handed') noted.push('SharedWorker');
          });
        }
        Reflect.apply(post, port, args);
      },
    });
    // A service worker brings the port to the page whose host it is for.
    navigator.serviceWorker.addEventListener('message', ({ data, ports }) => {
      if (saidOf(data) === 'reached' && ports.length === 1) noted.push('service worker');
    });
    const { BroadcastChannel: Channel } = window;
    window.BroadcastChannel = class extends Channel {
      constructor(name: string) {
        super(name);
        if (name.startsWith('keyslot:pair:')) noted.push('BroadcastChannel');
      }
    };
  });
}

/** Who has, in any of these tabs. */
export async function brokersOf(tabs: readonly Page[]): Promise<Broker[]> {
  const noted = await Promise.all(tabs.map((tab) => tab.evaluate(() => window.brokers ?? [])));
  return [...new Set(noted.flat())];
}
