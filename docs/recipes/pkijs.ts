// pkijs: a certificate and signed data (CMS, RFC 5652) with a key that stays in the host. Sees no secret key.
import { fromBER, Integer, OctetString, PrintableString } from 'asn1js';
import type { Keystore } from 'keyslot';
import {
  AttributeTypeAndValue,
  Certificate,
  ContentInfo,
  CryptoEngine,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  id_ContentType_Data,
  id_ContentType_SignedData,
  SignedData,
  SignerInfo,
} from 'pkijs';

/** What pkijs takes as its engine, for `setEngine` or for single calls. */
export function engineOf({ subtle }: Keystore): CryptoEngine {
  const getRandomValues = crypto.getRandomValues.bind(crypto);
  const randomUUID = crypto.randomUUID.bind(crypto);
  return new CryptoEngine({ name: 'keyslot', crypto: { subtle, getRandomValues, randomUUID } });
}

export async function selfSigned(
  engine: CryptoEngine,
  { privateKey, publicKey }: CryptoKeyPair,
  name: string,
): Promise<Certificate> {
  const certificate = new Certificate();
  certificate.version = 2; // v3, in the words of X.509
  certificate.serialNumber = new Integer({ valueHex: engine.getRandomValues(new Uint8Array(8)).buffer });
  const commonName = { type: '2.5.4.3', value: new PrintableString({ value: name }) };
  for (const its of [certificate.issuer, certificate.subject]) {
    its.typesAndValues.push(new AttributeTypeAndValue(commonName));
  }
  certificate.notBefore.value = new Date();
  certificate.notAfter.value = new Date(Date.now() + 365 * 24 * 60 * 60 * 1000);
  await certificate.subjectPublicKeyInfo.importKey(publicKey, engine);
  await certificate.sign(privateKey, 'SHA-256', engine);
  return certificate;
}

/** SignedData with its content and its signer's certificate in it, as DER. */
export async function signData(
  engine: CryptoEngine,
  privateKey: CryptoKey,
  certificate: Certificate,
  content: Uint8Array<ArrayBuffer>,
): Promise<ArrayBuffer> {
  const { issuer, serialNumber } = certificate;
  const signed = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: id_ContentType_Data,
      eContent: new OctetString({ valueHex: content.slice().buffer }),
    }),
    signerInfos: [new SignerInfo({ version: 1, sid: new IssuerAndSerialNumber({ issuer, serialNumber }) })],
    certificates: [certificate],
  });
  await signed.sign(privateKey, 0, 'SHA-256', undefined, engine);
  const info = new ContentInfo({ contentType: id_ContentType_SignedData, content: signed.toSchema(true) });
  return info.toSchema().toBER();
}

/** Whether each signature is right. Whom its certificate is of is another question. */
export async function verifyData(engine: CryptoEngine, der: BufferSource): Promise<boolean> {
  const info = new ContentInfo({ schema: fromBER(der).result });
  return new SignedData({ schema: info.content }).verify({ signer: 0, checkChain: false }, engine);
}
