// DER (X.690, section 10) on asn1js, which reads BER: what has a shorter form is refused here. Private keys pass
// through: what is read are views of the caller's bytes, and what is secret is written over zeros in the finished
// encoding, because the library's writer leaves copies of what it is given.
import { type BaseBlock, BitString, Constructed, fromBER, OctetString, Primitive } from 'asn1js';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';

/** Of public values only. */
export function write(block: BaseBlock): Bytes {
  return new Uint8Array(block.toBER());
}

/**
 * One element that fills `der`.
 *
 * @throws KeystoreError `INVALID_ARGUMENT` for everything else. The library's own error stays behind: it may speak of
 * what it read.
 */
export function read(der: Bytes): BaseBlock {
  let found: ReturnType<typeof fromBER>;
  try {
    found = fromBER(der, { parseEmbedded: false, copyInput: false });
  } catch {
    throw malformed();
  }
  const { offset, result } = found;
  if (offset !== der.length || sizeOf(result) !== der.length || !isDer(result)) throw malformed();
  return result;
}

/** The elements of a SEQUENCE, a SET or a constructed context-specific element. */
export function elementsOf(block: BaseBlock | undefined): readonly BaseBlock[] {
  if (block instanceof Constructed) return block.valueBlock.value;
  throw malformed();
}

/** The octets of an OCTET STRING, or of a primitive element that stands in its place: a view. */
export function octetsOf(block: BaseBlock | undefined): Uint8Array {
  if (block instanceof OctetString || block instanceof Primitive) return block.valueBlock.valueHexView;
  throw malformed();
}

/** The octets of a BIT STRING of whole octets, as keys have them: a view. */
export function bitsOf(block: BaseBlock | undefined): Uint8Array {
  if (block instanceof BitString && block.lenBlock.length > 0) {
    if (block.valueBlock.unusedBits === 0) return block.valueBlock.valueHexView;
  }
  throw malformed();
}

/** Whether a read element is, to the byte, this one. */
export function isSame(block: BaseBlock | undefined, expected: BaseBlock): boolean {
  const actual = block?.valueBeforeDecodeView ?? new Uint8Array(0);
  const bytes = write(expected);
  return actual.length === bytes.length && bytes.every((byte, index) => byte === actual[index]);
}

/** Whether a read element has the context-specific tag `number`. */
export function isTagged(block: BaseBlock | undefined, number: number): boolean {
  return block?.idBlock.tagClass === CONTEXT && block.idBlock.tagNumber === number;
}

export const CONTEXT = 3;

export function malformed(): Error {
  return invalid(
    'the key is not the DER that its format asks for; PEM must be decoded, encrypted keys opened',
  );
}

/** With identifier and length. */
function sizeOf({ idBlock, lenBlock }: BaseBlock): number {
  return idBlock.blockLength + lenBlock.blockLength + lenBlock.length;
}

/**
 * Identifiers of one octet and lengths of the fewest, SEQUENCE and SET constructed and strings in one piece, each element
 * filled by those in it, all the way down: asn1js leaves all of this open.
 */
function isDer(block: BaseBlock): boolean {
  const { idBlock, lenBlock } = block;
  const { length } = lenBlock;
  const fewest = length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 4;
  if (lenBlock.isIndefiniteForm || lenBlock.blockLength !== fewest || idBlock.blockLength !== 1) return false;
  if (!(block instanceof Constructed)) return !idBlock.isConstructed;
  const { value } = block.valueBlock;
  const filled = value.reduce((sum, inner) => sum + sizeOf(inner), 0);
  return idBlock.isConstructed && filled === length && value.every(isDer);
}
