/// <reference types="vite/client" />
// hash-test-vectors: NIST's messages and their digests, RFC 4231's MACs and RFC 6070's derivations, through `subtle`
// natively and by noble.

import hmacs from 'hash-test-vectors/hmac.json?raw';
import digests from 'hash-test-vectors/index.json?raw';
import pbkdf2s from 'hash-test-vectors/pbkdf2.json?raw';
import { openKeystore } from 'keyslot';
import { afterAll, describe, expect, it } from 'vitest';
import { ALIASES, HASHES, TOO_LONG, UNKNOWN } from './exclusions.ts';
import { Buffer, toHex } from './node.ts';

type Row = Readonly<Record<string, string>>;
const rows = (text: string): readonly Row[] => JSON.parse(text);

const NOT_HASHES = ['input', 'key', 'data', 'truncate'];

it('every column of the vectors is tried, or listed with a reason', () => {
  const columns = Object.keys({ ...rows(digests)[0], ...rows(hmacs)[0] }).filter(
    (name) => !NOT_HASHES.includes(name),
  );
  expect(columns.toSorted()).toStrictEqual([...Object.values(HASHES), ...ALIASES, ...UNKNOWN].toSorted());
});

it.each(Object.entries(HASHES))('the aliases of %s agree with it', (_, column) => {
  for (const row of rows(digests)) {
    const same = Object.keys(row).filter((name) => row[name] === row[column]);
    expect([column, ...ALIASES]).toStrictEqual(expect.arrayContaining(same));
  }
});

describe.each(['native', 'noble'])('hash-test-vectors, %s', async (driver) => {
  const keys = await openKeystore({
    name: `hashes-${driver}-${crypto.randomUUID()}`,
    fallback: driver === 'noble',
  });
  afterAll(() => keys.close());
  const { subtle } = keys;

  it.each(Object.entries(HASHES))('196 digests by %s', async (hash, column) => {
    const trials = rows(digests).map(async (row) => {
      const digest = await subtle.digest(hash, Buffer.from(row['input'] ?? '', 'base64'));
      expect(toHex(digest)).toBe(row[column]);
    });
    expect(await Promise.all(trials)).toHaveLength(196);
  });

  it.each(Object.entries(HASHES))('6 MACs by HMAC with %s', async (hash, column) => {
    const trials = rows(hmacs).map(async (row) => {
      const algorithm = { name: 'HMAC', hash };
      const secret = Buffer.from(row['key'] ?? '', 'hex');
      const key = await subtle.importKey('raw', secret, algorithm, false, ['sign']);
      const mac = await subtle.sign(algorithm, key, Buffer.from(row['data'] ?? '', 'hex'));
      const expected = row[column] ?? '';
      // One is given in part.
      expect(toHex(mac).slice(0, expected.length)).toBe(expected);
      expect(expected.length >= 32).toBe(true);
    });
    expect(await Promise.all(trials)).toHaveLength(6);
  });

  const derivations = rows(pbkdf2s).filter(({ iterations }) => Number(iterations) !== TOO_LONG);
  it(`${derivations.length} of 6 derivations by PBKDF2 with SHA-1`, async () => {
    for (const { password = '', salt = '', iterations, length, sha1 } of derivations) {
      const key = await subtle.importKey('raw', Buffer.from(password), 'PBKDF2', false, ['deriveBits']);
      const params = {
        name: 'PBKDF2',
        hash: 'SHA-1',
        salt: Buffer.from(salt),
        iterations: Number(iterations),
      };
      expect(toHex(await subtle.deriveBits(params, key, Number(length) * 8))).toBe(sha1);
    }
    expect(derivations).toHaveLength(5);
  });
});
