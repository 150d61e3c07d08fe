// What takes seconds, beside what does not: for the end-to-end tests, and those of the browser that look at the same.
import type { Keystore } from 'keyslot';

const signing = ['sign', 'verify'] as const;
const data = new TextEncoder().encode('data');

/** A signature takes a second. */
const SLOW = { algorithm: { name: 'SLH-DSA-SHA2-256f' }, usages: signing, slow: true } as const;
const QUICK = { algorithm: 'Ed25519', usages: signing } as const;

/** How many workers of hosts are there: each holds a lock of such a name. */
export async function slowWorkers(): Promise<number> {
  const { held = [] } = await navigator.locks.query();
  return held.filter(({ name }) => name?.startsWith('keyslot:slow:')).length;
}

/**
 * One key signs for a second; when a worker of the host does that, or it is done, another signs. Tells whose signature was there
 * first, and how many such workers were seen.
 */
export async function signBoth(
  keys: Keystore,
): Promise<{ order: string[]; workers: number; verified: boolean }> {
  const slow = await keys.generateKey({ ...SLOW, lifetime: 'session' });
  const quick = await keys.generateKey({ ...QUICK, lifetime: 'session' });
  // The one that has made the key may not be gone yet.
  while ((await slowWorkers()) > 0);
  const order: string[] = [];
  let workers = 0;
  const signature = slow.sign(data).finally(() => order.push('slow'));
  while (order.length === 0 && workers === 0) workers = await slowWorkers();
  await quick.sign(data).finally(() => order.push('quick'));
  const verified = await slow.verify(await signature, data);
  await slow.destroy();
  await quick.destroy();
  return { order, workers, verified };
}
