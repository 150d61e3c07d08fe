// The operations that engines have, written against SubtleCrypto: the engine's, keyslot's and the one behind the bare
// port run the same code. Keys and messages are random and worth nothing.

export type Bytes = Uint8Array<ArrayBuffer>;

/** What a call needs beside its message; can be posted. */
export interface Inputs {
  readonly key: CryptoKey;
  readonly data: Bytes;
  /** Of an agreement, the other side's. */
  readonly peer?: CryptoKey;
  readonly signature?: Bytes;
}

export interface Operation {
  inputs(subtle: SubtleCrypto): Promise<Inputs>;
  call(subtle: SubtleCrypto, inputs: Inputs, data: Bytes): Promise<ArrayBuffer | boolean>;
}

export const message = (size = 32): Bytes => crypto.getRandomValues(new Uint8Array(size));

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const ED25519 = { name: 'Ed25519' } as const;
const RSA = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' } as const;
const RSA_PSS = { name: 'RSA-PSS', saltLength: 32 } as const;
const X25519 = { name: 'X25519' } as const;
// One nonce for all messages: these are never anybody's messages.
const AES_GCM = { name: 'AES-GCM', length: 256, iv: new Uint8Array(12) } as const;

function signs(algorithm: typeof ECDSA | typeof ED25519): Operation {
  return {
    async inputs(subtle) {
      const { privateKey } = await pair(subtle.generateKey(algorithm, false, ['sign', 'verify']));
      return { key: privateKey, data: message() };
    },
    call: (subtle, { key }, data) => subtle.sign(algorithm, key, data),
  };
}

function verifies(algorithm: typeof ECDSA | typeof ED25519): Operation {
  return {
    async inputs(subtle) {
      const { privateKey, publicKey } = await pair(subtle.generateKey(algorithm, false, ['sign', 'verify']));
      const data = message();
      const signature = new Uint8Array(await subtle.sign(algorithm, privateKey, data));
      return { key: publicKey, data, signature };
    },
    async call(subtle, { key, signature = new Uint8Array() }, data) {
      if (await subtle.verify(algorithm, key, signature, data)) return true;
      throw new Error('a valid signature was refused');
    },
  };
}

const aesKey = (subtle: SubtleCrypto): Promise<CryptoKey> =>
  subtle.generateKey(AES_GCM, false, ['encrypt', 'decrypt']);

export const OPERATIONS = {
  'sign ECDSA P-256': signs(ECDSA),
  'sign Ed25519': signs(ED25519),
  'sign HMAC-SHA-256': {
    async inputs(subtle) {
      const key = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      return { key, data: message() };
    },
    call: (subtle, { key }, data) => subtle.sign('HMAC', key, data),
  },
  'sign RSA-PSS 2048': {
    async inputs(subtle) {
      const made = subtle.generateKey({ ...RSA, ...RSA_PSS }, false, ['sign', 'verify']);
      return { key: (await pair(made)).privateKey, data: message() };
    },
    call: (subtle, { key }, data) => subtle.sign(RSA_PSS, key, data),
  },
  'verify ECDSA P-256': verifies(ECDSA),
  'verify Ed25519': verifies(ED25519),
  'encrypt RSA-OAEP 2048': {
    async inputs(subtle) {
      const made = subtle.generateKey({ ...RSA, name: 'RSA-OAEP' }, false, ['encrypt', 'decrypt']);
      return { key: (await pair(made)).publicKey, data: message() };
    },
    call: (subtle, { key }, data) => subtle.encrypt('RSA-OAEP', key, data),
  },
  'encrypt AES-GCM 256': {
    inputs: async (subtle) => ({ key: await aesKey(subtle), data: message() }),
    call: (subtle, { key }, data) => subtle.encrypt(AES_GCM, key, data),
  },
  'decrypt AES-GCM 256': {
    async inputs(subtle) {
      const key = await aesKey(subtle);
      return { key, data: new Uint8Array(await subtle.encrypt(AES_GCM, key, message())) };
    },
    call: (subtle, { key }, data) => subtle.decrypt(AES_GCM, key, data),
  },
  'deriveBits X25519': {
    async inputs(subtle) {
      const { privateKey: key, publicKey } = await pair(subtle.generateKey(X25519, false, ['deriveBits']));
      // The peer's key is public, so wherever the private key is it travels with each call as a native key.
      const raw = await subtle.exportKey('raw', publicKey);
      const peer = await crypto.subtle.importKey('raw', raw, X25519, true, []);
      return { key, peer, data: new Uint8Array() };
    },
    call: (subtle, { key, peer = key }) => subtle.deriveBits({ ...X25519, public: peer }, key, 256),
  },
  'digest SHA-256': {
    // A digest has no key; any will do.
    inputs: async (subtle) => ({ key: await aesKey(subtle), data: message() }),
    call: (subtle, _, data) => subtle.digest('SHA-256', data),
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;

/** By TypeScript's library, some names make one key or two. */
async function pair(made: Promise<CryptoKeyPair | CryptoKey>): Promise<CryptoKeyPair> {
  const keys = await made;
  if ('privateKey' in keys) return keys;
  throw new Error('a key pair was expected');
}
