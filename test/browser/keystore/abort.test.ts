// Cancelling what makes keys of keys, and what begins an operation: a rejection by `signal` or `timeout` means that nothing
// changed. (e2e/abort.spec.ts has the other methods.)
import type { CallOptions, Keystore } from 'keyslot';
import { expect, test } from 'vitest';
import { bytes, freshStore } from './open.ts';

const ED448 = { algorithm: 'Ed448', usages: ['sign'] } as const;
const HMAC = { algorithm: { name: 'HMAC', hash: 'SHA-256' }, usages: ['sign'], multipart: true } as const;

type Begin = (id: string, options: CallOptions) => Promise<unknown>;

/** What is cancelled, each under an id of its own: of a copy, or of nothing that will ever be there. */
async function calls(keys: Keystore): Promise<Readonly<Record<string, Begin>>> {
  await keys.generateKey({ id: 'source', lifetime: 'volatile', copyable: true, ...ED448 });
  const mac = await keys.generateKey({ id: 'mac', lifetime: 'volatile', ...HMAC });
  const native = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const handle = await keys.subtle.generateKey('Ed448', false, ['sign', 'verify']);
  if (!('privateKey' in handle)) throw new TypeError('Ed448 has pairs');
  return {
    copyKey: (id, options) => keys.copyKey('source', { id, lifetime: 'persistent' }, options),
    'persist, native': (id, options) => keys.persist(native, id, options),
    'persist, a handle': (id, options) => keys.persist(handle.privateKey, id, options),
    startSign: (_id, options) => mac.startSign(options),
  };
}

/** All that these calls can leave behind. */
async function left(keys: Keystore): Promise<{ ids: string[]; operations: number }> {
  const ids: string[] = [];
  for await (const { id } of keys.listKeys({ lifetime: 'persistent' })) ids.push(id);
  return { ids, operations: (await keys.stats()).operations };
}

/** The reason, or the code of a KeystoreError; `done` where it was too late. */
const outcomeOf = (call: Promise<unknown>, reason: unknown): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) => (error === reason ? 'reason' : String((error as { code?: string }).code)),
  );

test('an aborted signal rejects with its reason, before anything is asked', async () => {
  const keys = await freshStore();
  const reason = { mine: true };
  for (const [name, begin] of Object.entries(await calls(keys))) {
    const outcome = await outcomeOf(begin(name, { signal: AbortSignal.abort(reason) }), reason);
    expect([name, outcome]).toEqual([name, 'reason']);
  }
  expect(await left(keys)).toEqual({ ids: [], operations: 0 });
});

test.each(['signal', 'timeout'] as const)(
  'an operation that waits for its lane is not begun (%s)',
  async (by) => {
    const keys = await freshStore();
    const { startSign } = await calls(keys);
    if (startSign === undefined) throw new TypeError('there is such a call');
    const slow = await keys.generateKey({ lifetime: 'session', ...ED448 });
    const queue = Array.from({ length: 40 }, () => slow.sign(bytes('x')));
    const reason = new Error('changed my mind');
    const controller = new AbortController();
    const options = by === 'signal' ? { signal: controller.signal } : { timeout: 1 };
    const outcome = outcomeOf(startSign('', options), reason);
    controller.abort(reason);
    expect(await outcome).toBe(by === 'signal' ? 'reason' : 'INSUFFICIENT_MEMORY');
    await Promise.all(queue);
    expect((await left(keys)).operations).toBe(0);
  },
);

test.each(['signal', 'timeout'] as const)(
  'ended at any moment, a call has done all or nothing (%s)',
  async (by) => {
    const keys = await freshStore();
    const all = Object.entries(await calls(keys));
    const done: string[] = [];
    const reason = new Error('changed my mind');
    const attempt = async (name: string, begin: Begin, round: number): Promise<void> => {
      const controller = new AbortController();
      const options = by === 'signal' ? { signal: controller.signal } : { timeout: round / 4 };
      const outcome = outcomeOf(begin(`${name} ${round}`, options), reason);
      // After that many trips to the host.
      for (let trips = round % 6; trips > 0; trips -= 1) await keys.stats();
      controller.abort(reason);
      expect(['done', by === 'signal' ? 'reason' : 'INSUFFICIENT_MEMORY']).toContain(await outcome);
      if ((await outcome) === 'done') done.push(`${name} ${round}`);
    };
    const rounds = Array.from({ length: 12 }, (_, round) => round);
    await Promise.all(rounds.flatMap((round) => all.map(([name, begin]) => attempt(name, begin, round))));
    const started = done.filter((id) => id.startsWith('startSign'));
    const made = done.filter((id) => !id.startsWith('startSign')).sort();
    expect(await left(keys)).toEqual({ ids: made, operations: started.length });
  },
);
