// A key that was stored long ago is still itself.
import type { Key } from 'keyslot';
import { expect } from 'vitest';
import { fromBase64, MESSAGE } from '../../stores/frozen.ts';

/** What it did when it was stored, the key can still undo or confirm, and do again. */
export async function repeat(key: Key, result: string): Promise<void> {
  const iv = new Uint8Array(12);
  const before = fromBase64(result);
  const { usages } = key.attributes;
  if (usages.includes('decrypt')) expect(await key.decrypt(before, { iv })).toEqual(MESSAGE);
  if (usages.includes('encrypt')) expect(await key.encrypt(MESSAGE, { iv })).toEqual(before);
  if (usages.includes('verify')) expect(await key.verify(before, MESSAGE)).toBe(true);
  // The public half has just proved to be that of the old signature.
  if (usages.includes('sign')) expect(await key.verify(await key.sign(MESSAGE), MESSAGE)).toBe(true);
}
