// docs/recipes/x509.md: certificates and requests of keys that stay in the host, judged by OpenSSL (Node's crypto).
import { X509Certificate } from 'node:crypto';
import { expect, test } from '../fixtures.ts';
import { checkRequest } from './request.ts';

const KEYS = [
  { name: 'ECDSA', namedCurve: 'P-256' },
  { name: 'Ed25519' },
  { name: 'ECDSA', namedCurve: 'K-256' },
] as const;

for (const algorithm of KEYS) {
  const title = 'namedCurve' in algorithm ? algorithm.namedCurve : algorithm.name;

  test(`recipe x509: a certificate and a request of a ${title} key that stays in the host`, async ({
    site,
  }) => {
    const tab = await site.tab({ subtle: 'host' });
    const made = await tab.evaluate(async (its) => {
      const { certificateRequest, selfSigned, useKeystore, verifies } = await window.recipes.x509();
      const { code } = window.kit;
      useKeystore(window.keys);
      const usages = ['sign', 'verify'] as const;
      const pair = (await window.keys.subtle.generateKey(its, false, usages)) as CryptoKeyPair;
      const certificate = await selfSigned(pair, 'CN=Device');
      const request = await certificateRequest(pair, 'CN=Device', 'device.example');
      return {
        certificate,
        request,
        // The library checks through the keystore too.
        verified: await verifies(certificate, request),
        exported: await code(window.keys.subtle.exportKey('pkcs8', pair.privateKey)),
        cloned: await code((async () => structuredClone(pair.privateKey))()),
      };
    }, algorithm);
    expect(made).toMatchObject({
      verified: true,
      exported: 'InvalidAccessError',
      cloned: 'DataCloneError',
    });
    const certificate = new X509Certificate(made.certificate);
    expect(certificate.subject).toBe('CN=Device');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(checkRequest(made.request)).toEqual({
      verified: true,
      spki: certificate.publicKey.export({ format: 'der', type: 'spki' }).toString('hex'),
    });
  });
}

test('recipe x509: a persistent key certifies itself, the same one in every tab', async ({ site }) => {
  const tabs = await site.twoTabs();
  const certify = async () => {
    const { pairOf, selfSigned, useKeystore } = await window.recipes.x509();
    useKeystore(window.keys);
    const key = await window.keys.ensureKey({ id: 'device', lifetime: 'persistent', ...window.kit.P256 });
    return selfSigned(await pairOf(window.keys, key), 'CN=Device');
  };
  const [first, second] = await Promise.all(tabs.map((tab) => tab.evaluate(certify)));
  const certificates = [first, second].map((pem) => new X509Certificate(String(pem)));
  const [one, other] = certificates;
  expect(one?.verify(one.publicKey)).toBe(true);
  expect(one && other?.verify(one.publicKey)).toBe(true);
});
