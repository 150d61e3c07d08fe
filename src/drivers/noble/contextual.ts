// What noble's post-quantum signatures share: a context string, and entropy in each signature (its default). Touches
// private keys.
import type { Signer } from '@noble/post-quantum/utils.js';
import type { OperationParams } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';
import type { Scheme } from './akp.ts';

/** noble takes no `undefined`. At most 255 bytes (FIPS 204, 5.2; FIPS 205, 10.2). */
export function options({ context }: OperationParams): { context?: Bytes } {
  if (context === undefined) return {};
  if (context.length > 255) throw invalid('a context has at most 255 bytes');
  return { context };
}

/** @param signatureSize - in bytes; a signature of another size is an invalid one, not an error. */
export function signing(
  signer: Pick<Signer, 'sign' | 'verify'>,
  signatureSize: number,
): Pick<Scheme, 'withPublic' | 'withPrivate'> {
  return {
    withPublic: (publicKey) => ({
      verify: (signature, data, params) =>
        signature.length === signatureSize && signer.verify(signature, data, publicKey, options(params)),
    }),
    withPrivate: (expanded) => ({
      sign: (data, params) => signer.sign(data, expanded(), options(params)),
    }),
  };
}
