// All open tabs create one id at the same moment. The starting gun is a Web Lock: one tab holds it, the
// others queue for it in shared mode, and its release grants it to all of them at once.
import type { Channel, RaceCall, RaceResult } from './channel.ts';
import { openTabs } from './tabs.ts';

/** The longest wait, in ms, for a tab that may have been closed meanwhile. */
const LIMIT = 10_000;

export type Run = (call: RaceCall) => Promise<RaceResult>;

export class Races {
  readonly #channel: Channel;
  readonly #tab: string;
  readonly #run: Run;

  constructor(channel: Channel, tab: string, run: Run) {
    this.#channel = channel;
    this.#tab = tab;
    this.#run = run;
    channel.on('race', (call) => void this.#join(call));
  }

  /** Starts a race, takes part, and gathers every tab's result, by name of tab. */
  async start(id: string, method: RaceCall['method']): Promise<RaceResult[]> {
    const call: RaceCall = { race: crypto.randomUUID(), by: this.#tab, id, method };
    const others = (await openTabs()).filter((tab) => tab !== this.#tab);
    const over = new AbortController();
    const ready = gather(others, over.signal, (add) =>
      this.#channel.on('ready', ({ race, tab }) => race === call.race && add(tab, tab), over.signal),
    );
    const raced = gather<RaceResult>(others, over.signal, (add) =>
      this.#channel.on(
        'raced',
        (got) => got.race === call.race && add(got.result.tab, got.result),
        over.signal,
      ),
    );
    // Its failure is that of `ready` too, or is awaited below.
    raced.catch(() => undefined);
    try {
      await navigator.locks.request(gun(call), async () => {
        this.#channel.send('race', call);
        await ready;
      });
      const own = await this.#run(call);
      return [own, ...(await raced)].sort((a, b) => a.tab.localeCompare(b.tab));
    } finally {
      over.abort();
    }
  }

  async #join(call: RaceCall): Promise<void> {
    const start = navigator.locks.request(gun(call), { mode: 'shared' }, () => undefined);
    this.#channel.send('ready', { race: call.race, tab: this.#tab });
    await start;
    this.#channel.send('raced', { race: call.race, result: await this.#run(call) });
  }
}

function gun({ race }: RaceCall): string {
  return `keyslot-demo:race:${race}`;
}

/** One answer from each of the tabs. */
function gather<T>(
  tabs: readonly string[],
  signal: AbortSignal,
  listen: (add: (tab: string, answer: T) => void) => void,
): Promise<T[]> {
  const answers = new Map<string, T>();
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      const silent = tabs.filter((tab) => !answers.has(tab)).join(', ');
      reject(new Error(`Tab ${silent} did not answer: if it is still open, bring it to the front.`));
    }, LIMIT);
    signal.addEventListener('abort', () => clearTimeout(limit));
    const look = (): void => {
      if (answers.size < tabs.length) return;
      clearTimeout(limit);
      resolve([...answers.values()]);
    };
    listen((tab, answer) => {
      answers.set(tab, answer);
      look();
    });
    look();
  });
}
