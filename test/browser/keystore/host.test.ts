// What the host shows of itself, and the sizes it can be given.
import type { HostEvent } from 'keyslot';
import { describe, expect, it } from 'vitest';
import { bytes, failure, freshStore } from './open.ts';

const MAC = { algorithm: { name: 'HMAC', hash: 'SHA-256' }, usages: ['sign'] } as const;

describe('events', () => {
  it('tells the transitions of slots in order, without gaps', async () => {
    const keys = await freshStore();
    const stop = new AbortController();
    const events = keys.events({ signal: stop.signal });
    const first = events.next();
    // The question for events is at the host before the key is made: one port keeps the order of its messages.
    const key = await keys.generateKey({ id: 'watched', lifetime: 'volatile', ...MAC });
    await key.destroy();
    const seen: HostEvent[] = [];
    for (let event = await first; event.done !== true; event = await events.next()) {
      if (event.value.type !== 'slot') throw new Error('nothing was evicted here');
      seen.push(event.value);
      if (event.value.to === 'EMPTY') break;
    }
    stop.abort();
    expect(seen.map(({ from, to }) => `${from}→${to}`)).toEqual([
      'EMPTY→FILLING',
      'FILLING→FULL',
      'FULL→EMPTY',
    ]);
    expect(seen.map(({ id }) => id)).toEqual([null, 'watched', 'watched']);
    const [start = 0] = seen.map(({ number }) => number);
    expect(seen.map(({ number }) => number)).toEqual(seen.map((_, i) => start + i));
  });
});

describe('sizes', () => {
  it('G10 no deadlock: a host of one cache slot and one lane finishes everything', async () => {
    const keys = await freshStore({ host: { cacheSize: 1, lanes: 1 } });
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        keys.generateKey({ id: `k${i}`, lifetime: 'persistent', ...MAC, cache: true }),
      ),
    );
    const tags = await Promise.all(
      made.flatMap((key) => Array.from({ length: 20 }, () => key.sign(bytes('x')))),
    );
    expect(tags.length).toBe(160);
    const { waiters, readers, evictions } = await keys.stats();
    expect({ waiters, readers }).toEqual({ waiters: 0, readers: 0 });
    expect(evictions).toBeGreaterThan(0);
  });

  it('the ceiling of volatile keys is an error at creation, and frees with them', async () => {
    const keys = await freshStore({ host: { ceiling: 16 } });
    const make = (i: number) => keys.generateKey({ id: `k${i}`, lifetime: 'volatile', ...MAC });
    for (let i = 0; i < 16; i += 1) await make(i);
    expect(await failure(make(16))).toEqual({ code: 'INSUFFICIENT_MEMORY', cause: 'CEILING' });
    await keys.destroyKey('k3');
    await make(16);
    expect((await keys.stats()).kinds.slab).toBe(16);
  });

  it('pinned keys are never evicted', async () => {
    const keys = await freshStore({ host: { cacheSize: 1 } });
    const pinned = await keys.generateKey({ id: 'pinned', lifetime: 'persistent', ...MAC, pinned: true });
    for (let i = 0; i < 4; i += 1) {
      const other = await keys.generateKey({ id: `other-${i}`, lifetime: 'persistent', ...MAC, cache: true });
      await other.sign(bytes('x'));
    }
    const { misses } = await keys.stats();
    await pinned.sign(bytes('x'));
    expect((await keys.stats()).misses).toBe(misses);
  });
});
