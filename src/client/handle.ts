// CryptoKey handles: objects that stand for a key in the host wherever WebCrypto code expects a CryptoKey.
// They hold no material. PLATFORM.md: `structuredClone` of an object that inherits `CryptoKey.prototype` yields
// `{}` without an error, of a Proxy around it throws DataCloneError; so a handle is a Proxy, and a handle
// that is stored or posted by mistake fails loudly instead of losing the key.
import type { KeyAlgorithm, KeyFormat, Usage } from '../algorithms/types.ts';
import type { KeyAttributes } from '../rpc/protocol.ts';
import type { CipherOptions, SignatureOptions } from './options.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Which key it is, and in which host; no reference to the key object, so that it can outlive that. */
export interface KeyRef {
  readonly id: string;
  readonly generation: string;
  /** The boot of the host that has it, if it is in one host's memory only. */
  readonly boot?: string;
}

/** What a handle needs of its key. */
export interface HostedKey {
  readonly ref: KeyRef;
  readonly attributes: KeyAttributes;
  readonly type: 'secret' | 'private' | 'public';
  sign(data: BufferSource, options?: SignatureOptions): Promise<Bytes>;
  verify(signature: BufferSource, data: BufferSource, options?: SignatureOptions): Promise<boolean>;
  encrypt(data: BufferSource, options: CipherOptions): Promise<Bytes>;
  decrypt(data: BufferSource, options: CipherOptions): Promise<Bytes>;
  exportKey(format: KeyFormat): Promise<Bytes | JsonWebKey>;
  exportPublicKey(format: KeyFormat): Promise<Bytes | JsonWebKey>;
  /** The native public half, where the engine has the algorithm. */
  nativePublicKey(): Promise<CryptoKey> | undefined;
}

/** What a handle stands for. */
export interface HandleTarget {
  readonly key: HostedKey;
  readonly type: 'secret' | 'private' | 'public';
}

interface Handle extends HandleTarget {
  readonly extractable: boolean;
  readonly algorithm: object;
  readonly usages: readonly Usage[];
}

/** The handles of one key: of a pair, `main` is the private half. */
export interface KeyHandles {
  readonly main: CryptoKey;
  readonly publicKey?: CryptoKey;
}

const handles = new WeakMap<object, Handle>();

/** The key behind a handle; `undefined` for the engine's own CryptoKeys and everything else. */
export function targetOf(value: unknown): HandleTarget | undefined {
  return typeof value === 'object' && value !== null ? handles.get(value) : undefined;
}

export function handlesOf(key: HostedKey): KeyHandles {
  const { type, attributes } = key;
  const { usages, extractable } = attributes;
  const algorithm = webCryptoAlgorithm(attributes.algorithm);
  if (type === 'secret') return { main: makeHandle({ key, type, extractable, algorithm, usages }) };
  // As WebCrypto splits the usages of a pair.
  const verifying = usages.filter((usage) => usage === 'verify');
  const publicKey = makeHandle({ key, type: 'public', extractable: true, algorithm, usages: verifying });
  if (type === 'public') return { main: publicKey, publicKey };
  const signing = usages.filter((usage) => usage !== 'verify');
  return { main: makeHandle({ key, type, extractable, algorithm, usages: signing }), publicKey };
}

/** The shape of `CryptoKey.algorithm`: lengths and nested hash, without what is keyslot's policy only. */
function webCryptoAlgorithm(algorithm: KeyAlgorithm): object {
  if (algorithm.name === 'ECDSA') return { name: 'ECDSA', namedCurve: algorithm.namedCurve };
  return 'hash' in algorithm ? { ...algorithm, hash: { name: algorithm.hash } } : { ...algorithm };
}

function makeHandle(handle: Handle): CryptoKey {
  const frozen = {
    ...handle,
    algorithm: Object.freeze(handle.algorithm),
    usages: Object.freeze([...handle.usages]),
  };
  // Made on first use: there is no CryptoKey under Node's oldest supported versions until it is asked for.
  prototype ??= makePrototype();
  const proxy: CryptoKey = new Proxy(Object.create(prototype), {});
  handles.set(proxy, frozen);
  return proxy;
}

let prototype: object | undefined;

/** Accessors on a prototype of our own: the engine's throw for anything that is not its own CryptoKey. */
function makePrototype(): object {
  const accessor = <N extends keyof Handle>(name: N): PropertyDescriptor => ({
    enumerable: true,
    configurable: true,
    get(this: object) {
      const handle = handles.get(this);
      if (handle === undefined) throw new TypeError('Illegal invocation');
      return handle[name];
    },
  });
  return Object.create(CryptoKey.prototype, {
    type: accessor('type'),
    extractable: accessor('extractable'),
    algorithm: accessor('algorithm'),
    usages: accessor('usages'),
  });
}
