// The host of one keystore: what its protocols share. Secrets live in `table` and `store` only.
import type { Driver, DriverName } from '../drivers/driver.ts';
import { KeystoreError } from '../errors.ts';
import type { Capabilities } from '../rpc/handshake.ts';
import type { Stats } from '../rpc/protocol.ts';
import { type Content, hasEntry, type Slot, type SlotName } from '../slots/slot.ts';
import { SlotTable } from '../slots/table.ts';
import type { Owner } from '../store/owner.ts';
import type { RecordStore } from '../store/store.ts';
import { Admission } from './admission.ts';
import { CacheWaiting } from './cache-waiting.ts';
import type { Clock } from './clock.ts';
import type { Early } from './early.ts';
import type { Events } from './events.ts';
import type { Contents, KeyEntry } from './keys.ts';
import { type Lanes, LONG_WIDTH, NativeLane, NobleLane } from './lanes.ts';
import type { Natives } from './natives.ts';
import { Once } from './once.ts';
import { Operations } from './operations.ts';
import type { Load } from './protocols/load.ts';
import { type Notices, Session } from './session.ts';
import type { Sizes } from './sizes.ts';
import { Tally } from './tally.ts';
import { Tenure } from './tenure.ts';
import { Transits } from './transits.ts';
import { Turns } from './turns.ts';

type Drivers = Readonly<Record<DriverName, Driver>>;

export interface HostOptions {
  /** New for every life of a host. */
  readonly boot: string;
  readonly store: RecordStore;
  readonly drivers: Drivers;
  readonly clock: Clock;
  /** What the engine does natively (natives.ts). */
  readonly natives: Pick<Natives, 'variants' | 'believed' | 'prove'>;
  readonly capabilities: Capabilities;
  readonly sizes: Sizes;
}

export class Host {
  readonly boot: string;
  readonly store: RecordStore;
  readonly drivers: Drivers;
  readonly clock: Clock;
  readonly natives: HostOptions['natives'];
  readonly capabilities: Capabilities;
  readonly sizes: Sizes;
  readonly table: SlotTable<Contents>;
  readonly turns = new Turns();
  readonly lanes: Lanes;
  readonly admission: Admission;
  readonly operations: Operations;
  /** From the first question for them on. */
  events: Events | Early | undefined;
  readonly tenure: Tenure;
  readonly once = new Once();
  /** Keys that are being wrapped. */
  readonly transits = new Transits();
  /** Loads under way: one a name, for all who wait. */
  readonly loads = new Map<SlotName, Load>();
  /** Cancelled loads that have read a key and not wiped it yet. */
  readonly leaving = new Set<Load>();
  readonly sessions = new Set<Session>();
  readonly cacheWaiting: CacheWaiting;
  /** When the store that this host owns had its first owner; `null` while it owns none. */
  born: number | null = null;
  readonly loadTally = new Tally();
  hits = 0;
  misses = 0;
  #sessionNumber = 0;

  constructor(options: HostOptions) {
    this.boot = options.boot;
    this.store = options.store;
    this.drivers = options.drivers;
    this.clock = options.clock;
    this.natives = options.natives;
    this.capabilities = options.capabilities;
    this.sizes = options.sizes;
    this.tenure = new Tenure(
      this.clock,
      () => this.store.confirm(),
      () => this.onReplaced(),
    );
    const { lanes, cacheSize, pinnedSize, ceiling, operations } = options.sizes;
    this.lanes = {
      webcrypto: new NativeLane(lanes),
      noble: new NobleLane(this.clock),
      long: new NativeLane(LONG_WIDTH, 'a lane for long work'),
    };
    this.admission = new Admission(lanes + 1);
    this.table = new SlotTable({
      cacheSize,
      pinnedSize,
      operationSize: operations,
      ceiling,
      wipe: ({ key }) => key.wipe(),
      onCacheFree: () => this.cacheWaiting.serve(),
      onTransition: (slot, from, to) => this.#tell(slot, from, to),
    });
    this.cacheWaiting = new CacheWaiting(this.table);
    this.operations = new Operations(operations, (hold) => {
      this.table.unexempt(hold);
      this.table.unregister(hold);
    });
  }

  /** The store names another owner: this host was silent for too long. */
  onReplaced: () => void = () => undefined;

  /** The key of a name, in a slot. A stored one only while the store is known to be this host's. */
  find(name: SlotName): KeyEntry | undefined {
    const entry = this.table.find(name);
    if (entry?.contents.attributes.lifetime === 'persistent' && !this.tenure.fresh) return undefined;
    return entry;
  }

  /** A FILLING slot for a volatile or session key. There is nothing to wait for: only their owners end them. */
  takeSlabSlot(): Slot<Contents> {
    const slot = this.table.reserve('slab');
    if (slot !== undefined) return slot;
    throw new KeystoreError(
      'INSUFFICIENT_MEMORY',
      `The host holds ${this.sizes.ceiling} volatile and session keys, its ceiling. Destroy some that are not needed.`,
      { cause: 'CEILING' },
    );
  }

  get waits(): Stats['waits'] {
    const { webcrypto, noble, long } = this.lanes;
    return {
      cache: this.cacheWaiting.tally.stats,
      native: webcrypto.tally.stats,
      noble: noble.tally.stats,
      long: long.tally.stats,
      load: this.loadTally.stats,
      turn: this.turns.tally.stats,
      admission: this.admission.tally.stats,
    };
  }

  /** Calls that wait for anything of these. */
  get waiters(): number {
    return Object.values(this.waits).reduce((sum, { waiting }) => sum + waiting, 0);
  }

  newSession(system = false, notices?: Notices): Session {
    this.#sessionNumber += 1;
    const session = new Session(this.#sessionNumber, system, notices);
    this.sessions.add(session);
    return session;
  }

  /** The store is another host's now: clients find it there, and what is not stored here, unless this tab is frozen. */
  tellMoved(owner: Owner | null, frozen?: true): void {
    for (const { notices } of this.sessions) notices?.moved(owner, frozen);
  }

  /** The store is this host's. Clients that came before it was know nothing of its birth. */
  tellOwned(born: number): void {
    for (const { notices } of this.sessions) notices?.owns(born);
  }

  /**
   * All that a client leaves behind goes in this step; what still computes wipes its slot when it is done.
   *
   * @returns how many operations were ended.
   */
  endSession(session: Session): number {
    if (!this.sessions.delete(session)) return 0;
    session.end();
    const operations = this.operations.endOf(session);
    for (const name of session.keys) {
      this.table.destroy(name);
      void this.transits.end(name);
    }
    return operations;
  }

  #tell({ kind }: Slot<Contents>, from: Content<Contents>, to: Content<Contents>): void {
    const known = hasEntry(to) ? to : from;
    const contents = hasEntry(known) ? known.entry.contents : undefined;
    this.events?.add(
      { at: Date.now(), kind, from: from.state, to: to.state, id: contents?.id ?? null },
      contents?.owner ?? null,
    );
  }
}
