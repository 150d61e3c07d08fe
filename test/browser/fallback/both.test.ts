// native ↔ fallback, through `subtle`: of every algorithm that both have, what one makes the other takes. Keys in every
// format byte for byte; signatures, tags, shared secrets and wrapped keys there and back; the same ciphertext for the
// same nonce.
import { type Keystore, openKeystore } from 'keyslot';
import { afterAll, describe, expect, it } from 'vitest';
import { VARIANTS } from '../../../src/algorithms/index.ts';
import type { KeyFormat, Usage } from '../../../src/algorithms/types.ts';
import { targetOf } from '../../../src/client/handle.ts';
import { type Id, type Sample, samplesOf } from './samples.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Subtle = Keystore['subtle'];

const name = `both-${crypto.randomUUID()}`;
const native = await openKeystore({ name });
const hosted = await openKeystore({ name, subtle: 'host' });
const noble = await openKeystore({ name, subtle: 'host', fallback: true });
afterAll(() => Promise.all([native, hosted, noble].map((keys) => keys.close())));

const { algorithms } = await native.capabilities();
const samples = await samplesOf(noble);
const BOTH = VARIANTS.filter(
  ({ variant }) => algorithms[variant] === 'webcrypto' && !variant.startsWith('RSA'),
);

/** Each with each; what stands first has made what stands second is given. */
const PAIRS: readonly (readonly [string, Subtle, Subtle])[] = [
  ['native to fallback', native.subtle, noble.subtle],
  ['fallback to native', noble.subtle, native.subtle],
  ['native in the host to fallback', hosted.subtle, noble.subtle],
  ['fallback to native in the host', noble.subtle, hosted.subtle],
];

const DATA: Bytes = crypto.getRandomValues(new Uint8Array(129));
const bytes = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
const plain = (buffer: ArrayBuffer): number[] => [...new Uint8Array(buffer)];

/** Parameters worth a try of their own, by algorithm. Data only. */
const HASHES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];
const TAGS = [32, 64, 96, 104, 112, 120, 128];
const SIGNING: Readonly<Record<string, readonly object[]>> = {
  ECDSA: HASHES.map((hash) => ({ hash })),
  'ML-DSA-44': [{}, { context: bytes(9) }, { context: bytes(255) }],
  'ML-DSA-65': [{}, { context: bytes(9) }],
  'ML-DSA-87': [{}, { context: bytes(9) }],
};
const ENCRYPTING: Readonly<Record<string, readonly object[]>> = {
  'AES-CTR': [8, 64, 128].map((length) => ({ counter: bytes(16), length })),
  'AES-CBC': [{ iv: bytes(16) }],
  'AES-GCM': [
    ...TAGS.map((tagLength) => ({ iv: bytes(12), tagLength })),
    ...[1, 8, 16, 60, 200].map((size) => ({ iv: bytes(size), additionalData: bytes(size) })),
  ],
  'ChaCha20-Poly1305': [{ iv: bytes(12) }, { iv: bytes(12), additionalData: bytes(77), tagLength: 128 }],
};
const DERIVING: Readonly<Record<string, readonly object[]>> = {
  HKDF: HASHES.map((hash) => ({ hash, salt: bytes(7), info: bytes(70) })),
  PBKDF2: HASHES.map((hash) => ({ hash, salt: bytes(17), iterations: 50 })),
};
/** RFC 8032, RFC 2104: the same signature each time. */
const DETERMINISTIC = ['HMAC', 'Ed25519', 'Ed448'];

const ofVariant = (variant: string, type: Sample['type'], format: KeyFormat): Sample => {
  const found = samples.find((its) => its.variant === variant && its.type === type && its.format === format);
  if (found === undefined) throw new Error(`no ${format} of ${variant}`);
  return found;
};

async function load(
  by: Subtle,
  { format, data, algorithm, extractable, usages }: Sample,
  asked: readonly Usage[] = usages,
): Promise<CryptoKey> {
  const key = await by.importKey(format, data, algorithm, extractable, asked);
  // What is native here is tested against what is not.
  expect(targetOf(key) === undefined).toBe(
    by === native.subtle || (by === hosted.subtle && key.type === 'public'),
  );
  return key;
}

const paramsFor = (table: Readonly<Record<string, readonly object[]>>, { name }: Id): readonly Id[] =>
  (table[name] ?? [{}]).map((params) => ({ ...params, name }));

/** One key by both; of a pair `half` is the public one, with `there`. */
interface Two {
  readonly algorithm: Id;
  readonly here: Subtle;
  readonly there: Subtle;
  readonly mine: CryptoKey;
  readonly its: CryptoKey;
  readonly half: CryptoKey;
}

type Work = (two: Two) => Promise<void>;

/** What both do with one key, by what the key may be used for. */
const WORK: Readonly<Partial<Record<Usage, Work>>> = {
  async sign({ algorithm, here, there, mine, its, half }) {
    for (const params of paramsFor(SIGNING, algorithm)) {
      const signature = await here.sign(params, mine, DATA);
      expect(await there.verify(params, half, signature, DATA)).toBe(true);
      expect(await there.verify(params, half, signature, DATA.slice(1))).toBe(false);
      if (!DETERMINISTIC.includes(algorithm.name)) continue;
      expect(plain(await there.sign(params, its, DATA))).toStrictEqual(plain(signature));
    }
  },
  async encrypt({ algorithm, here, there, mine, its }) {
    for (const params of paramsFor(ENCRYPTING, algorithm)) {
      const sealed = await here.encrypt(params, mine, DATA);
      expect(plain(await there.encrypt(params, its, DATA))).toStrictEqual(plain(sealed));
      expect(plain(await there.decrypt(params, its, sealed))).toStrictEqual([...DATA]);
      if (algorithm.name === 'AES-CTR') continue;
      const damaged = there.decrypt(params, its, sealed.slice(0, -1));
      await expect(damaged).rejects.toMatchObject({ name: 'OperationError' });
    }
  },
  async wrapKey({ algorithm, here, there, mine, its }) {
    const [params = algorithm] = paramsFor(ENCRYPTING, algorithm);
    // Multiples of 8 bytes, which is all that AES-KW takes.
    const secret = bytes(64);
    const hmac = { name: 'HMAC', hash: 'SHA-512' };
    // Of either kind, the key to be wrapped may be native.
    for (const maker of [here, native.subtle]) {
      const key = await maker.importKey('raw', secret, hmac, true, ['sign']);
      const wrapped = await here.wrapKey('raw', key, mine, params);
      const unwrapped = await there.unwrapKey('raw', wrapped, its, params, hmac, true, ['sign']);
      expect(plain(await there.exportKey('raw', unwrapped))).toStrictEqual([...secret]);
    }
  },
  deriveBits: (two) => (two.mine.type === 'secret' ? derive(two) : agree(two)),
  async decapsulateBits({ algorithm: { name }, here, there, mine, its, half }) {
    const { sharedKey, ciphertext } = await there.encapsulateBits({ name }, half);
    expect(plain(await here.decapsulateBits({ name }, mine, ciphertext))).toStrictEqual(plain(sharedKey));
    // Implicit rejection (FIPS 203, 6.3) gives both the same wrong secret.
    const damaged = new Uint8Array(ciphertext).with(3, (new Uint8Array(ciphertext)[3] ?? 0) ^ 1);
    const wrong = plain(await here.decapsulateBits({ name }, mine, damaged));
    expect(plain(await there.decapsulateBits({ name }, its, damaged))).toStrictEqual(wrong);
    expect(wrong).not.toStrictEqual(plain(sharedKey));
  },
  async decapsulateKey({ algorithm: { name }, here, there, mine, half }) {
    const made = await there.encapsulateKey({ name }, half, 'HKDF', false, ['deriveBits']);
    const key = await here.decapsulateKey({ name }, mine, made.ciphertext, 'HKDF', false, ['deriveBits']);
    const params = { name: 'HKDF', hash: 'SHA-256', salt: DATA, info: DATA };
    const theirs = plain(await there.deriveBits(params, made.sharedKey, 128));
    expect(plain(await here.deriveBits(params, key, 128))).toStrictEqual(theirs);
  },
};

async function derive({ algorithm, here, there, mine, its }: Two): Promise<void> {
  for (const params of paramsFor(DERIVING, algorithm)) {
    const derived = plain(await here.deriveBits(params, mine, 256));
    expect(plain(await there.deriveBits(params, its, 256))).toStrictEqual(derived);
    const type = { name: 'AES-GCM', length: 256 };
    const key = await here.deriveKey(params, mine, type, true, ['encrypt']);
    const other = await there.deriveKey(params, its, type, true, ['encrypt']);
    expect(plain(await here.exportKey('raw', key))).toStrictEqual(derived);
    expect(plain(await there.exportKey('raw', other))).toStrictEqual(derived);
  }
}

/** Public keys of either kind meet private ones of the other. */
async function agree({ algorithm, here, there, mine, its, half }: Two): Promise<void> {
  const made = await here.generateKey(algorithm, true, ['deriveBits']);
  if (!('privateKey' in made)) throw new TypeError('no pair');
  const { name } = algorithm;
  const shared = plain(await here.deriveBits({ name, public: half }, made.privateKey, null));
  const theirs = { name, public: made.publicKey };
  expect(plain(await there.deriveBits(theirs, its, null))).toStrictEqual(shared);
  expect(plain(await here.deriveBits(theirs, mine, null))).toStrictEqual(shared);
}

it('there is enough to compare', () => {
  expect(BOTH.length).toBeGreaterThan(20);
  console.log(`${BOTH.length} variants by both: ${BOTH.map(({ variant }) => variant).join(', ')}`);
});

describe.each(PAIRS)('%s', (_, here, there) => {
  it.each(BOTH)('$variant: keys in every format', async ({ variant }) => {
    for (const sample of samples.filter((its) => its.variant === variant)) {
      if (!sample.extractable) continue;
      const [mine, its] = await Promise.all([load(here, sample), load(there, sample)]);
      const exported = await here.exportKey(sample.format, mine);
      expect(exported instanceof ArrayBuffer ? plain(exported) : exported).toStrictEqual(
        sample.data instanceof Uint8Array ? [...sample.data] : sample.data,
      );
      expect(its.algorithm).toStrictEqual(mine.algorithm);
      expect([its.type, its.usages, its.extractable]).toStrictEqual([
        mine.type,
        mine.usages,
        mine.extractable,
      ]);
      if (sample.type !== 'private') continue;
      const { usages, data } = ofVariant(variant, 'public', 'spki');
      const half = await here.getPublicKey(mine, usages);
      expect(plain(await here.exportKey('spki', half))).toStrictEqual([...(data as Bytes)]);
    }
  });

  it.each(BOTH)('$variant: what is computed', async ({ variant, sample: { name } }) => {
    const isSecret = samples.some((its) => its.variant === variant && its.type === 'secret');
    const sample = isSecret
      ? ofVariant(variant, 'secret', 'raw-secret')
      : ofVariant(variant, 'private', 'pkcs8');
    const [mine, its] = await Promise.all([load(here, sample), load(there, sample)]);
    const half = isSecret ? its : await load(there, ofVariant(variant, 'public', 'spki'));
    const work = sample.usages.flatMap((usage) => WORK[usage] ?? []);
    expect(work.length, name).toBeGreaterThan(0);
    for (const one of work) await one({ algorithm: sample.algorithm, here, there, mine, its, half });
  });
});

it.each(HASHES)('digests of %s', async (hash) => {
  for (const data of [bytes(0), DATA, bytes(60_000)]) {
    expect(plain(await noble.subtle.digest(hash, data))).toStrictEqual(
      plain(await native.subtle.digest(hash, data)),
    );
  }
});
