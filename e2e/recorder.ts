// A host with a witness: the real worker behind site/public/recorder.js, and the channel to that script.
import type { Page } from '@playwright/test';
import type { Site } from './fixtures.ts';

export type Fault = 'reads nothing back' | 'deletion aborts' | 'signing waits';

export interface Entry {
  readonly what:
    | 'transaction'
    | 'add'
    | 'get'
    | 'put'
    | 'delete'
    | 'complete'
    | 'abort'
    | 'held'
    | 'answer'
    | 'refusal';
  readonly number?: number;
  readonly mode?: string;
  readonly durability?: string;
  readonly stores?: string[];
  /** Of `add`, `get`, `put`, `delete`: the key's; of an answer or refusal: the one that was asked for. */
  readonly id?: string;
  /** The method that is answered or refused. */
  readonly asked?: string;
}

export class Recorder {
  readonly #page: Page;
  readonly #channel: string;

  private constructor(page: Page, channel: string) {
    this.#page = page;
    this.#channel = channel;
  }

  /** A tab whose host is recorded. */
  static async start(site: Site): Promise<{ tab: Page; recorder: Recorder }> {
    const plain = await site.tab();
    const worker = await site.hosts.url();
    await plain.close();
    // Its lifetime is extended beyond that of its last tab.
    await site.hosts.kill();
    const query = new URLSearchParams({ worker, channel: site.store });
    const tab = await site.tab({ worker: `/recorder.js?${query}` });
    return { tab, recorder: new Recorder(tab, site.store) };
  }

  /** The same host, seen from another tab. */
  static at(page: Page, { store }: Site): Recorder {
    return new Recorder(page, store);
  }

  /** What was recorded while `work` ran. */
  async during(work: () => Promise<unknown>): Promise<Entry[]> {
    const { length } = await this.log();
    await work();
    return (await this.log()).slice(length);
  }

  log(): Promise<Entry[]> {
    return this.tell({ read: true });
  }

  /** Asks for a fault, once, or lets what is held pass on. */
  tell(order: { read?: true; passOn?: true; fault?: Fault }): Promise<Entry[]> {
    return this.#page.evaluate(
      ({ order, name }) =>
        new Promise<Entry[]>((resolve) => {
          const channel = new BroadcastChannel(name);
          channel.onmessage = ({ data }) => {
            channel.close();
            resolve(data.log ?? []);
          };
          channel.postMessage(order);
        }),
      { order, name: this.#channel },
    );
  }
}
