// One tab floods the host, another goes on working (G12).
import { type Key, openKeystore } from 'keyslot';
import { percentile } from '../measure.ts';

const STORE = 'bench flood';
const MESSAGE = new Uint8Array(32);
const CALLS = 10_000;
/** Longer than the flood: what is measured is waiting, not giving up. */
const TIMEOUT = 600_000;

const NOBLE = { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' } as const;
const NATIVE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

async function sessionKey(algorithm: typeof NOBLE | typeof NATIVE): Promise<Key> {
  const keys = await openKeystore({ name: STORE });
  return keys.generateKey({ lifetime: 'session', algorithm, usages: ['sign'] });
}

/** Queues signatures that block the host's thread, one after another. Resolves when all are made, with how many were. */
export async function flood(): Promise<{ calls: number; seconds: number }> {
  const key = await sessionKey(NOBLE);
  await key.sign(MESSAGE);
  const begun = performance.now();
  const calls = Array.from({ length: CALLS }, () => key.sign(MESSAGE, { timeout: TIMEOUT }));
  document.title = 'flooding';
  const made = await Promise.all(calls);
  document.title = 'done';
  return { calls: made.length, seconds: (performance.now() - begun) / 1000 };
}

/** Latencies with one call in flight, in ms. */
export interface Latencies {
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
}

/** Signs for so many ms, once at a time. */
export async function watch(driver: 'native' | 'noble', duration: number): Promise<Latencies> {
  const key = await sessionKey(driver === 'noble' ? NOBLE : NATIVE);
  for (let warm = 0; warm < 20; warm += 1) await key.sign(MESSAGE);
  const found: number[] = [];
  const end = performance.now() + duration;
  while (performance.now() < end) {
    const begun = performance.now();
    await key.sign(MESSAGE);
    found.push(performance.now() - begun);
  }
  return { calls: found.length, p50: percentile(found, 0.5), p99: percentile(found, 0.99) };
}
