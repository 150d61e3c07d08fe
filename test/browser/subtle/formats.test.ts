// importKey and exportKey: every format of every algorithm is read and written, a JWK says what the key may do, and
// what does not fit is the specification's fault.
import type { KeyFormat, Usage } from 'keyslot';
import { describe, expect, it } from 'vitest';
import { fault, hex, make, open, PLACES, present } from './open.ts';

for (const place of PLACES) {
  const keys = await open(place);
  const { subtle } = keys;
  const cases = await present(keys);

  describe(`keys that stay with the ${place}`, () => {
    for (const its of cases) {
      const { title, generate, given = generate, formats, publicFormats = [], publicUsages } = its;
      const halves = publicUsages ?? [];
      const secretUsages = its.usages.filter((usage) => !halves.includes(usage));
      const text = (data: ArrayBuffer | JsonWebKey) =>
        data instanceof ArrayBuffer ? hex(data) : JSON.stringify(Object.entries(data).sort());

      const survives = async (key: CryptoKey, format: KeyFormat, usages: readonly Usage[]) => {
        const exported = await subtle.exportKey(format, key);
        const again = await subtle.importKey(format, exported, given, true, usages);
        expect(again.algorithm).toEqual(key.algorithm);
        expect([again.type, again.extractable]).toEqual([key.type, true]);
        expect(new Set(again.usages)).toEqual(new Set(usages));
        expect(text(await subtle.exportKey(format, again))).toBe(text(exported));
        return exported;
      };

      it(`${title}: formats ${formats.join(', ')}`, async () => {
        const { secret } = await make(subtle, its);
        for (const format of formats) {
          const exported = await survives(secret, format, secretUsages);
          if (exported instanceof ArrayBuffer) continue;
          expect([exported.ext, new Set(exported.key_ops)]).toEqual([true, new Set(secretUsages)]);
        }
      });

      if (publicFormats.length > 0) {
        it(`${title}: public formats ${publicFormats.join(', ')}`, async () => {
          const { open: half } = await make(subtle, its, false);
          for (const format of publicFormats) await survives(half, format, halves);
        });
      }

      it(`${title}: what cannot be exported or imported is refused`, async () => {
        const { secret } = await make(subtle, its);
        const locked = await make(subtle, its, false);
        const [format] = formats;
        if (format === undefined) return;
        expect((await fault(() => subtle.exportKey(format, locked.secret))).name).toBe('InvalidAccessError');
        expect((await fault(() => subtle.exportKey('pem' as 'spki', secret))).name).toBe('TypeError');
        const data = await subtle.exportKey(format, secret);
        const take = (usages: readonly Usage[], its = data) =>
          fault(() => subtle.importKey(format, its, given, true, usages));
        expect((await take([])).name).toBe('SyntaxError');
        expect((await take([...secretUsages, 'fly' as Usage])).name).toBe('TypeError');
        const foreign = secretUsages.includes('decrypt') ? 'sign' : 'decrypt';
        expect((await take([foreign])).name).toBe('SyntaxError');
        const wrongType = format === 'jwk' ? new Uint8Array(4) : { kty: 'oct' };
        expect((await take(secretUsages, wrongType as never)).name).toBe('TypeError');
      });

      it(`${title}: a JWK is taken at its word`, async () => {
        if (!formats.includes('jwk')) return;
        const { secret } = await make(subtle, its);
        const jwk = await subtle.exportKey('jwk', secret);
        const take = async (changes: object, extractable = true) =>
          (
            await fault(() =>
              subtle.importKey('jwk', { ...jwk, ...changes }, given, extractable, secretUsages),
            )
          ).name;
        const wrongUse = secretUsages.includes('sign') ? 'enc' : 'sig';
        expect({
          kty: await take({ kty: 'none' }),
          use: await take({ use: wrongUse }),
          operations: await take({ key_ops: [] }),
          repeated: await take({ key_ops: [...secretUsages, ...secretUsages] }),
          ext: await take({ ext: false }),
          fine: await take({ ext: false }, false),
          allowed: await take({ use: wrongUse === 'enc' ? 'sig' : 'enc', key_ops: its.usages }),
        }).toEqual({
          ...{ kty: 'DataError', use: 'DataError', operations: 'DataError', repeated: 'DataError' },
          ...{ ext: 'DataError', fine: 'none', allowed: 'none' },
        });
      });
    }

    /** What says another thing each time that it is asked. */
    const shifting = (jwk: JsonWebKey, later: JsonWebKey) => {
      const reads: Record<string, number> = {};
      const source = {};
      for (const member of new Set([...Object.keys(jwk), ...Object.keys(later)])) {
        Object.defineProperty(source, member, {
          get() {
            reads[member] = (reads[member] ?? 0) + 1;
            return Reflect.get(reads[member] === 1 ? jwk : later, member);
          },
        });
      }
      return { source, reads };
    };

    it.each([
      ...['Ed25519', 'Ed448', 'ML-DSA-44', 'X-Wing'].map((name) => ({ name })),
      { name: 'ECDSA', namedCurve: 'P-256' },
      { name: 'ECDSA', namedCurve: 'K-256' },
    ])('$name: members of a JWK are read once, and what was read is imported', async (algorithm) => {
      const isKem = algorithm.name === 'X-Wing';
      const usages: readonly Usage[] = isKem ? ['encapsulateBits', 'decapsulateBits'] : ['sign', 'verify'];
      const generate = async () => {
        const made = await subtle.generateKey(algorithm, true, usages);
        if (!('privateKey' in made)) throw new TypeError('no pair');
        return made;
      };
      const [first, second] = await Promise.all([generate(), generate()]);
      const [open, secret] = await Promise.all([
        subtle.exportKey('jwk', first.publicKey),
        subtle.exportKey('jwk', second.privateKey),
      ]);
      // It comes as a public key, and would be a private one when it is looked at again; and the other way round.
      for (const [jwk, later, type] of [
        [open, secret, 'public'],
        [secret, open, 'private'],
      ] as const) {
        const { source, reads } = shifting(jwk, later);
        const allowed = usages.filter((usage) => jwk.key_ops?.includes(usage));
        const key = await subtle.importKey('jwk', source, algorithm, false, allowed).catch((error) => error);
        expect(key).toBeInstanceOf(CryptoKey);
        expect(key.type).toBe(type);
        expect(new Set(Object.values(reads))).toEqual(new Set([1]));
      }
    });

    it.each(['AES-GCM', 'AES-OCB'])(
      '%s: so of a secret key, whose length says who keeps it',
      async (name) => {
        const make = async (length: number) => {
          const made = await subtle.generateKey({ name, length }, true, ['encrypt']);
          if ('privateKey' in made) throw new TypeError('no key');
          return subtle.exportKey('jwk', made);
        };
        const [jwk, later] = await Promise.all([make(128), make(256)]);
        const { source, reads } = shifting(jwk, later);
        const key = await subtle.importKey('jwk', source, name, true, ['encrypt']);
        expect(key.algorithm).toEqual({ name, length: 128 });
        expect((await subtle.exportKey('jwk', key)).k).toBe(jwk.k);
        expect(new Set(Object.values(reads))).toEqual(new Set([1]));
      },
    );

    it.each(['HKDF', 'PBKDF2', 'Argon2id', 'scrypt'])(
      '%s: a secret goes in and never comes out',
      async (name) => {
        const secret = new Uint8Array([1, 2, 3]);
        const key = await subtle.importKey('raw-secret', secret, { name }, false, ['deriveBits']);
        expect([key.type, key.algorithm, key.usages]).toEqual(['secret', { name }, ['deriveBits']]);
        const take = (extractable: boolean, usages: readonly Usage[]) =>
          fault(() => subtle.importKey('raw-secret', secret, { name }, extractable, usages));
        expect((await take(true, ['deriveBits'])).name).toBe('SyntaxError');
        expect((await take(false, ['sign'])).name).toBe('SyntaxError');
        expect((await take(false, [])).name).toBe('SyntaxError');
        expect((await fault(() => subtle.exportKey('raw', key))).name).toMatch(/NotSupported|InvalidAccess/);
      },
    );
  });
}
