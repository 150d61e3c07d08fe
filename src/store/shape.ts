// The form of a record as far as it shows without knowing what it says. A record is input like any other: the disk,
// another version or script of the origin may have written anything there.
import { isBytes } from '../algorithms/index.ts';
import { bytes } from '../algorithms/params.ts';
import { anyText, anything, oneOf, only, orNull, quantity, table, textThat } from '../algorithms/shape.ts';
import { RECORD_VERSION } from './record.ts';

const ANY = Number.POSITIVE_INFINITY;

/** 128 random bits, in hexadecimal. */
export const generation = textThat((text) => /^[\da-f]{32}$/i.test(text), '32 hexadecimal digits');

const secret = only((value) => value instanceof CryptoKey || isBytes(value), 'a key');

const material = table({
  driver: oneOf(['webcrypto', 'noble']),
  type: oneOf(['secret', 'private', 'public']),
  secret: orNull(secret),
  publicKey: orNull(bytes()),
});

const said = {
  version: oneOf([RECORD_VERSION]),
  id: anyText,
  generation,
  attributes: anything,
  material,
  created: quantity(-ANY, ANY, 'milliseconds'),
};

export const recordShape = table({ ...said, checksum: bytes() });

/** As schema 1 had them. */
export const uncheckedShape = table(said);
