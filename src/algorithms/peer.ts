// The other side's public key, as key agreement takes it.
import type { ReadParams } from './family.ts';
import { invalid, isBytes, isCryptoKey } from './input.ts';
import { type Member, paramsOf } from './params.ts';

/** 133 bytes are a point of P-521. */
const MAX_BYTES = 133;

const publicKey: Member = (value, what) => {
  if (isBytes(value) && value.length > 0 && value.length <= MAX_BYTES) return value;
  if (isCryptoKey(value) && value.type === 'public') return value;
  throw invalid(`${what} must be a public key of the same curve: its raw bytes or a public CryptoKey`);
};

export function peer(name: string): ReadParams {
  const read = paramsOf(name, { publicKey }, '{ publicKey }');
  return (_, input) => read(input);
}
