// Makes a store with the code as it is and freezes it: run in a page by scripts/store-fixture.mjs, once for each schema
// version, and kept.
import { type Key, type KeyInit, type Keystore, openKeystore } from 'keyslot';
import { type Bytes, base64, type Deed, type FrozenStore, freeze, MESSAGE, settled } from './frozen.ts';

const SIGN = ['sign', 'verify'] as const;
const CIPHER = ['encrypt', 'decrypt'] as const;
const F4 = Uint8Array.of(1, 0, 1);

type Init = Omit<KeyInit, 'id' | 'lifetime'>;

/** By id. Their bytes are made here, so that they can be told. */
const NATIVE: Readonly<Record<string, Init & { readonly algorithm: { readonly name: string } }>> = {
  'P-256': {
    algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    usages: SIGN,
    cache: true,
    label: 'ключ',
    metadata: { z: [1.5, -3, 1e21, null, true], a: { é: 'ü', '': '\u{1f511}' } },
  },
  'P-384': { algorithm: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-512' }, usages: SIGN, pinned: true },
  'P-521, ä\u0001"': { algorithm: { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' }, usages: SIGN },
  Ed25519: { algorithm: { name: 'Ed25519' }, usages: SIGN },
  'HMAC, extractable': { algorithm: { name: 'HMAC', hash: 'SHA-384' }, usages: SIGN, extractable: true },
  'AES-256': { algorithm: { name: 'AES-GCM', length: 256 }, usages: CIPHER, copyable: true },
  'RSA-PSS': {
    algorithm: { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: F4 },
    usages: SIGN,
  },
};

/** Computed by noble, kept as bytes. */
const NOBLE: Readonly<Record<string, Init>> = {
  secp256k1: { algorithm: { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' }, usages: SIGN },
  Ed448: { algorithm: { name: 'Ed448' }, usages: SIGN, extractable: true },
  'AES-192': { algorithm: { name: 'AES-GCM', length: 192 }, usages: CIPHER },
  'HMAC, in steps': { algorithm: { name: 'HMAC', hash: 'SHA-256' }, usages: SIGN, multipart: true },
};

export async function make(): Promise<FrozenStore> {
  const name = `fixture-${crypto.randomUUID()}`;
  const keys = await openKeystore({ name });
  const bytes = new Map<string, Bytes>();
  const deeds: Deed[] = [];
  for (const [id, init] of Object.entries(NATIVE)) {
    const material = await newBytes(init.algorithm, init.usages as readonly KeyUsage[]);
    bytes.set(id, material);
    const key = await keys.importKey(material.format, material.data, { ...init, id, lifetime: 'persistent' });
    deeds.push({ id, result: base64(await act(key)) });
  }
  for (const [id, init] of Object.entries(NOBLE)) {
    const key = await keys.generateKey({ ...init, id, lifetime: 'persistent' });
    deeds.push({ id, result: base64(await act(key)) });
  }
  deeds.push(await addPublicKey(keys, deeds));
  await keys.close();
  return frozen(name, bytes, deeds);
}

async function newBytes(algorithm: { name: string }, usages: readonly KeyUsage[]): Promise<Bytes> {
  const made: CryptoKey | CryptoKeyPair = await crypto.subtle.generateKey(algorithm, true, [...usages]);
  const [format, key] =
    'privateKey' in made ? (['pkcs8', made.privateKey] as const) : (['raw', made] as const);
  return { format, data: new Uint8Array(await crypto.subtle.exportKey(format, key)) };
}

function act(key: Key): Promise<Uint8Array> {
  return key.attributes.usages.includes('sign')
    ? key.sign(MESSAGE)
    : key.encrypt(MESSAGE, { iv: new Uint8Array(12) });
}

/** The public half of another key, by itself: it has no deeds but those of that key. */
async function addPublicKey(keys: Keystore, deeds: readonly Deed[]): Promise<Deed> {
  const id = 'P-256, public';
  const spki = await (await keys.openKey('P-256')).exportPublicKey('spki');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  await keys.importKey('spki', spki, { id, lifetime: 'persistent', algorithm, usages: ['verify'] });
  return { id, result: deeds.find((deed) => deed.id === 'P-256')?.result ?? '' };
}

async function frozen(name: string, bytes: Map<string, Bytes>, deeds: readonly Deed[]): Promise<FrozenStore> {
  const database = await settled(indexedDB.open(`keyslot:${name}`));
  const records: { readonly id: string }[] = await settled(
    database.transaction('keys').objectStore('keys').getAll(),
  );
  const stores = [...database.objectStoreNames].map((store) => {
    const objects = database.transaction(store).objectStore(store);
    const indexes = [...objects.indexNames].map((index) => [index, textOf(objects.index(index).keyPath)]);
    const keyPath = objects.keyPath === null ? null : textOf(objects.keyPath);
    return { name: store, keyPath, indexes: Object.fromEntries(indexes) };
  });
  const { version: schema } = database;
  database.close();
  return { schema, stores, records: records.map((record) => freeze(record, bytes.get(record.id))), deeds };
}

function textOf(keyPath: string | string[]): string {
  if (typeof keyPath === 'string') return keyPath;
  throw new Error('a key path of several members is not foreseen here');
}
