// Native keys that a caller sends along with one of keyslot's: to be wrapped, to wrap, or to derive from, in this one
// call. Their own usages are respected by the engine, which is asked for keys, never for bits. What is returned is
// secret, and the caller's to clear.
import { isComplete, parseAlgorithm } from '../../algorithms/index.ts';
import type {
  ImportAlgorithm,
  KeyAlgorithm,
  KeyFormat,
  OperationParams,
  Usage,
} from '../../algorithms/types.ts';
import { KeystoreError } from '../../errors.ts';
import type { Bytes, Encapsulation } from '../driver.ts';
import { invalid } from '../failures.ts';
import * as carrier from './carrier.ts';
import { exportNative } from './export.ts';
import { type NativeOperation, nativeOperation } from './params.ts';
import { withPeer } from './peer.ts';

/** Each needs the native usage of its name, `deriveKey` to `decapsulateKey`; `exportKey` an extractable key. */
export interface ForeignKey {
  /**
   * For `parseParams`: the caller's own keys have no policy of keyslot's, so any hash and any tag will do.
   *
   * @throws KeystoreError for a key of an algorithm or size that keyslot does not have.
   */
  readonly algorithm: KeyAlgorithm;
  exportKey(format: KeyFormat): Promise<Bytes | JsonWebKey>;
  /** @param length - in bits; `null` for all there is (key agreement only). */
  deriveBits(params: OperationParams, length: number | null): Promise<Bytes>;
  wrap(bytes: Bytes, params: OperationParams): Promise<Bytes>;
  unwrap(wrapped: Bytes, params: OperationParams): Promise<Bytes>;
  encapsulate(params: OperationParams): Promise<Encapsulation>;
  decapsulate(ciphertext: Bytes, params: OperationParams): Promise<Bytes>;
}

/** What the policies of keyslot's own keys of these algorithms may narrow, at its widest. */
const WIDEST: Readonly<Record<string, object>> = {
  ECDSA: { hash: 'any' },
  'AES-GCM': { tagLength: 32 },
  'AES-OCB': { tagLength: 64 },
};

/** Its methods reject with KeystoreErrors: `NOT_PERMITTED` for what the key's own usages do not allow. */
export function openForeign(key: CryptoKey): ForeignKey {
  let parsed: { algorithm: KeyAlgorithm; operation: NativeOperation } | undefined;
  const known = () => {
    const algorithm = parsed?.algorithm ?? widest(key);
    parsed ??= { algorithm, operation: nativeOperation(algorithm) };
    return parsed;
  };
  const need = (usage: Usage): void => {
    const usages: readonly string[] = key.usages;
    if (!usages.includes(usage)) throw notPermitted(`this CryptoKey lacks the usage '${usage}'`);
  };
  return {
    get algorithm() {
      return known().algorithm;
    },
    async exportKey(format) {
      if (!key.extractable) throw notPermitted('this CryptoKey is not extractable');
      return exportNative(key, format);
    },
    async deriveBits(params, length) {
      need('deriveKey');
      const { algorithm, operation } = known();
      return carrier.deriveByKey(key, operation(await withPeer(algorithm, params)), length);
    },
    async wrap(bytes, params) {
      need('wrapKey');
      return carrier.wrapByKey(key, known().operation(params), bytes);
    },
    async unwrap(wrapped, params) {
      need('unwrapKey');
      return carrier.unwrapByKey(key, known().operation(params), wrapped);
    },
    async encapsulate(params) {
      need('encapsulateKey');
      return carrier.encapsulateByKey(key, known().operation(params));
    },
    async decapsulate(ciphertext, params) {
      need('decapsulateKey');
      return carrier.decapsulateByKey(key, known().operation(params), ciphertext);
    },
  };
}

function widest({ algorithm }: CryptoKey): KeyAlgorithm {
  const parsed: ImportAlgorithm = parseAlgorithm({ ...algorithm, ...WIDEST[algorithm.name] }, 'import');
  if (isComplete(parsed)) return parsed;
  throw invalid('the algorithm of this CryptoKey is not complete');
}

function notPermitted(fault: string): KeystoreError {
  return new KeystoreError('NOT_PERMITTED', `${fault}, which this call needs; pass a key that has it`);
}
