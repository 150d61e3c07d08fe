// The public surface of keyslot: what a tab or dedicated worker imports. No code here touches a key of the host, whose code
// is behind `keyslot/worker`.
export type {
  FormatDetail,
  HashName,
  KeyAlgorithm,
  KeyFormat,
  KeyType,
  Operation,
  Usage,
  VariantDetail,
} from './algorithms/types.ts';
export type { AttachTarget } from './client/attach.ts';
export type { Key } from './client/key.ts';
export type {
  CapabilitiesOptions,
  DetailedCapabilities,
  ImportData,
  Keystore,
  KeystoreEvent,
  KeystoreStats,
  ListOptions,
} from './client/keystore.ts';
export { type AttachedOptions, attachedKeystore, type OpenOptions, openKeystore } from './client/open.ts';
export type { MacOperation } from './client/operation.ts';
export type {
  AlgorithmInput,
  CallOptions,
  CipherOptions,
  CopyInit,
  DataOptions,
  KeyInit,
  SignatureOptions,
} from './client/options.ts';
export type { CloseReport } from './client/sending.ts';

export { CryptoKey } from './client/subtle/crypto-key.ts';
export {
  type EncapsulatedBits,
  type EncapsulatedKey,
  type KeystoreSubtle,
  SubtleCrypto,
  type SubtlePlace,
} from './client/subtle/subtle.ts';
export type { WorkerSource } from './client/worker-source.ts';
export { type ErrorCode, KeystoreError } from './errors.ts';
export type { Capabilities, HostSizes } from './rpc/handshake.ts';
export type { HostEvent, KeyAttributes, Lifetime, ListedKey, SlotRow, Stats } from './rpc/protocol.ts';
