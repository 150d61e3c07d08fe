// One tab's share of a mixed load on a host under one of the locking strategies (strategies.ts).
import { type Key, type Keystore, openKeystore } from 'keyslot';
import { load, percentile } from '../measure.ts';
import type { Strategy } from './strategies.ts';

export type Role = keyof typeof ROLES;

/** What a tab does over and over, made ready from a keystore. */
const ROLES = {
  'native signing': { inFlight: 8, ready: (keys: Keystore) => signing(keys, P256) },
  'noble signing': { inFlight: 4, ready: (keys: Keystore) => signing(keys, SECP256K1) },
  loads: { inFlight: 4, ready: loading },
  destroys: { inFlight: 2, ready: destroying },
} as const;

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const SECP256K1 = { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' } as const;
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;
const MESSAGE = new Uint8Array(32);
/** Stored keys that are loaded for each use. */
const STORED = 16;

type Step = () => Promise<unknown>;
const steps = new Map<Strategy, { step: Step; inFlight: number }>();

/** Opens the host of a strategy and makes this tab's keys. */
export async function prepare(strategy: Strategy, role: Role): Promise<void> {
  const name = `bench ${strategy}`;
  const keys = await openKeystore({
    name,
    worker: () =>
      new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: strategy }),
  });
  const { inFlight, ready } = ROLES[role];
  steps.set(strategy, { step: await ready(keys), inFlight });
}

/** Works for `duration` ms. Rate in calls a second, p99 in ms. */
export async function play(strategy: Strategy, duration: number): Promise<{ rate: number; p99: number }> {
  const work = steps.get(strategy);
  if (work === undefined) throw new Error(`this tab has no keys under ${strategy}`);
  const { latencies, rate } = await load(work.step, work.inFlight, duration);
  return { rate, p99: percentile(latencies, 0.99) };
}

async function signing(keys: Keystore, algorithm: typeof P256 | typeof SECP256K1): Promise<Step> {
  const key = await keys.generateKey({ lifetime: 'session', algorithm, usages: ['sign'] });
  return () => key.sign(MESSAGE);
}

/** Keys without the `cache` policy: each use reads the store, unless another use of it is under way. */
async function loading(keys: Keystore): Promise<Step> {
  const made: Key[] = [];
  for (let number = 0; number < STORED; number += 1) {
    made.push(
      await keys.ensureKey({
        id: `stored ${number}`,
        lifetime: 'persistent',
        algorithm: HMAC,
        usages: ['sign'],
      }),
    );
  }
  let turn = 0;
  return async () => {
    turn += 1;
    await made[turn % STORED]?.sign(MESSAGE);
  };
}

async function destroying(keys: Keystore): Promise<Step> {
  return async () => {
    const init = {
      id: crypto.randomUUID(),
      lifetime: 'persistent',
      algorithm: HMAC,
      usages: ['sign'],
    } as const;
    const key = await keys.generateKey(init);
    await key.destroy();
  };
}
