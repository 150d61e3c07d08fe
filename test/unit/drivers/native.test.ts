// The native driver against itself and node:crypto: round trips of every family and format, locked keys.
import { createPublicKey, generateKeyPairSync, verify as nodeVerify } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { familyOf, VARIANTS } from '../../../src/algorithms/index.ts';
import type { KeyAlgorithm, KeyFormat, Operation } from '../../../src/algorithms/types.ts';
import type { Bytes, Material, WorkingKey } from '../../../src/drivers/driver.ts';
import { drivers } from '../../../src/drivers/index.ts';
import { probeNative } from '../../../src/drivers/probe.ts';
import { agree, trialMaterial, trialParams } from '../../../src/drivers/trial.ts';
import { adopt } from '../../../src/drivers/webcrypto/adopt.ts';
import { exportPublicWith } from '../../../src/drivers/webcrypto/export.ts';
import {
  encapsulateWith,
  encryptWith,
  importPublicKey,
  verifyWith,
} from '../../../src/drivers/webcrypto/public.ts';
import { asBytes, code, decrypt, encrypt, generate, importKey, open, sign, utf8 } from './support.ts';

const message = utf8('the message');
const iv = new Uint8Array(12).fill(7);

const native = await probeNative();
const there = VARIANTS.filter(({ variant }) => native.has(variant));
const pairs = there.filter(({ sample }) => familyOf(sample).usages.private !== undefined);
const publicUsesOf = (algorithm: KeyAlgorithm): Operation[] =>
  (['verify', 'encrypt', 'encapsulate'] as const).filter(
    (operation) => familyOf(algorithm).operations[operation],
  );

/** Secrets to derive from are imported only, and never extractable. */
const derives = (algorithm: KeyAlgorithm) =>
  familyOf(algorithm).usages.secret?.includes('deriveBits') === true;

async function make(algorithm: KeyAlgorithm, extractable: boolean): Promise<Material> {
  const family = await drivers.webcrypto.family(algorithm);
  return trialMaterial(family, algorithm, extractable && !derives(algorithm));
}

/** Every operation there is. */
const everyOperation: Readonly<Record<Operation, true>> = {
  sign: true,
  verify: true,
  encrypt: true,
  decrypt: true,
  deriveBits: true,
  wrap: true,
  unwrap: true,
  encapsulate: true,
  decapsulate: true,
};

/** What a pair does with its private half. */
const ownWorkOf = ({ sign, decrypt, decapsulate }: WorkingKey): Partial<WorkingKey> => ({
  ...(sign ? { sign } : {}),
  ...(decrypt ? { decrypt } : {}),
  ...(decapsulate ? { decapsulate } : {}),
});

const formatsOf = ({ type }: Material, algorithm: KeyAlgorithm): readonly KeyFormat[] =>
  derives(algorithm) ? [] : (familyOf(algorithm).formats[type] ?? []);

describe.each(there)('native $variant', ({ sample }) => {
  let material: Material;
  let key: WorkingKey;

  beforeAll(async () => {
    material = await make(sample, true);
    key = await open(material, sample);
  }, 60_000);

  it('works with the key it made, and with no other', async () => {
    expect(await agree(key, key, sample)).toBe(true);
    if (derives(sample)) return;
    const other = await open(await make(sample, false), sample);
    const agreed = agree(key, other, sample).catch((error: unknown) => error);
    expect([false, code('INVALID_SIGNATURE')]).toContainEqual(await agreed);
  }, 60_000);

  it('has the operations of its family and no others', () => {
    const { operations } = familyOf(sample);
    for (const name of Object.keys(everyOperation) as Operation[]) {
      expect([name, key[name] !== undefined]).toStrictEqual([name, operations[name] !== undefined]);
    }
  });

  it('keeps secret keys from export unless extractable', async () => {
    if (!(material.secret instanceof CryptoKey)) throw new Error('no native key');
    expect(material.secret.extractable).toBe(!derives(sample));
    const [format] = formatsOf(material, sample);
    if (format === undefined) {
      const raw = new Uint8Array(20);
      await expect(importKey('webcrypto', 'raw', raw, sample, true)).rejects.toThrow(code('NOT_SUPPORTED'));
      await expect(key.exportKey('raw')).rejects.toThrow(code('NOT_SUPPORTED'));
      return;
    }
    const data = asBytes(await key.exportKey(format));
    const imported = await importKey('webcrypto', format, data, sample, false);
    expect(imported.material.secret).toHaveProperty('extractable', false);
    const locked = await open(imported.material, sample);
    await expect(locked.exportKey(format)).rejects.toThrow(code('NOT_SUPPORTED'));
    expect(await agree(locked, key, sample)).toBe(true);
  });

  it('comes back from every format of its secret half', async () => {
    for (const format of formatsOf(material, sample)) {
      const imported = await importKey('webcrypto', format, await key.exportKey(format), sample);
      expect(imported.algorithm).toStrictEqual(sample);
      expect(imported.material.type).toBe(material.type);
      expect(imported.material.publicKey).toStrictEqual(material.publicKey);
      const again = await open(imported.material, sample);
      expect(await agree(again, key, sample)).toBe(true);
      expect(await agree(key, again, sample)).toBe(true);
    }
  });

  it('says BAD_STATE after wipe', async () => {
    const imported = await open(material, sample);
    imported.wipe();
    imported.wipe();
    await expect((async () => agree(key, imported, sample))()).rejects.toThrow(code('BAD_STATE'));
    await expect(imported.exportKey('jwk')).rejects.toThrow(code('BAD_STATE'));
  });

  it("refuses malformed material and keeps the engine's cause", async () => {
    const bad: Bytes = new Uint8Array(material.type === 'secret' ? 5 : 60).fill(0x30);
    const format = material.type === 'secret' ? 'raw' : 'pkcs8';
    if (sample.name !== 'HMAC' && !derives(sample)) {
      await expect(importKey('webcrypto', format, bad, sample)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
    const jwk = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA', d: 'AAAA' };
    await expect(importKey('webcrypto', 'jwk', jwk, sample, false)).rejects.toThrow(
      code(derives(sample) ? 'NOT_SUPPORTED' : 'INVALID_ARGUMENT'),
    );
  });
});

describe.each(pairs)('native public half of $variant', ({ sample }) => {
  let key: WorkingKey;
  let spki: Bytes;

  beforeAll(async () => {
    const material = await generate('webcrypto', sample, false);
    key = await open(material, sample);
    spki = asBytes(await key.exportPublicKey('spki'));
    expect(spki).toStrictEqual(material.publicKey);
  }, 60_000);

  it('is a public key in every format, which does what public keys do, and nothing else', async () => {
    for (const format of familyOf(sample).formats.public ?? []) {
      const data = await key.exportPublicKey(format);
      const { material, algorithm } = await importKey('webcrypto', format, data, sample);
      expect(algorithm).toStrictEqual(sample);
      expect(material).toStrictEqual({ driver: 'webcrypto', type: 'public', secret: null, publicKey: spki });
      const half = await open(material, sample);
      const has = (Object.keys(everyOperation) as Operation[]).filter((name) => half[name] !== undefined);
      expect(has.sort()).toStrictEqual(publicUsesOf(sample).sort());
      expect(await half.exportKey(format)).toStrictEqual(data);
      if (has.length > 0) expect(await agree({ ...half, ...ownWorkOf(key) }, key, sample)).toBe(true);
    }
  });

  it('works in the tab by the functions of public.ts', async () => {
    const params = trialParams(sample);
    const publicKey = await importPublicKey(spki, sample);
    expect(await exportPublicWith(publicKey, 'spki')).toStrictEqual(spki);
    await expect(exportPublicWith(publicKey, 'pkcs8')).rejects.toThrow(code('INVALID_ARGUMENT'));
    await expect(importPublicKey(message, sample)).rejects.toThrow(code('INVALID_ARGUMENT'));
    if (key.sign) {
      const signature = await key.sign(message, params);
      expect(await verifyWith(publicKey, sample, signature, message, params)).toBe(true);
      expect(await verifyWith(publicKey, sample, signature, utf8('another'), params)).toBe(false);
      expect(await verifyWith(publicKey, sample, new Uint8Array(3), message, params)).toBe(false);
    }
    if (key.decrypt) {
      const sealed = await encryptWith(publicKey, sample, message, params);
      expect(await key.decrypt(sealed, params)).toStrictEqual(message);
    }
    if (key.decapsulate) {
      const { sharedKey, ciphertext } = await encapsulateWith(publicKey, sample, params);
      expect(await key.decapsulate(ciphertext, params)).toStrictEqual(sharedKey);
    }
  });

  it('is never that of another private key', async () => {
    const other = await generate('webcrypto', sample, true);
    const stolen = await (await open(other, sample)).exportKey('jwk');
    const own = await key.exportPublicKey('jwk');
    await expect(
      importKey('webcrypto', 'jwk', { ...stolen, ...own, key_ops: ['sign'] }, sample),
    ).rejects.toThrow(code('INVALID_ARGUMENT'));
  }, 60_000);
});

describe('native ECDSA', () => {
  it('signs r ‖ s with the hash of its policy, as OpenSSL sees it', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-512' } as const;
    const key = await open(await generate('webcrypto', algorithm), algorithm);
    const signature = await sign(key, message);
    expect(signature).toHaveLength(64);
    const spki = Buffer.from(asBytes(await key.exportPublicKey('spki')));
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const check = (hash: string) =>
      nodeVerify(hash, message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
    expect(check('sha512')).toBe(true);
    expect(check('sha256')).toBe(false);
  });

  it('refuses a key of another curve', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' } as const;
    const { publicKey } = await generate('webcrypto', algorithm);
    if (!publicKey) throw new Error('no public half');
    const stated = { ...algorithm, namedCurve: 'P-256' } as const;
    await expect(importKey('webcrypto', 'spki', publicKey, stated)).rejects.toThrow(code('INVALID_ARGUMENT'));
  });
});

describe('native imports', () => {
  it('complete an algorithm from the material', async () => {
    const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;
    expect((await importKey('webcrypto', 'raw', new Uint8Array(20), hmac)).algorithm).toStrictEqual({
      ...hmac,
      length: 160,
    });
    const rsa = {
      name: 'RSA-PSS',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    };
    const { publicKey } = await generate('webcrypto', { ...rsa, name: 'RSA-PSS', hash: 'SHA-256' });
    if (!publicKey) throw new Error('no public half');
    const open = { name: 'RSA-PSS', hash: 'SHA-256' } as const;
    expect((await importKey('webcrypto', 'spki', publicKey, open)).algorithm).toStrictEqual(rsa);
    const stated = { ...open, modulusLength: 3072 };
    await expect(importKey('webcrypto', 'spki', publicKey, stated)).rejects.toThrow(code('INVALID_ARGUMENT'));
  }, 60_000);

  it.each(['RSA-PSS', 'RSASSA-PKCS1-v1_5', 'RSA-OAEP'] as const)(
    'take an old %s key, whose size and exponent nothing generates any more',
    async (name) => {
      const pair = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
      const pkcs8 = new Uint8Array(pair.privateKey.export({ type: 'pkcs8', format: 'der' }));
      // With SHA-512 an OAEP message would be shorter than nothing: the key is taken all the same.
      for (const hash of ['SHA-1', 'SHA-512'] as const) {
        const { algorithm, material } = await importKey('webcrypto', 'pkcs8', pkcs8, { name, hash });
        expect(algorithm).toStrictEqual({
          name,
          hash,
          modulusLength: 1024,
          publicExponent: Uint8Array.of(3),
        });
        expect(material.publicKey).not.toBeNull();
        expect((await adopt(material.secret, algorithm, true)).algorithm).toStrictEqual(algorithm);
      }
    },
  );

  it('take secrets of no bytes to derive from', async () => {
    for (const name of ['HKDF', 'PBKDF2'] as const) {
      const { material } = await importKey('webcrypto', 'raw', new Uint8Array(), { name }, false);
      const key = await open(material, { name });
      expect(await agree(key, key, { name })).toBe(true);
    }
  });

  it('ignore what a JWK says about its use, which the policy has settled', async () => {
    const jwk = { kty: 'oct', k: Buffer.alloc(32).toString('base64url'), key_ops: ['verify'], ext: false };
    const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const;
    expect((await importKey('webcrypto', 'jwk', jwk, hmac)).material.type).toBe('secret');
  });

  it('refuse hostile JWKs', async () => {
    const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const;
    for (const k of [7, {}, 'A'.repeat(5000)]) {
      const jwk = Object.assign({ kty: 'oct' }, { k });
      await expect(importKey('webcrypto', 'jwk', Object(jwk), hmac)).rejects.toThrow(
        code('INVALID_ARGUMENT'),
      );
    }
  });
});

describe('native AES-GCM', () => {
  it('gives one message for every failed decryption', async () => {
    const algorithm = { name: 'AES-GCM', length: 256 } as const;
    const key = await open(await generate('webcrypto', algorithm), algorithm);
    const additionalData = utf8('header');
    const sealed = await encrypt(key, message, { iv, additionalData });
    expect(sealed).toHaveLength(message.length + 16);
    expect(await decrypt(key, sealed, { iv, additionalData })).toStrictEqual(message);
    const flipped = sealed.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
    for (const [data, params] of [
      [flipped, { iv, additionalData }],
      [sealed, { iv }],
      [sealed, { iv: new Uint8Array(12), additionalData }],
      [sealed.slice(0, 8), { iv, additionalData }],
      [new Uint8Array(0), { iv, additionalData }],
    ] as const) {
      const failure = decrypt(key, data, params);
      await expect(failure).rejects.toThrow(code('INVALID_SIGNATURE'));
      await expect(failure).rejects.toThrow(
        /^decryption failed: the data, the iv, the additionalData or the key/,
      );
    }
  });
});
