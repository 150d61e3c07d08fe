// native ↔ noble, of every variant that both have here: the same keys in every format byte for byte, and what one does
// the other undoes or confirms. Runs in Node and in browsers; families join it by themselves.
import { describe, expect, it } from 'vitest';
import { familyOf, VARIANTS } from '../../src/algorithms/index.ts';
import type { HashName, KeyAlgorithm, KeyFormat, OperationParams } from '../../src/algorithms/types.ts';
import type { Bytes, DriverName, Material, WorkingKey } from '../../src/drivers/driver.ts';
import { drivers } from '../../src/drivers/index.ts';
import { NOBLE_VARIANTS } from '../../src/drivers/noble/index.ts';
import { probeNative } from '../../src/drivers/probe.ts';
import { agree, trialMaterial, trialParams } from '../../src/drivers/trial.ts';

const native = await probeNative();
const both = VARIANTS.filter(({ variant }) => native.has(variant) && NOBLE_VARIANTS.has(variant));

const derives = (algorithm: KeyAlgorithm) =>
  familyOf(algorithm).usages.secret?.includes('deriveBits') === true;

async function make(driver: DriverName, algorithm: KeyAlgorithm): Promise<Material> {
  return trialMaterial(await drivers[driver].family(algorithm), algorithm, !derives(algorithm));
}

async function open(material: Material, algorithm: KeyAlgorithm): Promise<WorkingKey> {
  return (await drivers[material.driver].family(algorithm)).open(material, algorithm);
}

/** The key that `other` exported, in this driver. */
async function take(
  driver: DriverName,
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  algorithm: KeyAlgorithm,
): Promise<Material> {
  const family = await drivers[driver].family(algorithm);
  const imported = await family.import(format, data, algorithm, !derives(algorithm));
  expect(imported.algorithm).toStrictEqual(algorithm);
  return imported.material;
}

/** What a JWK says of its use is settled above the drivers. */
function comparable(data: Bytes | JsonWebKey): unknown {
  if (data instanceof Uint8Array) return data;
  const { ext: _, key_ops: __, ...members } = data;
  return members;
}

const HASHES: readonly HashName[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];
const bytes = (length: number): Bytes => Uint8Array.from({ length }, (_, index) => index);
const eachHash = HASHES.map((hash) => ({ hash }));
const eachTag = [32, 64, 96, 104, 112, 120, 128].map((tagLength) => ({ tagLength }));
const additionalData = bytes(21);
const contexts = [{ context: bytes(0) }, { context: bytes(255) }];

/** Parameters that are worth a check of their own. */
const SPECIAL: Readonly<Partial<Record<KeyAlgorithm['name'], readonly OperationParams[]>>> = {
  ECDSA: eachHash,
  'AES-GCM': [...eachTag, { additionalData }, { iv: bytes(1) }, { iv: bytes(16) }, { iv: bytes(128) }],
  'AES-OCB': [{ tagLength: 64 }, { tagLength: 96 }, { additionalData }, { iv: bytes(15) }],
  // Counters that wrap around.
  'AES-CTR': [7, 8, 33, 128].map((counterLength) => ({ counterLength, iv: bytes(16).fill(0xff) })),
  'AES-CBC': [{ iv: bytes(16) }],
  'ChaCha20-Poly1305': [{ additionalData }],
  HKDF: [...eachHash, { salt: bytes(0) }, { salt: bytes(200) }, { info: bytes(300) }],
  PBKDF2: [...eachHash, { salt: bytes(0) }, { iterations: 1000 }],
  'ML-DSA-44': contexts,
  'ML-DSA-65': contexts,
  'ML-DSA-87': contexts,
  Ed448: contexts,
};

const NOTHING: OperationParams = {};

/** Policies wide enough for all of these. */
const WIDE: Readonly<Partial<Record<KeyAlgorithm['name'], object>>> = {
  ECDSA: { hash: 'any' },
  'AES-GCM': { tagLength: 32 },
  'AES-OCB': { tagLength: 64 },
};

function wide(algorithm: KeyAlgorithm): KeyAlgorithm {
  return { ...algorithm, ...WIDE[algorithm.name] };
}

/** @param minimum - how many variants both drivers must have here for the suite to mean anything. */
export function crossCheck(minimum: number): void {
  it('has something to compare', () => {
    expect(both.length).toBeGreaterThanOrEqual(minimum);
  });

  describe.each(both)('$variant', ({ sample }) => {
    it.each([
      ['webcrypto', 'noble'],
      ['noble', 'webcrypto'],
    ] as const)('keys of %s are keys of %s, in every format', async (from, to) => {
      const { formats } = familyOf(sample);
      const material = await make(from, sample);
      const key = await open(material, sample);
      if (derives(sample)) return;
      for (const format of formats[material.type] ?? []) {
        const data = await key.exportKey(format);
        const taken = await take(to, format, data, sample);
        expect(taken.publicKey).toStrictEqual(material.publicKey);
        const other = await open(taken, sample);
        expect(comparable(await other.exportKey(format))).toStrictEqual(comparable(data));
        expect(await agree(key, other, sample)).toBe(true);
        expect(await agree(other, key, sample)).toBe(true);
      }
      if (material.type !== 'private') return;
      for (const format of formats.public ?? []) {
        const data = await key.exportPublicKey(format);
        const other = await open(await take(to, format, data, sample), sample);
        expect(comparable(await other.exportPublicKey(format))).toStrictEqual(comparable(data));
      }
    });

    it('computes the same with the same parameters', async () => {
      const algorithm = wide(sample);
      const [here, there] = await pair(algorithm);
      for (const special of [NOTHING, ...(SPECIAL[sample.name] ?? [])]) {
        // An engine may be narrower than its algorithm (Node: GCM nonces from 12 bytes); then there is nothing to compare.
        const usual = special === NOTHING;
        if (!usual && !(await agree(here, here, algorithm, special).catch(() => false))) continue;
        expect([special, await agree(here, there, algorithm, special)]).toStrictEqual([special, true]);
        expect([special, await agree(there, here, algorithm, special)]).toStrictEqual([special, true]);
        const params = { ...trialParams(algorithm), ...special };
        if (here.encrypt && there.encrypt && familyOf(sample).usages.secret) {
          for (const length of [0, 1, 16, 33, 1000]) {
            const data = bytes(length);
            expect(await there.encrypt(data, params)).toStrictEqual(await here.encrypt(data, params));
          }
        }
        if (here.wrap && there.wrap) {
          const data = bytes(48);
          expect(await there.wrap(data, params)).toStrictEqual(await here.wrap(data, params));
        }
        if (here.sign && there.sign && isDeterministic(sample)) {
          const data = bytes(200);
          expect(await there.sign(data, params)).toStrictEqual(await here.sign(data, params));
        }
      }
    });
  });
}

/** One key in both drivers. */
async function pair(algorithm: KeyAlgorithm): Promise<[WorkingKey, WorkingKey]> {
  const material = await make('webcrypto', algorithm);
  const key = await open(material, algorithm);
  if (derives(algorithm)) return [key, await open(await make('noble', algorithm), algorithm)];
  const [ofPrivate = 'pkcs8'] = familyOf(algorithm).formats.private ?? [];
  const format = material.type === 'secret' ? 'raw-secret' : ofPrivate;
  const taken = await take('noble', format, await key.exportKey(format), algorithm);
  return [key, await open(taken, algorithm)];
}

/** MACs and EdDSA (RFC 8032). ECDSA, ML-DSA and SLH-DSA are randomised in engines. */
function isDeterministic({ name }: KeyAlgorithm): boolean {
  return /^(HMAC|KMAC|Ed)/.test(name);
}
