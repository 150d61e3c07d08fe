// The ways to this package's algorithms, as one: `subtle` with its keys in the caller, in the host, and with everything
// computed by noble that noble has; and `Key`.
import { type AlgorithmInput, type Key, type Keystore, KeystoreError, openKeystore } from 'keyslot';
import type { KeyFormat, OperationParams, Usage } from '../../../src/algorithms/types.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Params = Omit<OperationParams, 'publicKey'> & { readonly publicKey?: Opened };

/** A key, however it is used. Parameters are in keyslot's words. */
export interface Opened {
  verify(signature: Bytes, data: Bytes, params?: Params): Promise<boolean>;
  sign(data: Bytes, params?: Params): Promise<Bytes>;
  encrypt(data: Bytes, params: Params): Promise<Bytes>;
  decrypt(data: Bytes, params: Params): Promise<Bytes>;
  deriveBits(length: number, params: Params): Promise<Bytes>;
  decapsulate(ciphertext: Bytes): Promise<Bytes>;
  publicKey(): Promise<Bytes>;
}

export interface Face {
  readonly name: FaceName;
  importKey(
    format: KeyFormat,
    data: Bytes | JsonWebKey,
    algorithm: AlgorithmInput,
    usages: readonly Usage[],
  ): Promise<Opened>;
  /** Whether this is an error that callers are told of, and no accident. */
  isRefusal(error: unknown): boolean;
}

export const FACES = ['subtle in the caller', 'subtle in the host', 'subtle by noble', 'Key'] as const;
export type FaceName = (typeof FACES)[number];

export async function openFace(name: FaceName): Promise<Face & { close(): Promise<void> }> {
  const keys = await openKeystore({
    name: `vectors-${crypto.randomUUID()}`,
    subtle: name === 'subtle in the caller' ? 'caller' : 'host',
    fallback: name === 'subtle by noble',
  });
  return {
    name,
    close: async () => void (await keys.close()),
    ...(name === 'Key' ? keyFace(keys) : subtleFace(keys)),
  };
}

const keyOf = new WeakMap<Opened, CryptoKey>();
/** Of public keys to agree with. */
const rawOf = new WeakMap<Opened, Bytes>();

const bytesOf = (buffer: ArrayBuffer): Bytes => new Uint8Array(buffer);

function subtleFace({ subtle }: Keystore): Omit<Face, 'name'> {
  return {
    isRefusal: (error) => error instanceof DOMException || error instanceof TypeError,
    async importKey(format, data, algorithm, usages) {
      const its: object = typeof algorithm === 'string' ? { name: algorithm } : algorithm;
      const { name, hash } = { hash: undefined, ...its } as { name: string; hash: unknown };
      // Secrets to derive from are never extractable.
      const extractable = !(format.startsWith('raw') && usages.includes('deriveBits'));
      const key = await subtle.importKey(
        format as 'raw',
        data as Bytes,
        { name, ...its },
        extractable,
        usages,
      );
      const words = ({ publicKey, ...params }: Params = {}) => ({
        ...(hash === undefined ? {} : { hash }),
        ...params,
        ...(publicKey === undefined ? {} : { public: keyOf.get(publicKey) }),
        name,
      });
      const opened: Opened = {
        verify: (signature, signed, params) => subtle.verify(words(params), key, signature, signed),
        sign: async (signed, params) => bytesOf(await subtle.sign(words(params), key, signed)),
        encrypt: async (plain, params) => bytesOf(await subtle.encrypt(words(params), key, plain)),
        decrypt: async (sealed, params) => bytesOf(await subtle.decrypt(words(params), key, sealed)),
        deriveBits: async (length, params) => bytesOf(await subtle.deriveBits(words(params), key, length)),
        decapsulate: async (ciphertext) => bytesOf(await subtle.decapsulateBits(words(), key, ciphertext)),
        async publicKey() {
          const half = await subtle.getPublicKey(key, []);
          return bytesOf(await subtle.exportKey('raw-public', half));
        },
      };
      keyOf.set(opened, key);
      return opened;
    },
  };
}

function keyFace(keys: Keystore): Omit<Face, 'name'> {
  return {
    isRefusal: (error) => error instanceof KeystoreError,
    async importKey(format, data, algorithm, usages) {
      const init = { lifetime: 'volatile', id: crypto.randomUUID(), algorithm, usages } as const;
      const made = await keys.importKey(format as 'raw', data as Bytes, init);
      // As another tab would have it.
      const key: Key = await keys.openKey(made.id);
      const words = ({ publicKey, ...params }: Params = {}) => ({
        ...params,
        ...(publicKey === undefined ? {} : { publicKey: rawOf.get(publicKey) }),
      });
      const opened: Opened = {
        verify: (signature, signed, params) => key.verify(signature, signed, words(params)),
        sign: (signed, params) => key.sign(signed, words(params)),
        encrypt: (plain, params) => key.encrypt(plain, words(params)),
        decrypt: (sealed, params) => key.decrypt(sealed, words(params)),
        deriveBits: (length, params) => key.deriveBits(length, words(params)),
        decapsulate: (ciphertext) => key.decapsulate(ciphertext),
        publicKey: () => key.exportPublicKey('raw-public'),
      };
      if (usages.length === 0) rawOf.set(opened, await key.exportPublicKey('raw'));
      return opened;
    },
  };
}
