// The host comes to life: on the first hello for a store, once. What fails is tried again by the next hello.
import { VARIANTS } from '../algorithms/index.ts';
import { drivers } from '../drivers/index.ts';
import { chooseDriver, probeNative } from '../drivers/probe.ts';
import { KeystoreError, StoreMoved } from '../errors.ts';
import { type Capabilities, hostLockName } from '../rpc/handshake.ts';
import type { Owner } from '../store/owner.ts';
import { keepsCryptoKeys } from '../store/probe.ts';
import { KeyStore } from '../store/store.ts';
import { Transactions } from '../store/transactions.ts';
import { BUILD } from '../version.ts';
import type { HostOf, Seat } from './accept.ts';
import { realClock } from './clock.ts';
import { Host } from './host.ts';
import { haveOneHolder, hold } from './locks.ts';
import { Ownership, storeLockName } from './ownership.ts';
import { leaveStore } from './protocols/leave.ts';
import { parseSizes } from './sizes.ts';
import { TERM } from './tenure.ts';

/** Hosts of this worker by store, each made once. */
export function hostsOfThisWorker(): HostOf {
  const hosts = new Map<string, Promise<Seat>>();
  return (name, sizes) => {
    let host = hosts.get(name);
    if (host === undefined) {
      host = start(name, sizes);
      hosts.set(name, host);
      host.catch(() => hosts.delete(name));
    }
    return host;
  };
}

async function start(name: string, wanted: unknown): Promise<Seat> {
  const sizes = parseSizes(wanted, navigator.hardwareConcurrency);
  const boot = crypto.randomUUID();
  const lock = hostLockName(boot);
  // Before any welcome: a client that is granted this lock knows that the host has died.
  const [native] = await Promise.all([probeNative(), hold(lock)]);
  const store = new KeyStore(new Transactions(name, boot));
  const clock = realClock();
  const host = new Host({ boot, store, drivers, clock, native, capabilities: capabilitiesOf(native), sizes });
  const { href: url } = self.location;
  const self_: Owner = { boot, build: BUILD, url, worker: self.name, topology: 'shared' };
  const ownership = new Ownership(name, self_, {
    async take(stolen) {
      if (!(await keepsCryptoKeys(await store.open()))) throw cannotKeepKeys();
      const last = await store.epoch();
      // Asked after the epoch was read, or a host that thaws here would claim over its successor.
      if (!(await haveOneHolder(storeLockName(name), lock))) throw new StoreMoved();
      const asked = clock.now();
      await store.claim(self_, last);
      // By then its last owner, should it thaw, asks before it dispatches anything.
      if (stolen) await new Promise<void>((resolve) => clock.at(clock.now() + TERM, resolve));
      return () => {
        host.born = last.born;
        host.tenure.begin(asked);
      };
    },
    leave: () => leaveStore(host),
    moved: (owner) => host.tellMoved(owner),
  });
  host.onReplaced = () => void ownership.abandon();
  return { host, ownership };
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

function cannotKeepKeys(): KeystoreError {
  return new KeystoreError(
    'NOT_SUPPORTED',
    'The SharedWorker of this browser cannot store a CryptoKey: one could not be written and read back. keyslot ' +
      'refuses to run here rather than lose keys. Use a browser based on Chromium or Firefox.',
  );
}
