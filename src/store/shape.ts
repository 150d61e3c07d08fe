// The form of a record as far as it shows without knowing what it says. A record is input like any other: the disk,
// another version or script of the origin may have written anything there.
import * as v from 'valibot';
import { isBytes } from '../algorithms/index.ts';
import { RECORD_VERSION } from './record.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const bytes = v.custom<Bytes>(isBytes);

const material = v.strictObject({
  driver: v.picklist(['webcrypto', 'noble']),
  type: v.picklist(['secret', 'private', 'public']),
  secret: v.nullable(v.union([v.instance(CryptoKey), bytes])),
  publicKey: v.nullable(bytes),
});

const said = {
  version: v.literal(RECORD_VERSION),
  id: v.string(),
  generation: v.pipe(v.string(), v.hexadecimal(), v.length(32)),
  attributes: v.unknown(),
  material,
  created: v.number(),
};

export const recordShape = v.strictObject({ ...said, checksum: bytes });

/** As schema 1 had them. */
export const uncheckedShape = v.strictObject(said);
