// docs/recipes/pkijs.md: a certificate and signed data (CMS) of a key that stays in the host, judged by OpenSSL and by
// pkijs with Node's WebCrypto.
import { X509Certificate } from 'node:crypto';
import { CryptoEngine } from 'pkijs';
import { verifyData } from '../../docs/recipes/pkijs.ts';
import { expect, test } from '../fixtures.ts';

const KEYS = {
  'P-256': { name: 'ECDSA', namedCurve: 'P-256' },
  RSA: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, hash: 'SHA-256' },
};

for (const [title, algorithm] of Object.entries(KEYS)) {
  test(`recipe pkijs: a certificate and signed data of a ${title} key that stays in the host`, async ({
    site,
  }) => {
    const tab = await site.tab({ subtle: 'host' });
    const made = await tab.evaluate(async (its) => {
      const { engineOf, selfSigned, signData, verifyData: check } = await window.recipes.pkijs();
      const { code, utf8 } = window.kit;
      const engine = engineOf(window.keys);
      const exponent = new Uint8Array([1, 0, 1]);
      const wanted = 'modulusLength' in its ? { ...its, publicExponent: exponent } : its;
      const pair = (await window.keys.subtle.generateKey(wanted, false, ['sign', 'verify'])) as CryptoKeyPair;
      const certificate = await selfSigned(engine, pair, 'Device');
      const signed = new Uint8Array(await signData(engine, pair.privateKey, certificate, utf8('signed')));
      const changed = signed.slice();
      changed.set(utf8('S'), indexOf(signed, utf8('signed')));
      return {
        certificate: certificate.toString('base64'),
        signed: [...signed],
        changed: [...changed],
        verified: [await check(engine, signed), await check(engine, changed)],
        cloned: await code((async () => structuredClone(pair.privateKey))()),
      };

      function indexOf(all: Uint8Array, part: Uint8Array): number {
        return all.findIndex((_, at) => part.every((byte, index) => all[at + index] === byte));
      }
    }, algorithm);
    expect(made.cloned).toBe('DataCloneError');

    const certificate = new X509Certificate(Buffer.from(made.certificate, 'base64'));
    expect(certificate.subject).toBe('CN=Device');
    expect(certificate.verify(certificate.publicKey)).toBe(true);

    const node = new CryptoEngine({ name: 'node', crypto: globalThis.crypto });
    const here = await Promise.all(
      [made.signed, made.changed].map((der) => verifyData(node, Uint8Array.from(der))),
    );
    expect(here).toEqual([true, false]);
    expect(made.verified).toEqual(here);
  });
}
