// The hosts of a tab's own worker (the elected topology). The page hands over ports and says what becomes of it; this
// says which of the hosts stand for their stores, and lets clients of other tabs in: by the broker, or by a channel.
import { type FromBroker, isFromBroker, type ToBroker } from '../rpc/broker.ts';
import { onKnock } from '../rpc/channel.ts';
import type { Port } from '../rpc/port.ts';
import { isToWorker, type PageState, type Started, type ToWorker } from '../rpc/tab.ts';
import { acceptPort, type HostOf, type Seat } from './accept.ts';
import { forgetVolatile } from './protocols/leave.ts';
import { hostsOfThisWorker } from './start.ts';

/** How long a host waits for the broker when it starts, in ms. Without one it is reached by a channel. */
const BROKER_WITHIN = 1_000;

/** @param early - what has been said before. */
export function serveTab(scope: DedicatedWorkerGlobalScope, early: readonly MessageEvent<unknown>[]): void {
  const hosts = new TabHosts((started) => scope.postMessage(started));
  const told = ({ data, ports }: MessageEvent<unknown>): void => {
    if (isToWorker(data)) hosts.told(data, ports[0]);
  };
  early.forEach(told);
  scope.addEventListener('message', told);
}

class TabHosts {
  readonly #tell: (started: Started) => void;
  readonly #hostOf: HostOf;
  readonly #boots = new Set<string>();
  readonly #seats = new Set<Seat>();
  /** Where the broker is, by its own word. Empty until it is known. */
  readonly #address = { url: '', worker: '' };
  readonly #brokered: Promise<void>;
  #found: () => void = () => undefined;
  #line: MessagePort | undefined;
  #page: PageState = 'visible';

  constructor(tell: (started: Started) => void) {
    this.#tell = tell;
    this.#brokered = new Promise((resolve) => {
      this.#found = resolve;
    });
    this.#hostOf = hostsOfThisWorker({
      topology: 'elected',
      address: this.#address,
      starts: (boot) => this.#starts(boot),
      started: (seat) => {
        this.#seats.add(seat);
        if (this.#page === 'visible') seat.ownership.stand();
      },
    });
  }

  told(message: ToWorker, port: MessagePort | undefined): void {
    if (message.keyslot === 'page') this.#become(message.state);
    else if (message.keyslot === 'no-broker') this.#found();
    else if (port === undefined) return;
    else if (message.keyslot === 'connect') this.#accept(port);
    else this.#listen(port);
  }

  #become(state: PageState): void {
    this.#page = state;
    for (const { host, ownership } of this.#seats) {
      if (state === 'visible') ownership.stand();
      else ownership.withdraw();
      if (state !== 'frozen') continue;
      // Nobody can wait for a page that is not running, perhaps for days: its host keeps its own clients' session keys
      // and nothing else. All of it in this step: none may follow.
      host.tellMoved(null, true);
      forgetVolatile(host);
      void ownership.abandon(true);
    }
  }

  /** The host of a boot can be reached from here on. */
  async #starts(boot: string): Promise<void> {
    this.#boots.add(boot);
    onKnock(boot, (port) => this.#accept(port));
    this.#tell({ keyslot: 'started', boot });
    this.#register(boot);
    const late = new Promise((resolve) => setTimeout(resolve, BROKER_WITHIN));
    await Promise.race([this.#brokered, late]);
  }

  /** A line to the broker: the first, or another after it has forgotten everybody. */
  #listen(line: MessagePort): void {
    this.#line = line;
    line.onmessage = ({ data, ports: [port] }: MessageEvent<unknown>) => {
      if (isFromBroker(data)) this.#heard(data, port);
    };
    for (const boot of this.#boots) this.#register(boot);
  }

  #register(boot: string): void {
    this.#line?.postMessage({ keyslot: 'register', boot } satisfies ToBroker);
  }

  #heard(message: FromBroker, port: MessagePort | undefined): void {
    if (message.keyslot === 'reached' && port !== undefined) this.#accept(port);
    if (message.keyslot !== 'registered') return;
    const { url, worker } = message;
    Object.assign(this.#address, { url, worker });
    this.#found();
  }

  #accept(port: Port): void {
    acceptPort(port, this.#hostOf);
  }
}
