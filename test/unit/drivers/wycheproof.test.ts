// Wycheproof's attacks and edge cases through the drivers. The vectors lie beside the repository, not in
// it; without them the tests are skipped and say so.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { KeyAlgorithm, OperationParams } from '../../../src/algorithms/types.ts';
import { asBytes, decrypt, encrypt, hex, importKey, open, sign, toHex, verify } from './support.ts';

const folder = fileURLToPath(new URL('../../../../shared/vectors/wycheproof/', import.meta.url));
const absent = !existsSync(folder);
const promise = (text: string) => (absent ? `${text} (SKIPPED: no vectors in ../shared/vectors)` : text);

/** What the files used here have in common; only what a test reads. */
interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly [name: string]: string | number | readonly string[];
}
interface Group {
  readonly publicKeyDer: string;
  readonly ivSize: number;
  readonly keySize: number;
  readonly tagSize: number;
  readonly sLen: number;
  readonly tests: readonly Vector[];
}

function groupsOf(file: string): readonly Group[] {
  const parsed: { testGroups: readonly Group[] } = JSON.parse(readFileSync(`${folder}${file}`, 'utf8'));
  return parsed.testGroups;
}

interface Agreement {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: string;
  readonly public: JsonWebKey;
  readonly private: JsonWebKey;
  readonly shared: string;
}

function agreementsOf(file: string): readonly { readonly tests: readonly Agreement[] }[] {
  const parsed: { testGroups: readonly { readonly tests: readonly Agreement[] }[] } = JSON.parse(
    readFileSync(`${folder}${file}`, 'utf8'),
  );
  return parsed.testGroups;
}

const field = (vector: Vector, name: string) => hex(String(vector[name]));

type DriverOf = 'webcrypto' | 'noble';

async function verifyAll(file: string, driver: DriverOf, algorithm: KeyAlgorithm): Promise<number> {
  let count = 0;
  for (const group of groupsOf(file)) {
    const { material } = await importKey(driver, 'spki', hex(group.publicKeyDer), algorithm);
    const key = await open(material, algorithm);
    const params: OperationParams = algorithm.name === 'RSA-PSS' ? { saltLength: group.sLen } : {};
    for (const vector of group.tests) {
      const verdict = await verify(key, field(vector, 'sig'), field(vector, 'msg'), params);
      expect(verdict, `vector ${vector.tcId}: ${vector.comment}`).toBe(vector.result === 'valid');
      count += 1;
    }
  }
  return count;
}

const ecdsa = (namedCurve: 'P-256' | 'P-384' | 'secp256k1', hash: 'SHA-256' | 'SHA-384') =>
  ({ name: 'ECDSA', namedCurve, hash }) as const;

describe('Wycheproof', () => {
  it.skipIf(absent).each([
    ['ecdsa_secp256k1_sha256_p1363_test.json', 'noble', ecdsa('secp256k1', 'SHA-256'), 252],
    ['ecdsa_secp256r1_sha256_p1363_test.json', 'webcrypto', ecdsa('P-256', 'SHA-256'), 262],
    ['ecdsa_secp384r1_sha384_p1363_test.json', 'webcrypto', ecdsa('P-384', 'SHA-384'), 280],
    ['ed25519_test.json', 'webcrypto', { name: 'Ed25519' }, 151],
    ['ecdsa_secp256r1_sha256_p1363_test.json', 'noble', ecdsa('P-256', 'SHA-256'), 262],
    ['ecdsa_secp384r1_sha384_p1363_test.json', 'noble', ecdsa('P-384', 'SHA-384'), 280],
    ['ed25519_test.json', 'noble', { name: 'Ed25519' }, 151],
    [
      'rsa_pss_2048_sha256_mgf1_32_test.json',
      'webcrypto',
      {
        name: 'RSA-PSS',
        hash: 'SHA-256',
        modulusLength: 2048,
        publicExponent: Uint8Array.of(1, 0, 1),
      },
      108,
    ],
  ] as const)(
    promise('signatures of %s by %s are judged as they must be'),
    async (file, driver, algorithm, count) => {
      expect(await verifyAll(file, driver, algorithm)).toBe(count);
    },
    60_000,
  );

  it.skipIf(absent)(promise('x25519_jwk agrees by noble, but with points of small order'), async () => {
    const algorithm = { name: 'X25519' } as const;
    let [agreed, refused] = [0, 0];
    for (const { tests } of agreementsOf('x25519_jwk_test.json')) {
      for (const { tcId, comment, flags, result, ...vector } of tests) {
        const what = `vector ${tcId}: ${comment}`;
        const peer = importKey('noble', 'jwk', vector.public, algorithm);
        if (result === 'invalid') {
          await expect(peer, what).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
          refused += 1;
          continue;
        }
        const publicKey = await (await open((await peer).material, algorithm)).exportPublicKey('raw');
        const { material } = await importKey('noble', 'jwk', vector.private, algorithm);
        const derive = async () =>
          (await open(material, algorithm)).deriveBits?.({ publicKey: asBytes(publicKey) }, null);
        if (flags.includes('ZeroSharedSecret')) {
          await expect(derive(), what).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
          refused += 1;
        } else {
          expect(toHex((await derive()) ?? hex('')), what).toBe(vector.shared);
          agreed += 1;
        }
      }
    }
    expect([agreed, refused]).toStrictEqual([487, 44]);
  });

  it.skipIf(absent).each(['webcrypto', 'noble'] as const)(
    promise('tags of hmac_sha256 by %s are computed and judged as they must be'),
    async (driver) => {
      for (const group of groupsOf('hmac_sha256_test.json')) {
        const algorithm = { name: 'HMAC', hash: 'SHA-256', length: group.keySize } as const;
        for (const vector of group.tests) {
          const { material } = await importKey(driver, 'raw', field(vector, 'key'), algorithm, false);
          const key = await open(material, algorithm);
          const tag = await sign(key, field(vector, 'msg'));
          const head = toHex(tag.slice(0, group.tagSize / 8));
          expect(head === vector['tag'], `vector ${vector.tcId}`).toBe(vector.result === 'valid');
          if (group.tagSize !== 256) continue;
          const verdict = await verify(key, field(vector, 'tag'), field(vector, 'msg'));
          expect(verdict, `vector ${vector.tcId}`).toBe(vector.result === 'valid');
        }
      }
    },
  );

  async function openAll(file: string, driver: DriverOf, least: number, most: number): Promise<number> {
    let count = 0;
    for (const group of groupsOf(file)) {
      if (group.ivSize < least * 8 || group.ivSize > most * 8) continue;
      for (const vector of group.tests) {
        const stated: KeyAlgorithm =
          file === 'aes_gcm_test.json'
            ? { name: 'AES-GCM', length: group.keySize }
            : { name: 'ChaCha20-Poly1305' };
        const format = driver === 'noble' ? 'raw-secret' : 'raw';
        const { material, algorithm } = await importKey(driver, format, field(vector, 'key'), stated);
        const key = await open(material, algorithm);
        const tagged = group.tagSize === 128 ? {} : { tagLength: group.tagSize };
        const params = { iv: field(vector, 'iv'), additionalData: field(vector, 'aad'), ...tagged };
        const sealed = hex(`${vector['ct']}${vector['tag']}`);
        const what = `vector ${vector.tcId}: ${vector.comment}`;
        if (vector.result === 'valid') {
          expect(toHex(await encrypt(key, field(vector, 'msg'), params)), what).toBe(toHex(sealed));
          expect(toHex(await decrypt(key, sealed, params)), what).toBe(vector['msg']);
        } else {
          await expect(decrypt(key, sealed, params), what).rejects.toThrow(/^decryption failed/);
        }
        count += 1;
      }
    }
    return count;
  }

  // Node refuses nonces that browsers and noble's parts take, so the engine gets the others only.
  it.skipIf(absent).each([
    ['noble', 1, 256],
    ['webcrypto', 12, 128],
  ] as const)(promise('aes_gcm by %s, with nonces of %i to %i bytes'), async (driver, least, most) => {
    expect(await openAll('aes_gcm_test.json', driver, least, most)).toBeGreaterThan(200);
  });

  it.skipIf(absent)(promise('chacha20_poly1305 by noble'), async () => {
    expect(await openAll('chacha20_poly1305_test.json', 'noble', 12, 12)).toBeGreaterThan(200);
  });
});
