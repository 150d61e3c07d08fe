// The host comes to life: on the first hello for a store, once. What fails is tried again by the next hello.
import { VARIANTS } from '../algorithms/index.ts';
import { drivers } from '../drivers/index.ts';
import { chooseDriver, probeNative } from '../drivers/probe.ts';
import { KeystoreError } from '../errors.ts';
import { type Capabilities, hostLockName } from '../rpc/handshake.ts';
import { keepsCryptoKeys } from '../store/probe.ts';
import { KeyStore } from '../store/store.ts';
import type { HostOf } from './accept.ts';
import { realClock } from './clock.ts';
import { Host } from './host.ts';
import { hold, own } from './ownership.ts';
import { parseSizes } from './sizes.ts';

/** Hosts of this worker by store, each made once. */
export function hostsOfThisWorker(): HostOf {
  const hosts = new Map<string, Promise<Host>>();
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

async function start(name: string, wanted: unknown): Promise<Host> {
  const sizes = parseSizes(wanted, navigator.hardwareConcurrency);
  const boot = crypto.randomUUID();
  // The engine is tried out while the lock is waited for.
  const [native, release] = await Promise.all([probeNative(), own(name, boot)]);
  const store = new KeyStore(name);
  try {
    if (!(await keepsCryptoKeys(await store.open()))) throw cannotKeepKeys();
    // Before any welcome: a client that is granted this lock knows that the host has died.
    await hold(hostLockName(boot));
    const capabilities = capabilitiesOf(native);
    return new Host({ boot, store, drivers, clock: realClock(), native, capabilities, sizes });
  } catch (error) {
    // Or the next attempt would wait for this one.
    store.close();
    release();
    throw error;
  }
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
