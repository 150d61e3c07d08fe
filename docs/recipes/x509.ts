// @peculiar/x509: certificates and requests for keys that stay in the host. Sees no secret key.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Key, Keystore } from 'keyslot';

/** From here on, the library makes, uses and imports its keys through the keystore. */
export function useKeystore({ subtle }: Keystore): void {
  cryptoProvider.set({
    subtle,
    getRandomValues: (array) => crypto.getRandomValues(array),
    randomUUID: () => crypto.randomUUID(),
  });
}

/** A persistent key as the library takes it: both halves of it. */
export async function pairOf(keys: Keystore, key: Key): Promise<CryptoKeyPair> {
  const privateKey = key.cryptoKey;
  return { privateKey, publicKey: await keys.subtle.getPublicKey(privateKey, ['verify']) };
}

export async function selfSigned(pair: CryptoKeyPair, name: string): Promise<string> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name,
    keys: pair,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    ],
  });
  return certificate.toString('pem');
}

export async function certificateRequest(pair: CryptoKeyPair, name: string, host: string): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    name,
    keys: pair,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  });
  return request.toString('pem');
}

/** Whether both are signed by the keys that they name. */
export async function verifies(certificate: string, request: string): Promise<boolean> {
  const signed = await new X509Certificate(certificate).verify({ signatureOnly: true });
  return signed && (await new Pkcs10CertificateRequest(request).verify());
}
