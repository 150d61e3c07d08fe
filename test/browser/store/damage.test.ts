// Ten thousand damaged records in one database, and whole ones: each harms itself alone.
import { openKeystore } from 'keyslot';
import { expect, it, onTestFinished } from 'vitest';
import { loadChecksums, withChecksum } from '../../../src/store/checksum.ts';
import { putRecords, thaw, writeStore } from '../../stores/frozen.ts';
import schema2 from '../../stores/schema-2.json';
import { spoil } from '../../stores/spoil.ts';
import { failure } from '../keystore/open.ts';
import { repeat } from './repeat.ts';

await loadChecksums();

type Table = Readonly<Record<string, unknown>>;

const isTable = (value: unknown): value is Table =>
  Object.prototype.toString.call(value) === '[object Object]';

/** Damaged records of a key, each under an id of its own: where a record lies is no part of it that can be damaged. */
function* damaged(original: Table): Generator<Table & { readonly id: string }> {
  const { checksum: its, ...said } = original;
  let number = 0;
  for (const { what, value } of spoil(original)) {
    if (!isTable(value) || what.startsWith('.id') || what.startsWith('.attributes.id')) continue;
    const id = `damaged ${original['id']} ${number}`;
    number += 1;
    const named = (attributes: unknown) => (isTable(attributes) ? { ...attributes, id } : attributes);
    const { checksum } = withChecksum({ ...said, id, attributes: named(said['attributes']) });
    const spoiled = { ...value, id, attributes: named(value['attributes']) };
    yield value['checksum'] === its ? { ...spoiled, checksum } : spoiled;
  }
}

it('ten thousand damaged records are listed without attributes, and harm no other', {
  timeout: 120_000,
}, async () => {
  const name = `test-${crypto.randomUUID()}`;
  await writeStore(name, schema2);
  const kinds = ['P-256', 'RSA-PSS', 'secp256k1', 'Ed448'];
  const originals = schema2.records.filter(({ id }) => kinds.includes(id));
  const thawed = await Promise.all(originals.map(thaw));
  const records = thawed.flatMap((original) => [...damaged(original as Table)]);
  expect(records.length).toBeGreaterThan(10_000);
  await putRecords(name, records);

  const keys = await openKeystore({ name });
  onTestFinished(async () => void (await keys.close()));
  const whole: string[] = [];
  let unreadable = 0;
  for await (const { id, attributes } of keys.listKeys({ pageSize: 1000 })) {
    if (attributes === null) unreadable += 1;
    else whole.push(id);
  }
  expect(whole.sort()).toEqual(schema2.records.map(({ id }) => id).sort());
  expect(unreadable).toBe(records.length);
  for (const { id } of records.filter((_, number) => number % 50 === 0)) {
    expect((await failure(keys.openKey(id))).code, id).toMatch(/^DATA_(CORRUPT|INVALID)$/);
    await keys.destroyKey(id);
    expect((await failure(keys.openKey(id))).code, id).toBe('DOES_NOT_EXIST');
  }
  for (const { id, result } of schema2.deeds) await repeat(await keys.openKey(id), result);
  const { readers, slots } = await keys.stats();
  expect({ readers, filling: slots.FILLING }).toEqual({ readers: 0, filling: 0 });
});
