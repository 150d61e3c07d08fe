// docs/recipes/jose.md: tokens of jose, checked and answered by jose in Node.
import { CompactEncrypt, compactVerify, importJWK, type JWK, jwtVerify } from 'jose';
import { expect, test } from '../fixtures.ts';

test('recipe jose: a persistent key signs tokens that another jose accepts, from any tab', async ({
  site,
}) => {
  const [first, second] = await site.twoTabs();
  const sign = async () => {
    const { openIdentity, signToken } = await window.recipes.jose();
    window.keys.install();
    const identity = await openIdentity(window.keys);
    const jwk = await identity.exportPublicKey('jwk');
    return { jwk, token: await signToken(identity, { sub: 'Ada' }) };
  };
  const { jwk, token } = await first.evaluate(sign);
  const other = await second.evaluate(sign);
  expect(other.jwk).toEqual(jwk);

  const publicKey = await importJWK(jwk as JWK, 'ES256');
  const { payload, protectedHeader } = await jwtVerify(token, publicKey);
  expect(payload.sub).toBe('Ada');
  expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'identity' });
  expect((await jwtVerify(other.token, publicKey)).payload.sub).toBe('Ada');

  const read = await second.evaluate(
    async ([its, publicJwk]) => {
      const { readToken } = await window.recipes.jose();
      const changed = its.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
      const refused = await readToken(changed, publicJwk).catch((error) => error.code);
      return { sub: (await readToken(its, publicJwk)).sub, refused };
    },
    [token, jwk] as const,
  );
  expect(read).toEqual({ sub: 'Ada', refused: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
});

test('recipe jose: a persistent key opens what was encrypted to it, here and elsewhere', async ({ site }) => {
  const tab = await site.tab();
  const jwk = await tab.evaluate(async () => {
    const { openMailbox } = await window.recipes.jose();
    window.keys.install();
    return (await openMailbox(window.keys)).exportPublicKey('jwk');
  });
  const seal = async (alg: string, enc: string) =>
    new CompactEncrypt(new TextEncoder().encode(`${alg} ${enc}`))
      .setProtectedHeader({ alg, enc })
      .encrypt(await importJWK(jwk as JWK, alg));
  const sealed = [await seal('ECDH-ES+A256KW', 'A256GCM'), await seal('ECDH-ES', 'A128CBC-HS256')];
  const opened = await tab.evaluate(
    async ([publicJwk, ...its]) => {
      const { decrypt, encryptTo, openMailbox } = await window.recipes.jose();
      const mailbox = await openMailbox(window.keys);
      const own = await encryptTo(publicJwk, 'from this tab');
      return Promise.all([...its, own].map((jwe) => decrypt(mailbox, jwe)));
    },
    [jwk, ...sealed] as const,
  );
  expect(opened).toEqual(['ECDH-ES+A256KW A256GCM', 'ECDH-ES A128CBC-HS256', 'from this tab']);
});

test('recipe jose: keys that jose makes are the host’s, Ed448 in any browser', async ({ site }) => {
  const tab = await site.tab({ subtle: 'host' });
  const made = await tab.evaluate(async () => {
    const { sessionPair } = await window.recipes.jose();
    const { code, utf8 } = window.kit;
    const { CompactSign, exportJWK } = await window.recipes.joseItself();
    const remove = window.keys.install();
    const sign = async (alg: string, crv?: string) => {
      const { privateKey, publicKey } = await sessionPair(alg, crv === undefined ? {} : { crv });
      const signing = new CompactSign(utf8('data')).setProtectedHeader({ alg });
      return {
        jws: await signing.sign(privateKey),
        jwk: await exportJWK(publicKey),
        cloned: await code((async () => structuredClone(privateKey))()),
        exported: await code(crypto.subtle.exportKey('pkcs8', privateKey as CryptoKey)),
      };
    };
    const results = [await sign('ES256'), await sign('EdDSA'), await sign('EdDSA', 'Ed448')];
    remove();
    return { results, engine: crypto.subtle.constructor === SubtleCrypto };
  });
  expect(made.engine).toBe(true);
  expect(made.results.map(({ jwk }) => jwk.crv)).toEqual(['P-256', 'Ed25519', 'Ed448']);
  for (const { jws, jwk, cloned, exported } of made.results) {
    const alg = jwk.crv === 'P-256' ? 'ES256' : 'EdDSA';
    const { payload } = await compactVerify(jws, await importJWK(jwk, alg));
    expect(new TextDecoder().decode(payload)).toBe('data');
    expect([cloned, exported]).toEqual(['DataCloneError', 'InvalidAccessError']);
  }
});
