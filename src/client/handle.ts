// CryptoKey handles: objects that stand for a key in the host wherever WebCrypto code expects a CryptoKey.
// They hold no material. PLATFORM.md: `structuredClone` of an object that inherits `CryptoKey.prototype` yields
// `{}` without an error, of a Proxy around it throws DataCloneError; so a handle is a Proxy, and a handle
// that is stored or posted by mistake fails loudly instead of losing the key.
import { privateUsages, publicUsages } from '../algorithms/family.ts';
import type { KeyAlgorithm, KeyFormat, KeyType, Usage } from '../algorithms/types.ts';
import type { KeyAttributes } from '../rpc/protocol.ts';
import type { CallOptions, CopyInit } from './options.ts';

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
  readonly type: KeyType;
  sign(data: BufferSource, options?: object): Promise<Bytes>;
  verify(signature: BufferSource, data: BufferSource, options?: object): Promise<boolean>;
  encrypt(data: BufferSource, options: object): Promise<Bytes>;
  decrypt(data: BufferSource, options: object): Promise<Bytes>;
  exportKey(format: KeyFormat, options?: CallOptions): Promise<Bytes | JsonWebKey>;
  exportPublicKey(format: KeyFormat, options?: CallOptions): Promise<Bytes | JsonWebKey>;
  copy(init: CopyInit, options?: CallOptions): Promise<HostedKey>;
  /** The native public half, where the engine has the algorithm. */
  nativePublicKey(): Promise<CryptoKey> | undefined;
}

/** What a handle stands for: what it was made with, whatever is done to the objects that it shows. */
export interface HandleTarget {
  readonly key: HostedKey;
  readonly type: KeyType;
  readonly extractable: boolean;
  readonly algorithm: Readonly<globalThis.KeyAlgorithm>;
  readonly usages: readonly Usage[];
}

/** What a handle shows. */
interface Shown {
  readonly type: KeyType;
  readonly extractable: boolean;
  readonly algorithm: object;
  readonly usages: Usage[];
}

/** The handles of one key: of a pair, `main` is the private half. */
export interface KeyHandles {
  readonly main: CryptoKey;
  readonly publicKey?: CryptoKey;
}

const targets = new WeakMap<object, HandleTarget>();
const shown = new WeakMap<object, Shown>();

/** The key behind a handle; `undefined` for the engine's own CryptoKeys and everything else. */
export function targetOf(value: unknown): HandleTarget | undefined {
  return typeof value === 'object' && value !== null ? targets.get(value) : undefined;
}

/** How a caller asked for a key, where the key itself does not say it. */
export interface AsAsked {
  /** As the caller spelled it: a curve may have two names. */
  readonly namedCurve?: string;
  /** Of a public key: keyslot exports any, WebCrypto those that were imported as extractable. */
  readonly extractable?: boolean;
}

export function handlesOf(key: HostedKey, asked: AsAsked = {}): KeyHandles {
  const { type, attributes } = key;
  const { usages, extractable } = attributes;
  const algorithm = webCryptoAlgorithm(attributes.algorithm, asked.namedCurve);
  if (type === 'secret') return { main: makeHandle({ key, type, extractable, algorithm, usages }) };
  const verifying = publicUsages(usages);
  const exportable = type === 'private' || (asked.extractable ?? true);
  const publicKey = makeHandle({
    ...{ key, algorithm, type: 'public', usages: verifying },
    extractable: exportable,
  });
  if (type === 'public') return { main: publicKey, publicKey };
  const signing = privateUsages(usages);
  return { main: makeHandle({ key, type, extractable, algorithm, usages: signing }), publicKey };
}

/** The shape of `CryptoKey.algorithm`: lengths and nested hash, without what is keyslot's policy only. */
function webCryptoAlgorithm(algorithm: KeyAlgorithm, namedCurve?: string): globalThis.KeyAlgorithm {
  if (algorithm.name === 'ECDSA' || algorithm.name === 'ECDH') {
    const curve: EcKeyAlgorithm = {
      name: algorithm.name,
      namedCurve: namedCurve ?? algorithm.namedCurve,
    };
    return curve;
  }
  if ('hash' in algorithm) {
    const hashed = { ...algorithm, hash: { name: algorithm.hash } };
    return hashed;
  }
  const { name } = algorithm;
  return 'length' in algorithm ? sized(name, algorithm.length) : { name };
}

const sized = (name: string, length: number): AesKeyAlgorithm => ({ name, length });

function makeHandle(target: HandleTarget): CryptoKey {
  // Made on first use: there is no CryptoKey under Node's oldest supported versions until it is asked for.
  prototype ??= makePrototype();
  const proxy: CryptoKey = new Proxy(Object.create(prototype), {});
  const { type, extractable, usages } = target;
  targets.set(proxy, Object.freeze({ ...target, usages: Object.freeze([...usages]) }));
  // Engines give out plain objects, always the same ones: libraries write on them.
  shown.set(proxy, { type, extractable, algorithm: copyOf(target.algorithm), usages: [...usages] });
  return proxy;
}

function copyOf(algorithm: globalThis.KeyAlgorithm): object {
  const copy: Record<string, unknown> = { ...algorithm };
  const { hash, publicExponent } = copy;
  if (typeof hash === 'object') copy['hash'] = { ...hash };
  if (publicExponent instanceof Uint8Array) copy['publicExponent'] = publicExponent.slice();
  return copy;
}

let prototype: object | undefined;

/** Accessors on a prototype of our own: the engine's throw for anything that is not its own CryptoKey. */
function makePrototype(): object {
  const accessor = <N extends keyof Shown>(name: N): PropertyDescriptor => ({
    enumerable: true,
    configurable: true,
    get(this: object) {
      const handle = shown.get(this);
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
