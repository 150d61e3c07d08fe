// WebCrypto knows no deadline: what `subtle` asks of the host is waited for as long as any call may be.
import { expect, test, vi } from 'vitest';
import { Connection } from '../../../src/client/connection.ts';
import { Posted } from '../../../src/client/posted.ts';
import { Deadlines } from '../../../src/rpc/deadlines.ts';
import { fakeHost } from '../fake-host.ts';
import { open } from './open.ts';

test('each call of subtle waits ten minutes, the longest that there is', async () => {
  const keys = await open('host');
  const { subtle } = keys;
  const own = await keys.generateKey({ lifetime: 'session', algorithm: 'Ed448', usages: ['sign', 'verify'] });
  const asked = vi.spyOn(Connection.prototype, 'call');
  const data = new Uint8Array(32);

  const signing = (await subtle.generateKey('Ed448', true, ['sign', 'verify'])) as CryptoKeyPair;
  await subtle.verify('Ed448', signing.publicKey, await subtle.sign('Ed448', signing.privateKey, data), data);
  await subtle.sign('Ed448', own.cryptoKey, data);
  await subtle.exportKey('jwk', signing.privateKey);
  await subtle.exportKey('spki', signing.publicKey);
  await subtle.getPublicKey(signing.privateKey, ['verify']);

  const name = 'XChaCha20-Poly1305';
  const cipher = { name, iv: new Uint8Array(24) };
  const usages = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'] as const;
  const key = (await subtle.generateKey(name, true, usages)) as CryptoKey;
  await subtle.decrypt(cipher, key, await subtle.encrypt(cipher, key, data));
  const wrapped = await subtle.wrapKey('raw-secret', key, key, cipher);
  await subtle.unwrapKey('raw-secret', wrapped, key, cipher, name, true, usages);

  const pair = (await subtle.generateKey('X448', true, ['deriveBits', 'deriveKey'])) as CryptoKeyPair;
  const agreement = { name: 'X448', public: pair.publicKey };
  await subtle.deriveBits(agreement, pair.privateKey, 256);
  await subtle.deriveKey(agreement, pair.privateKey, name, true, usages);

  const kem = (await subtle.generateKey('X-Wing', true, [
    ...(['encapsulateKey', 'encapsulateBits', 'decapsulateKey', 'decapsulateBits'] as const),
  ])) as CryptoKeyPair;
  const bits = await subtle.encapsulateBits('X-Wing', kem.publicKey);
  await subtle.decapsulateBits('X-Wing', kem.privateKey, bits.ciphertext);
  const shared = await subtle.encapsulateKey('X-Wing', kem.publicKey, name, true, usages);
  await subtle.decapsulateKey('X-Wing', kem.privateKey, shared.ciphertext, name, true, usages);
  await subtle.digest({ name: 'BLAKE3' }, data);

  // Nobody waits for the end of a key that is out of reach.
  const waited = asked.mock.calls
    .map(([method, , options]) => [method, options?.timeout] as const)
    .filter(([method]) => method !== 'destroy');
  expect([...new Set(waited.map(([method]) => method))].sort()).toEqual(
    [
      ...['generate', 'import', 'sign', 'verify', 'exportKey', 'exportPublicKey', 'encrypt', 'decrypt'],
      ...['wrapKey', 'unwrapKey', 'deriveBits', 'deriveKey', 'digest'],
      ...['encapsulateBits', 'encapsulateKey', 'decapsulateBits', 'decapsulateKey'],
    ].sort(),
  );
  expect(waited.filter(([, timeout]) => timeout !== 600_000)).toEqual([]);
  asked.mockRestore();
  await keys.close();
});

test('a call that is given up is cancelled in the host', async () => {
  const asked: (readonly [string, object])[] = [];
  const host = fakeHost(null, (method, request) => void asked.push([method, request]));
  const failed = new Promise<never>(() => undefined);
  const connection = new Connection(`patience-${crypto.randomUUID()}`, {
    home: () => ({ port: host.port, failed }),
    reach: () => expect.unreachable('there is one host'),
  });
  const link = await connection.link();
  const request = { call: 7, handle: { id: 'a', generation: 'b' }, length: 256 };
  const outcome = new Promise((answered, failed) => {
    const message = { request, transfers: [], signal: undefined, pure: true, time: performance.now() };
    new Posted(link, new Deadlines(), { method: 'deriveBits', ...message }, { answered, failed });
  });
  await expect(outcome).rejects.toMatchObject({ code: 'COMMUNICATION_FAILURE', cause: 'SILENCE' });
  await vi.waitFor(() => expect(asked).toContainEqual(['cancel', { call: 0, target: 7 }]));
  await connection.close();
});
