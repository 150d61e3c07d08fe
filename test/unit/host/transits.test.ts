// G4: a destruction reaches the bytes of a key that is being wrapped, wherever they are on their way.
import { describe, expect, it } from 'vitest';
import { Transits } from '../../../src/host/transits.ts';
import type { SlotName } from '../../../src/slots/slot.ts';

const name = 'shared/key' as SlotName;
const bytes = () => Uint8Array.of(1, 2, 3);
const isCleared = (material: Uint8Array) => material.every((byte) => byte === 0);
const gone = expect.objectContaining({ code: 'INVALID_HANDLE' });

describe('G4 destruction: material in transit', () => {
  it('is used as long as its key is there, and cleared when it has arrived', async () => {
    const transits = new Transits();
    const material = bytes();
    const transit = transits.begin(name, 'persistent').fill(material);
    expect(await transit.use((its) => Promise.resolve(its.join()))).toBe('1,2,3');
    await transit.end();
    expect(isCleared(material)).toBe(true);
    expect(transits.size).toBe(0);
  });

  it('is cleared in the step of the destruction, and nothing computes with it later', () => {
    const transits = new Transits();
    const material = bytes();
    const transit = transits.begin(name, 'volatile').fill(material);
    void transits.end(name);
    expect(isCleared(material)).toBe(true);
    expect(() => transit.use(() => 0)).toThrow(gone);
  });

  it('is cleared on arrival if its key was destroyed while it was read', () => {
    const transits = new Transits();
    const transit = transits.begin(name, 'volatile');
    void transits.end(name);
    const material = bytes();
    expect(() => transit.fill(material)).toThrow(gone);
    expect(isCleared(material)).toBe(true);
  });

  it('keeps a destruction waiting while an engine computes with its copy, however that ends', async () => {
    const transits = new Transits();
    const transit = transits.begin(name, 'session').fill(bytes());
    let fail: (cause: Error) => void = () => undefined;
    const computing = transit.use(
      () =>
        new Promise<never>((_, reject) => {
          fail = reject;
        }),
    );
    const order: string[] = [];
    const destroyed = transits.end(name).then(() => order.push('destroyed'));
    const failed = Promise.resolve(computing).catch(() => order.push('computed'));
    fail(new Error('the engine refuses'));
    await Promise.all([destroyed, failed]);
    expect(order).toStrictEqual(['computed', 'destroyed']);
  });

  it('is whole as long as somebody computes with it, who may read it late', async () => {
    const transits = new Transits();
    const material = bytes();
    const transit = transits.begin(name, 'persistent').fill(material);
    let load: () => void = () => undefined;
    const loaded = new Promise<void>((resolve) => {
      load = resolve;
    });
    const wrapped = transit.use(async (its) => {
      await loaded;
      return its.join();
    });
    const destroyed = transits.end(name);
    load();
    expect(await wrapped).toBe('1,2,3');
    await destroyed;
    expect(isCleared(material)).toBe(true);
  });

  it('of stored keys goes with the store; that of a later key of the id stays', async () => {
    const transits = new Transits();
    const [stored, kept] = [bytes(), bytes()];
    transits.begin(name, 'persistent').fill(stored);
    transits.begin('shared/other' as SlotName, 'volatile').fill(kept);
    await transits.endStored();
    expect([isCleared(stored), isCleared(kept)]).toStrictEqual([true, false]);
    const later = bytes();
    const transit = transits.begin(name, 'persistent').fill(later);
    expect(transit.use((its) => its.join())).toBe('1,2,3');
  });
});
