// The promises of probeNative and chooseDriver (G6: what cannot be done is refused at creation).
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VARIANTS } from '../../../src/algorithms/index.ts';
import { chooseDriver } from '../../../src/drivers/choose.ts';
import { drivers } from '../../../src/drivers/index.ts';
import { probeNative } from '../../../src/drivers/probe.ts';
import { code } from './support.ts';

afterEach(() => vi.unstubAllGlobals());

describe('probeNative', () => {
  it('finds what Node does natively, and not secp256k1', async () => {
    const native = await probeNative();
    for (const variant of [
      ...['ECDSA/P-256', 'ECDSA/P-521', 'ECDH/P-256', 'ECDH/P-384', 'ECDH/P-521'],
      ...['Ed25519', 'Ed448', 'X25519', 'X448', 'HMAC', 'HKDF', 'PBKDF2'],
      ...['RSA-PSS', 'RSASSA-PKCS1-v1_5', 'RSA-OAEP'],
      ...['AES-GCM/192', 'AES-CTR/128', 'AES-CBC/256', 'AES-KW/192'],
    ]) {
      expect(native).toContain(variant);
    }
    for (const variant of ['ECDSA/secp256k1', 'ECDH/secp256k1', 'XChaCha20-Poly1305', 'scrypt', 'X-Wing']) {
      expect(native).not.toContain(variant);
    }
  });

  it('finds nothing, and throws nothing, without an engine', async () => {
    vi.stubGlobal('crypto', {});
    expect(await probeNative()).toStrictEqual(new Set());
  });

  it('does not believe an engine that generates but fails in use', async () => {
    const real = globalThis.crypto.subtle;
    const subtle = new Proxy(real, {
      get(target, member) {
        if (member === 'sign') return () => Promise.reject(new DOMException('no', 'OperationError'));
        if (member === 'verify') return () => Promise.resolve(false);
        const value = Reflect.get(target, member);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    vi.stubGlobal('crypto', { subtle, getRandomValues: globalThis.crypto.getRandomValues });
    const native = await probeNative();
    expect(native).toContain('AES-GCM/192');
    for (const variant of native) {
      expect(VARIANTS.find((known) => known.variant === variant)?.sample.name).toMatch(
        /^(AES-(GCM|CTR|CBC|KW)|RSA-OAEP|ECDH|X25519|X448|HKDF|PBKDF2)$/,
      );
    }
  });
});

describe('probeNative where keys are kept', () => {
  const kept = async (keys: ReadonlyMap<string, CryptoKey>) => keys;

  it('finds the same where every key is read back', async () => {
    expect(await probeNative(kept)).toStrictEqual(await probeNative());
  });

  it('drops, one by one, what is not read back, is read back as nothing, or as another key', async () => {
    const all = await probeNative();
    const native = await probeNative(async (keys) => {
      const other = keys.get('Ed25519');
      const read = new Map<string, unknown>([...keys, ['ECDSA/P-256', null], ['AES-GCM/128', other]]);
      read.set(
        'AES-GCM/256',
        await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['decrypt']),
      );
      read.delete('RSA-PSS');
      return read;
    });
    const lost = [...all].filter((variant) => !native.has(variant));
    expect(lost.sort()).toStrictEqual(['AES-GCM/128', 'AES-GCM/256', 'ECDSA/P-256', 'RSA-PSS']);
    // The driver is chosen by that: what noble has is noble's, the rest is refused at creation.
    expect(() => chooseDriver({ name: 'RSA-PSS', hash: 'SHA-256' }, native)).toThrow(code('NOT_SUPPORTED'));
    expect(chooseDriver({ name: 'AES-GCM', length: 256 }, native)).toBe('noble');
  });

  it('fails where nothing can be kept: that says nothing of the engine', async () => {
    await expect(probeNative(() => Promise.reject(new RangeError('full')))).rejects.toThrow('full');
  });
});

describe('chooseDriver', () => {
  const ed448 = { name: 'Ed448' } as const;

  it('takes the engine first, then noble, then refuses with a list', () => {
    expect(chooseDriver(ed448, new Set(['Ed448']))).toBe('webcrypto');
    expect(chooseDriver(ed448, new Set())).toBe('noble');
    const refusal = () => chooseDriver({ name: 'RSA-PSS', hash: 'SHA-256' }, new Set(['HMAC']));
    expect(refusal).toThrow(code('NOT_SUPPORTED'));
    expect(refusal).toThrow(/HMAC.*AES-GCM\/192/);
  });

  it('takes noble where it is asked for, and refuses where noble has nothing', () => {
    const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;
    const ed25519 = { name: 'Ed25519' } as const;
    const native = new Set(['HMAC', 'Ed25519', 'ML-KEM-768']);
    expect(chooseDriver(hmac, native)).toBe('webcrypto');
    expect(chooseDriver(hmac, native, false, 'noble')).toBe('noble');
    expect(chooseDriver(hmac, native, true)).toBe('noble');
    expect(() => chooseDriver(ed25519, native, true)).toThrow(code('NOT_SUPPORTED'));
    expect(() => chooseDriver({ name: 'HKDF' }, native, true)).toThrow(code('NOT_SUPPORTED'));
    const rsa = { name: 'RSA-OAEP', hash: 'SHA-256' } as const;
    expect(() => chooseDriver(rsa, new Set(['RSA-OAEP']), false, 'noble')).toThrow(code('NOT_SUPPORTED'));
  });

  it('needs the length of an AES key', () => {
    expect(() => chooseDriver({ name: 'AES-GCM' }, new Set())).toThrow(code('INVALID_ARGUMENT'));
    expect(chooseDriver({ name: 'AES-GCM', length: 192 }, new Set(['AES-GCM/128']))).toBe('noble');
  });

  it('names drivers that exist, and noble refuses what it lacks', async () => {
    expect(drivers.noble.name).toBe('noble');
    expect(drivers.webcrypto.name).toBe('webcrypto');
    const rsa = { name: 'RSA-PSS', hash: 'SHA-256' } as const;
    await expect(drivers.noble.family(rsa)).rejects.toThrow(code('NOT_SUPPORTED'));
  });
});

describe('an engine that refuses', () => {
  it('at generation gives NOT_SUPPORTED with its cause', async () => {
    const cause = new DOMException('192-bit AES keys are not supported', 'OperationError');
    vi.stubGlobal('crypto', { subtle: { generateKey: () => Promise.reject(cause) } });
    const family = await drivers.webcrypto.family({ name: 'AES-GCM', length: 192 });
    const generated = Promise.resolve(family.generate({ name: 'AES-GCM', length: 192 }, false));
    await expect(generated).rejects.toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED', cause }));
  });
});
