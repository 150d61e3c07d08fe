// The host comes to life: on the first hello for a store, once. What fails is tried again by the next hello.
import { VARIANTS } from '../algorithms/index.ts';
import { chooseDriver } from '../drivers/choose.ts';
import { drivers } from '../drivers/index.ts';
import { decideNesting } from '../drivers/nesting.ts';
import { keepEngine } from '../drivers/webcrypto/engine.ts';
import { KeystoreError } from '../errors.ts';
import { type Capabilities, type Hello, hostLockName } from '../rpc/handshake.ts';
import { loadChecksums } from '../store/checksum.ts';
import type { Owner } from '../store/owner.ts';
import { KeyStore } from '../store/store.ts';
import { Transactions } from '../store/transactions.ts';
import { BUILD } from '../version.ts';
import type { HostOf, Seat } from './accept.ts';
import { realClock } from './clock.ts';
import { loadAnnex } from './handlers/load.ts';
import { Host } from './host.ts';
import { haveOneHolder, hold, isHeld, type Release } from './locks.ts';
import { Natives } from './natives.ts';
import { Ownership, storeLockName } from './ownership.ts';
import { leaveStore } from './protocols/leave.ts';
import { takeStore } from './protocols/take.ts';
import { parseSizes } from './sizes.ts';

/** When the rest of the host is loaded, in ms: behind the first calls. */
const ANNEX_AFTER = 1_000;

/** What the hosts of a worker have to know of where they are. */
export interface Surroundings {
  readonly topology: Owner['topology'];
  /** By which clients find them, as far as it is known by now: see {@link Owner}. */
  readonly address: Readonly<Pick<Owner, 'url' | 'worker'>>;
  /** The host of this boot starts, and may be told of when this resolves. */
  readonly starts?: (boot: string) => Promise<void>;
  readonly started?: (seat: Seat) => void;
}

/** Hosts of this worker by store, each made once. */
export function hostsOfThisWorker(surroundings: Surroundings): HostOf {
  const hosts = new Map<string, Promise<Seat>>();
  return (hello) => {
    const name = hello.store;
    let host = hosts.get(name);
    if (host === undefined) {
      host = start(hello, surroundings);
      hosts.set(name, host);
      host.catch(() => hosts.delete(name));
    }
    return host;
  };
}

async function start(
  { store: name, sizes: wanted, alone }: Hello,
  { topology, address, starts, started }: Surroundings,
): Promise<Seat> {
  keepEngine();
  const sizes = parseSizes(wanted, navigator.hardwareConcurrency);
  decideNesting(alone === true);
  const boot = crypto.randomUUID();
  const lock = hostLockName(boot);
  // Before any welcome: a client that is granted this lock knows that the host has died.
  const alive = hold(lock);
  // For the store, which waits for it when it is opened: it loads beside what comes before that.
  loadChecksums().catch(() => undefined);
  // The store waits for what is found, though that could save its lock's 5 ms: not even its database is opened by a worker
  // that may not keep keys, since to open it may be to upgrade it, and what reads `null` for a key would write that. And who
  // has the lock is taken for the owner, and answers so to whoever looks for one.
  const [natives] = await Promise.all([findNatives(topology), alive.then(() => starts?.(boot))]).catch(
    async (error: unknown) => {
      (await alive)();
      throw error;
    },
  );
  const store = new KeyStore(new Transactions(name, boot));
  const clock = realClock();
  const host = new Host({
    boot,
    store,
    drivers,
    clock,
    natives,
    capabilities: capabilitiesOf(natives.variants),
    sizes,
  });
  const self_: Owner = {
    boot,
    build: BUILD,
    topology,
    get url() {
      return address.url;
    },
    get worker() {
      return address.worker;
    },
  };
  let stopBelieving: Release = () => undefined;
  const ownership = new Ownership(name, self_, {
    async take(stolen) {
      await store.open();
      const stop = await hold(believingLockName(boot));
      stopBelieving = stop;
      const holdsLock = () => haveOneHolder(storeLockName(name), lock);
      const believes = async (last: string) =>
        stolen || (last !== boot && (await isHeld(believingLockName(last))));
      try {
        return await takeStore(host, store, { owner: self_, believes, holdsLock });
      } catch (error) {
        // The store may have been left before this lock was held: then nobody else lets go of it, and the next taking would wait
        // for it for ever.
        stop();
        throw error;
      }
    },
    leave() {
      const left = leaveStore(host);
      // Its first step is done: from here on this host dispatches nothing that is stored.
      stopBelieving();
      return left;
    },
    moved: (owner) => host.tellMoved(owner),
  });
  // A host may live for weeks: what it has not loaded by then may have gone from the server, or the network from the device.
  setTimeout(() => void loadAnnex().catch(() => undefined), ANNEX_AFTER);
  host.onReplaced = () => void ownership.abandon();
  const seat = { host, ownership };
  started?.(seat);
  return seat;
}

/**
 * Held by a host from before its claim until it has stopped to use stored keys. One that was robbed while it was frozen
 * holds it still: whoever then takes the store waits for the term, even if the thief has died meanwhile.
 */
function believingLockName(boot: string): string {
  return `keyslot:believes:${boot}`;
}

async function findNatives(topology: Owner['topology']): Promise<Natives> {
  const natives = await Natives.find(topology);
  if (natives !== undefined) return natives;
  throw cannotKeepKeys(topology);
}

function capabilitiesOf(native: ReadonlySet<string>): Capabilities {
  const algorithms: Record<string, 'webcrypto' | 'noble'> = {};
  for (const { variant, sample } of VARIANTS) {
    try {
      algorithms[variant] = chooseDriver(sample, native);
    } catch {
      // No driver has it: it is not listed, and its creation answers NOT_SUPPORTED.
    }
  }
  return { algorithms };
}

function cannotKeepKeys(topology: Owner['topology']): KeystoreError {
  const [worker, advice] =
    topology === 'shared'
      ? ['SharedWorker', 'Leave `topology` out, or let it be elected.']
      : ['Worker', 'Use another browser.'];
  return new KeystoreError(
    'NOT_SUPPORTED',
    `A ${worker} of this browser cannot store a CryptoKey: one could not be written and read back. keyslot refuses to ` +
      `run there rather than lose keys. ${advice}`,
    { cause: 'CANNOT_KEEP_KEYS' },
  );
}
