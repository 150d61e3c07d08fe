// sign, verify, encrypt, decrypt and digest: what goes in is read before the call returns, keys do what they are for
// and nothing else.
import { describe, expect, it } from 'vitest';
import { fault, hex, make, open, PLACES, present } from './open.ts';

const DATA = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

for (const place of PLACES) {
  const keys = await open(place);
  const { subtle } = keys;
  const cases = await present(keys);

  describe(`keys that stay with the ${place}`, () => {
    for (const its of cases) {
      const { title, sign: signing, encrypt: encrypting } = its;

      if (signing !== undefined) {
        it(`${title}: signs and verifies what was there when it was called`, async () => {
          const { secret, open: half } = await make(subtle, its, false);
          const data = DATA.slice();
          const signed = subtle.sign(signing, secret, data);
          data.fill(0);
          const signature = await signed;
          expect(signature).toBeInstanceOf(ArrayBuffer);
          const copies = [new Uint8Array(signature.slice(0)), DATA.slice()] as const;
          const verified = subtle.verify(signing, half, ...copies);
          for (const copy of copies) structuredClone(copy, { transfer: [copy.buffer] });
          expect(await verified).toBe(true);
          expect(await subtle.verify(signing, half, signature, DATA.subarray(1))).toBe(false);
          expect(await subtle.verify(signing, half, new Uint8Array(3), DATA)).toBe(false);
          // Read again at each look: the algorithm's name is looked at once, before the data is.
          const odd = new Uint8Array(signature.slice(0));
          odd[0] = 255 - (odd[0] ?? 0);
          const turning = {
            ...signing,
            get name() {
              odd[0] = 255 - (odd[0] ?? 0);
              return signing.name;
            },
          };
          if (half !== secret || place === 'host')
            expect(await subtle.verify(turning, half, odd, DATA)).toBe(true);
        });

        it(`${title}: signs for its own algorithm and usages only`, async () => {
          const { secret, open: half } = await make(subtle, its, false);
          const other = signing.name === 'HMAC' ? 'Ed25519' : 'HMAC';
          expect((await fault(() => subtle.sign(other, secret, DATA))).name).toBe('InvalidAccessError');
          expect((await fault(() => subtle.verify(other, half, DATA, DATA))).name).toBe('InvalidAccessError');
          expect((await fault(() => subtle.sign(signing, secret, 'data' as never))).name).toBe('TypeError');
          expect((await fault(() => subtle.sign('SHA-256', secret, DATA))).name).toBe('NotSupportedError');
          if (half === secret) return;
          expect((await fault(() => subtle.sign(signing, half, DATA))).name).toBe('InvalidAccessError');
          expect((await fault(() => subtle.verify(signing, secret, DATA, DATA))).name).toBe(
            'InvalidAccessError',
          );
        });
      }

      if (encrypting !== undefined) {
        it(`${title}: encrypts and decrypts what was there when it was called`, async () => {
          const { secret, open: half } = await make(subtle, its, false);
          const data = DATA.slice();
          const encrypted = subtle.encrypt(encrypting, half, data);
          structuredClone(data, { transfer: [data.buffer] });
          const ciphertext = await encrypted;
          const copy = ciphertext.slice(0);
          const decrypted = subtle.decrypt(encrypting, secret, copy);
          new Uint8Array(copy).fill(0);
          expect(hex(await decrypted)).toBe(hex(DATA));
          const isSealed = !['AES-CTR', 'AES-CBC'].includes(encrypting.name);
          if (isSealed) {
            const found = await fault(() => subtle.decrypt(encrypting, secret, ciphertext.slice(1)));
            expect(found.name).toBe('OperationError');
          }
        });

        it(`${title}: encrypts for its own algorithm and usages only`, async () => {
          const { secret, open: half } = await make(subtle, its, false);
          const other = encrypting.name === 'AES-CBC' ? 'AES-GCM' : 'AES-CBC';
          const found = await fault(() =>
            subtle.encrypt({ name: other, iv: new Uint8Array(16) }, half, DATA),
          );
          expect(found.name).toBe('InvalidAccessError');
          const [usage] = secret.usages.filter((its) => its !== 'encrypt' && its !== 'wrapKey');
          const decrypting = await make(
            subtle,
            { ...its, usages: usage === undefined ? [] : ['decrypt'] },
            false,
          );
          expect((await fault(() => subtle.encrypt(encrypting, decrypting.open, DATA))).name).toBe(
            'InvalidAccessError',
          );
          if ('tagLength' in encrypting) {
            for (const [tagLength, name] of [
              [95, 'OperationError'],
              [256, 'TypeError'],
            ] as const) {
              const bad = await fault(() => subtle.encrypt({ ...encrypting, tagLength }, half, DATA));
              expect(bad.name).toBe(name);
            }
          }
          if ('iv' in encrypting && encrypting.name !== 'AES-SIV') {
            const { iv: _, ...without } = encrypting;
            expect((await fault(() => subtle.encrypt(without, half, DATA))).name).toBe('TypeError');
          }
        });
      }
    }

    it('secp256k1 signs Ethereum’s hash, and a P-256 key does not', async () => {
      const ethereum = { name: 'ECDSA', hash: 'Keccak-256' };
      const k1 = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'K-256' }, false, ['sign', 'verify']);
      const signature = await subtle.sign(ethereum, k1.privateKey, DATA);
      expect(await subtle.verify(ethereum, k1.publicKey, signature, DATA)).toBe(true);
      const r1 = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
      expect((await fault(() => subtle.sign(ethereum, r1.privateKey, DATA))).name).toBe('NotSupportedError');
    });

    it.each([
      ['SHA-256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      ['SHA3-256', 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a'],
      [{ name: 'cSHAKE128', outputLength: 128 }, '7f9c2ba4e88f827d6160455076058 53e'.replace(' ', '')],
      [{ name: 'cshake256', outputLength: 0 }, ''],
      [{ name: 'TurboSHAKE128', outputLength: 128 }, '1e415f1c5983aff2169217277d17bb53'],
      [{ name: 'Keccak-256' }, 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
    ])('digest: %j of nothing', async (algorithm, expected) => {
      expect(hex(await subtle.digest(algorithm, new Uint8Array()))).toBe(expected);
    });

    it('digest: what was there when it was called, and the specification’s faults', async () => {
      const data = DATA.slice();
      const digest = subtle.digest('SHA3-512', data);
      data.fill(0);
      expect(hex(await digest)).toBe(hex(await subtle.digest({ name: 'sha3-512' }, DATA)));
      const named = async (algorithm: never, its: unknown = DATA) =>
        (await fault(() => subtle.digest(algorithm, its as BufferSource))).name;
      expect(await named('HMAC' as never)).toBe('NotSupportedError');
      expect(await named('cSHAKE128' as never)).toBe('TypeError');
      expect(await named({ name: 'TurboSHAKE128', outputLength: 0 } as never)).toBe('OperationError');
      expect(await named({ name: 'KT128', outputLength: 12 } as never)).toBe('OperationError');
      expect(await named('SHA3-256' as never, 'text')).toBe('TypeError');
    });
  });
}
