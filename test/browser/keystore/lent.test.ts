// What a call computes with: the bytes that its data has when it is called, however they lie in memory, and no others.
import { expect, test } from 'vitest';
import { refusal } from '../misuse/refusal.ts';
import { bytes, freshStore } from './open.ts';

const RAW = bytes('0123456789abcdef0123456789abcdef');
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;

async function key() {
  const keys = await freshStore();
  const init = { id: 'mac', lifetime: 'volatile', algorithm: HMAC, usages: ['sign', 'verify'] } as const;
  return keys.importKey('raw', RAW.slice(), init);
}

async function tagOf(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const native = await crypto.subtle.importKey('raw', RAW, HMAC, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', native, data));
}

const MESSAGE = bytes('a message of bytes');

/** The same bytes, as callers have them. */
const FORMS: Readonly<Record<string, () => BufferSource>> = {
  'an array of their own': () => MESSAGE.slice(),
  'a part of a larger array': () => {
    const larger = new Uint8Array(MESSAGE.length + 20).fill(7);
    larger.set(MESSAGE, 10);
    return larger.subarray(10, 10 + MESSAGE.length);
  },
  'a buffer': () => MESSAGE.slice().buffer,
  'a view of another type': () => new DataView(MESSAGE.slice().buffer),
  'an array of numbers of two bytes': () => new Uint16Array(MESSAGE.slice().buffer),
  'another array that calls itself one of bytes': () =>
    Object.setPrototypeOf(new Uint16Array(MESSAGE.slice().buffer), Uint8Array.prototype),
  'a buffer that can grow': () => {
    const resizable = new Uint8Array(new ArrayBuffer(MESSAGE.length, { maxByteLength: 64 }));
    resizable.set(MESSAGE);
    return resizable;
  },
  'an array of a class of their own': () => new (class Own extends Uint8Array {})(MESSAGE.slice().buffer),
};

for (const [form, make] of Object.entries(FORMS)) {
  test(`bytes of a call: ${form}`, async () => {
    const mac = await key();
    const expected = await tagOf(MESSAGE);
    const data = make();
    const signing = mac.sign(data);
    const verifying = mac.verify(expected.slice(), data);
    // They were read by then.
    (ArrayBuffer.isView(data) ? new Uint8Array(data.buffer) : new Uint8Array(data)).fill(0);
    expect(await signing).toEqual(expected);
    expect(await verifying).toBe(true);
  });

  test(`bytes of a call among many, which go together: ${form}`, async () => {
    const mac = await key();
    const expected = await tagOf(MESSAGE);
    const signed: Promise<Uint8Array>[] = [];
    const verified: Promise<boolean>[] = [];
    for (let call = 0; call < 50; call += 1) {
      const [data, tag] = [make(), expected.slice()];
      signed.push(mac.sign(data));
      verified.push(mac.verify(tag, data));
      (ArrayBuffer.isView(data) ? new Uint8Array(data.buffer) : new Uint8Array(data)).fill(0);
      tag.fill(0);
    }
    for (const tag of await Promise.all(signed)) expect(tag).toEqual(expected);
    expect(await Promise.all(verified)).toEqual(verified.map(() => true));
  });
}

test('bytes of a call: what only looks like an array is refused', async () => {
  const mac = await key();
  const pretended = [new Proxy(MESSAGE.slice(), {}), Object.create(Uint8Array.prototype), [1, 2, 3], 'text'];
  for (const data of pretended) {
    expect(await refusal(mac.sign(data))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
});
