// Tens of thousands of damaged records: each is refused as what it is, or it is none the worse.
import { beforeAll, describe, expect, it } from 'vitest';
import { KeystoreError } from '../../../src/errors.ts';
import { parseRecord } from '../../../src/host/stored.ts';
import { loadChecksums, withChecksum } from '../../../src/store/checksum.ts';
import { isSame, type KeyRecord } from '../../../src/store/record.ts';
import { thaw } from '../../stores/frozen.ts';
import schema2 from '../../stores/schema-2.json' with { type: 'json' };
import { type Spoiled, spoil, swap } from '../../stores/spoil.ts';

await loadChecksums();

const records: KeyRecord[] = [];

beforeAll(async () => {
  for (const frozen of schema2.records) records.push((await thaw(frozen)) as KeyRecord);
});

/** Reads damaged records of one key, and counts. */
function read(original: KeyRecord, damaged: Iterable<Spoiled>): { refused: number; unharmed: number } {
  const count = { refused: 0, unharmed: 0 };
  for (const { what, value } of damaged) {
    const outcome = outcomeOf(value, original.id);
    if (outcome instanceof KeystoreError) {
      expect(outcome.code, `${original.id}${what}`).toMatch(/^DATA_(CORRUPT|INVALID)$/);
      count.refused += 1;
    } else {
      expect(isSame(original, outcome), `${original.id}${what}`).toBe(true);
      count.unharmed += 1;
    }
  }
  return count;
}

function outcomeOf(value: unknown, id: string): unknown {
  try {
    return parseRecord(value, id);
  } catch (error) {
    return error;
  }
}

const sum = (counts: readonly { refused: number; unharmed: number }[]) => ({
  refused: counts.reduce((all, { refused }) => all + refused, 0),
  unharmed: counts.reduce((all, { unharmed }) => all + unharmed, 0),
});

describe('a record', () => {
  it('can be read when it is whole', () => {
    expect(records.length).toBeGreaterThan(10);
    for (const record of records) expect(isSame(record, parseRecord(record, record.id))).toBe(true);
  });

  it('is refused with any one place damaged: every bit, character and member', { timeout: 120_000 }, () => {
    const { refused, unharmed } = sum(records.map((record) => read(record, spoil(record))));
    expect(refused).toBeGreaterThan(10_000);
    expect(unharmed).toBe(0);
  });

  it('is refused with any part of another’s', { timeout: 60_000 }, () => {
    const counts = records.flatMap((record) =>
      records
        .filter((other) => other !== record)
        .map((other) =>
          read(
            record,
            [...swap(record, other)].filter((part) => !isSame(record, part.value)),
          ),
        ),
    );
    const { refused, unharmed } = sum(counts);
    expect(refused).toBeGreaterThan(1000);
    expect(unharmed).toBe(0);
  });

  it('is refused with the bytes of another key that is the same in all else', () => {
    const bytes = records.filter(({ material }) => material.secret instanceof Uint8Array);
    expect(bytes.length).toBeGreaterThan(3);
    for (const { checksum: _, ...record } of bytes) {
      const twin = { ...record, material: { ...record.material, secret: new Uint8Array(32).fill(7) } };
      expect(outcomeOf({ ...withChecksum(twin), material: record.material }, record.id)).toMatchObject({
        code: 'DATA_CORRUPT',
      });
    }
  });

  it('with another native key that shows no difference passes: their bytes are the engine’s alone', async () => {
    const record = records.find(({ id }) => id === 'AES-256');
    if (record === undefined) throw new Error('the fixture has no native AES key');
    const { algorithm, extractable, usages } = record.material.secret as CryptoKey;
    const other = await crypto.subtle.generateKey(algorithm as AesKeyAlgorithm, extractable, usages);
    const swapped = { ...record, material: { ...record.material, secret: other } };
    expect(parseRecord(swapped, record.id).generation).toBe(record.generation);
  });
});
