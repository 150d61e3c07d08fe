// Checks a certification request (PKCS #10, RFC 2986) with Node's crypto, which has no reader of its own for it.
import { createPublicKey, verify } from 'node:crypto';
import { BitString, fromBER, Sequence } from 'asn1js';

/** Whether its signature is right, by the key that it names. */
export function checkRequest(pem: string): { readonly verified: boolean; readonly spki: string } {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const [info, , signature] = partsOf(fromBER(der).result);
  const [, , spki] = partsOf(info);
  if (!(info && spki && signature instanceof BitString)) throw new Error('This is no certification request.');
  const key = createPublicKey({ key: Buffer.from(spki.toBER()), format: 'der', type: 'spki' });
  const hash = key.asymmetricKeyType === 'ec' ? 'sha256' : null;
  const verified = verify(hash, Buffer.from(info.toBER()), key, signature.valueBlock.valueHexView);
  return { verified, spki: Buffer.from(spki.toBER()).toString('hex') };
}

function partsOf(value: unknown) {
  if (!(value instanceof Sequence)) throw new Error('A sequence was expected.');
  return value.valueBlock.value;
}
