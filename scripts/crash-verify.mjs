// @ts-check
// Judges what a look at the store brought, with Node's own crypto: a key is whole if the public key that it names
// verifies what it signs.
import { createPublicKey, verify } from 'node:crypto';

/**
 * @param {import('./crash-page.mjs').Look} look
 * @returns {import('./crash-account.mjs').Finding}
 */
export function judge({ id, publicKey, signature, fault }) {
  if (fault !== undefined) return { id, fault };
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'hex'), format: 'der', type: 'spki' });
    // Edwards keys hash by themselves.
    const hash = key.asymmetricKeyType === 'ec' ? 'sha256' : null;
    const data = Buffer.from(id);
    const verified = verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'hex'));
    return verified ? { id, publicKey } : { id, publicKey, fault: 'its signature does not verify' };
  } catch (error) {
    return { id, fault: `its public key: ${error instanceof Error ? error.message : error}` };
  }
}
