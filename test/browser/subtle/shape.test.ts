// What `subtle` looks like: an interface object as WebIDL makes them, `supports`, the place of the global one, and
// handles that end with what can reach them.
import { CryptoKey as ExportedKey, SubtleCrypto as OurSubtleCrypto } from 'keyslot';
import { describe, expect, it } from 'vitest';
import { freshStore } from '../keystore/open.ts';
import { hex, open, PLACES } from './open.ts';

const LENGTHS = {
  ...{ encrypt: 3, decrypt: 3, sign: 3, verify: 4, digest: 2, generateKey: 3, deriveKey: 5, deriveBits: 2 },
  ...{ importKey: 5, exportKey: 2, wrapKey: 4, unwrapKey: 7, encapsulateKey: 5, encapsulateBits: 2 },
  ...{ decapsulateKey: 6, decapsulateBits: 3, getPublicKey: 2 },
};

const keys = await open('caller');
const { subtle } = keys;

describe('the interface', () => {
  it('has each method on its prototype, enumerable, with its name and length', () => {
    expect(OurSubtleCrypto.name).toBe('SubtleCrypto');
    expect(OurSubtleCrypto.length).toBe(0);
    expect(OurSubtleCrypto.supports.length).toBe(2);
    expect(subtle).toBeInstanceOf(OurSubtleCrypto);
    expect(String(subtle)).toBe('[object SubtleCrypto]');
    expect(Object.keys(subtle)).toEqual([]);
    const methods = Object.entries(OurSubtleCrypto.prototype).map(([name, method]) => [name, method.length]);
    expect(Object.fromEntries(methods)).toEqual(LENGTHS);
    expect(ExportedKey).toBe(CryptoKey);
  });

  it('is made by keystores only, and its methods reject for anything else', async () => {
    expect(() => new OurSubtleCrypto()).toThrow(TypeError);
    for (const method of Object.values(OurSubtleCrypto.prototype)) {
      for (const its of [{}, null, undefined, 7]) {
        const call: unknown = Reflect.apply(method, its, ['Ed25519', {}, {}, {}, {}, {}, {}]);
        expect(call).toBeInstanceOf(Promise);
        await expect(call).rejects.toBeInstanceOf(TypeError);
      }
      await expect(Reflect.apply(method, subtle, [])).rejects.toBeInstanceOf(TypeError);
    }
  });

  it.each(['encrypt', 'decrypt', 'sign', 'verify'])(
    '%s rejects with what an algorithm throws',
    async (name) => {
      const fault = new RangeError('own');
      const algorithm = new Proxy(
        {},
        {
          getOwnPropertyDescriptor() {
            throw fault;
          },
        },
      );
      const data = new Uint8Array(1);
      const call: unknown = Reflect.apply(Reflect.get(subtle, name), subtle, [algorithm, {}, data, data]);
      expect(call).toBeInstanceOf(Promise);
      await expect(call).rejects.toBe(fault);
    },
  );
});

describe('supports', () => {
  const { supports } = OurSubtleCrypto;
  const iv = new Uint8Array(12);

  it.each([
    ['generateKey', { name: 'AES-GCM', length: 256 }],
    ['generateKey', { name: 'ECDSA', namedCurve: 'K-256' }],
    ['generateKey', 'ML-DSA-65'],
    ['importKey', 'Argon2id'],
    ['sign', { name: 'ML-DSA-44', context: new Uint8Array(255) }],
    ['sign', { name: 'ECDSA', hash: 'SHA-256' }],
    ['encrypt', { name: 'ChaCha20-Poly1305', iv, tagLength: 128 }],
    ['wrapKey', { name: 'AES-OCB', iv }, { name: 'HMAC', hash: 'SHA-256' }],
    ['unwrapKey', 'AES-KW', 'Ed448'],
    ['deriveBits', { name: 'HKDF', hash: 'SHA3-256', salt: iv, info: iv }, 256],
    [
      'deriveKey',
      { name: 'PBKDF2', hash: 'SHA-256', salt: iv, iterations: 10 },
      { name: 'AES-CTR', length: 128 },
    ],
    ['digest', { name: 'cSHAKE128', outputLength: 0 }],
    ['encapsulateKey', 'ML-KEM-768', { name: 'HMAC', hash: 'SHA-256', length: 256 }],
    ['decapsulateBits', 'X-Wing'],
    ['getPublicKey', 'X448'],
  ] as const)('%s with %j', (operation, algorithm, third?: unknown) => {
    expect(supports(operation, algorithm, third as string)).toBe(true);
  });

  it.each([
    ['GENERATEKEY', 'Ed25519'],
    ['generateKey', 'aes-gcm'],
    ['generateKey', { name: 'AES-GCM', length: 100 }],
    ['generateKey', { name: 'HMAC', hash: 'none' }],
    ['generateKey', 'SHA-256'],
    ['sign', 'AES-GCM'],
    ['sign', { name: 'ML-DSA-44', context: new Uint8Array(256) }],
    ['encrypt', { name: 'ChaCha20-Poly1305', iv, tagLength: 100 }],
    ['encrypt', { name: 'ChaCha20-Poly1305', iv: new Uint8Array(10) }],
    ['deriveBits', { name: 'HKDF', hash: 'SHA-256', salt: iv, info: iv }, 44],
    ['deriveBits', { name: 'HKDF', hash: 'SHA-256', salt: iv, info: iv }],
    ['digest', { name: 'TurboSHAKE128', outputLength: 0 }],
    ['encapsulateKey', 'ML-KEM-768', 'Ed25519'],
    ['encapsulateKey', 'ML-KEM-768', { name: 'HMAC', hash: 'SHA-256', length: 512 }],
    ['getPublicKey', 'AES-GCM'],
    ['digest', 'ROT13'],
  ] as const)('not %s with %j', (operation, algorithm, third?: unknown) => {
    expect(supports(operation, algorithm, third as string)).toBe(false);
  });
});

describe('supports throws', () => {
  const symbol = Symbol('x');

  it.each([
    ['nothing', []],
    ['one argument', ['digest']],
    ['a symbol for an operation', [symbol, 'SHA-256']],
    ['a symbol for an algorithm', ['digest', symbol]],
    ['a symbol for an algorithm of an operation that is none', ['fly', symbol]],
    ['a symbol for a length', ['deriveBits', 'X25519', symbol]],
  ])('a TypeError for %s', (_, args: unknown[]) => {
    expect(() => Reflect.apply(OurSubtleCrypto.supports, OurSubtleCrypto, args)).toThrow(TypeError);
  });

  it('what an operation throws when it is made a text', () => {
    const fault = new RangeError('own');
    const operation = {
      toString() {
        throw fault;
      },
    };
    const call = () => Reflect.apply(OurSubtleCrypto.supports, OurSubtleCrypto, [operation, 'SHA-256']);
    expect(call).toThrow(fault);
  });
});

describe('persist', () => {
  it('keeps no handle of another keystore', async () => {
    const [store, other] = await Promise.all([freshStore(), freshStore()]);
    const key = await other.subtle.generateKey({ name: 'AES-OCB', length: 128 }, false, ['encrypt']);
    if (!(key instanceof CryptoKey)) throw new Error('a key was expected');
    await expect(store.persist(key, 'kept')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(store.openKey('kept')).rejects.toMatchObject({ code: 'DOES_NOT_EXIST' });
  });

  it.each([
    { name: 'Ed25519', kind: 'signs' },
    { name: 'Ed448', kind: 'signs' },
  ])('$name: a key of subtle becomes one that stays', async ({ name }) => {
    const pair = await subtle.generateKey({ name }, false, ['sign', 'verify']);
    if (!('privateKey' in pair)) throw new TypeError('no pair');
    const id = crypto.randomUUID();
    const key = await keys.persist(pair.privateKey, id);
    expect(key.attributes).toMatchObject({
      id,
      lifetime: 'persistent',
      algorithm: { name },
      extractable: false,
    });
    const data = new Uint8Array(3);
    expect(await subtle.verify(name, pair.publicKey, await key.sign(data), data)).toBe(true);
    await key.destroy();
  });

  const halves = [
    { generate: { name: 'Ed25519' }, usages: ['sign', 'verify'], kept: ['verify'] },
    { generate: { name: 'Ed448' }, usages: ['sign', 'verify'], kept: ['verify'] },
    { generate: { name: 'ECDSA', namedCurve: 'K-256' }, usages: ['sign', 'verify'], kept: ['verify'] },
    { generate: { name: 'X448' }, usages: ['deriveBits'], kept: [] },
    {
      generate: { name: 'X-Wing' },
      usages: ['encapsulateBits', 'decapsulateBits'],
      kept: ['encapsulateBits'],
    },
  ] as const;

  for (const place of PLACES) {
    it.each(halves)(
      `$generate.name, keys with the ${place}: of a public key no secret is kept`,
      async (its) => {
        const store = await open(place);
        const made = await store.subtle.generateKey(its.generate, true, its.usages);
        if (!('privateKey' in made)) throw new TypeError('no pair');
        const { id } = await store.persist(made.publicKey, 'kept').then(({ attributes }) => attributes);
        const key = await store.openKey(id);
        expect(key.type).toBe('public');
        expect(key.attributes).toMatchObject({ lifetime: 'persistent', usages: its.kept });
        await expect(key.exportKey('pkcs8')).rejects.toThrow();
        // It is the other half of the one that stayed behind.
        const text = async (jwk: Promise<unknown>) => hex((await jwk) as ArrayBuffer);
        const raw = await text(store.subtle.exportKey('raw-public', made.publicKey));
        expect(await text(key.exportPublicKey('raw-public'))).toBe(raw);
        await store.close();
      },
    );

    it(`keys with the ${place}: an imported public key is kept as it is`, async () => {
      const [store, other] = await Promise.all([open(place), open(place)]);
      const made = await other.subtle.generateKey('Ed448', false, ['sign', 'verify']);
      if (!('privateKey' in made)) throw new TypeError('no pair');
      const raw = await other.subtle.exportKey('raw-public', made.publicKey);
      const half = await other.subtle.importKey('raw-public', raw, 'Ed448', true, ['verify']);
      // What anybody may know, another keystore may keep.
      const [mine, theirs] = await Promise.all([other.persist(half, 'kept'), store.persist(half, 'kept')]);
      const data = new Uint8Array(5);
      const signature = await other.subtle.sign('Ed448', made.privateKey, data);
      expect([await mine.verify(signature, data), await theirs.verify(signature, data)]).toEqual([
        true,
        true,
      ]);
      await Promise.all([store.close(), other.close()]);
    });
  }
});
