// The SharedWorkers of a store, seen and ended from outside, through the browser's DevTools protocol.
import { type Browser, type CDPSession, expect } from '@playwright/test';

interface Target {
  readonly targetId: string;
  readonly url: string;
}

export class Hosts {
  readonly #browser: Browser;
  readonly #store: string;

  constructor(browser: Browser, store: string) {
    this.#browser = browser;
    this.#store = store;
  }

  /** How many SharedWorkers host the store. */
  async count(): Promise<number> {
    return this.#asked(async (session) => (await this.#targets(session)).length);
  }

  /** The address of the worker script that hosts the store. */
  async url(): Promise<string> {
    return this.#asked(async (session) => (await this.#one(session)).url);
  }

  /**
   * Ends a host as a crash of its process would: without a word.
   *
   * @param under - the path that its script lies under, where the store has several hosts.
   */
  async kill(under?: string): Promise<void> {
    await this.#asked(async (session) => {
      const { targetId } = await this.#one(session, under);
      await session.send('Target.closeTarget', { targetId });
      await expect
        .poll(async () => (await this.#targets(session)).some((target) => target.targetId === targetId))
        .toBe(false);
    });
  }

  /** The value of an expression in the host's global scope. */
  async evaluate(expression: string): Promise<unknown> {
    return this.#asked(async (session) => {
      const { targetId } = await this.#one(session);
      // Playwright has no sessions within sessions, so the messages are wrapped, as in the protocol's first form.
      const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
      const call = { id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } };
      const answered = new Promise<unknown>((resolve) => {
        session.on('Target.receivedMessageFromTarget', ({ message }) => {
          const { id, result } = JSON.parse(message) as { id?: number; result?: { result: unknown } };
          if (id === call.id) resolve((result?.result as { value?: unknown } | undefined)?.value);
        });
      });
      await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify(call) });
      const value = await answered;
      // A host that is still attached when it ends has a successor that waits for the debugger.
      await session.send('Target.detachFromTarget', { sessionId });
      return value;
    });
  }

  async #asked<T>(ask: (session: CDPSession) => Promise<T>): Promise<T> {
    const session = await this.#browser.newBrowserCDPSession();
    try {
      return await ask(session);
    } finally {
      await session.detach();
    }
  }

  async #targets(session: CDPSession): Promise<Target[]> {
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'shared_worker' }] });
    return targetInfos.filter(({ title }) => title === `keyslot:${this.#store}`);
  }

  async #one(session: CDPSession, under?: string): Promise<Target> {
    const targets = await this.#targets(session);
    const matching = targets.filter(
      ({ url }) => under === undefined || new URL(url).pathname.startsWith(under),
    );
    const [target, ...others] = matching;
    if (target === undefined || others.length > 0) {
      throw new Error(`the store has ${others.length + (target === undefined ? 0 : 1)} hosts, not one`);
    }
    return target;
  }
}
