// Native keys at work. On the path of every operation: what does not change between calls is made once.
import { familyOf } from '../../algorithms/index.ts';
import type { KeyAlgorithm, KeyFormat, Operation, Usage } from '../../algorithms/types.ts';
import { chunk } from '../../chunk.ts';
import type { Bytes, Material, WorkingKey } from '../driver.ts';
import { invalid, noPublicHalf, wiped } from '../failures.ts';
import * as compute from './compute.ts';
import { type NativeOperation, nativeOperation } from './params.ts';
import { withPeer } from './peer.ts';
import { importPublicKey } from './public.ts';

/** @throws KeystoreError `INVALID_ARGUMENT` for material that is not this driver's. */
export function open({ secret, publicKey, type }: Material, algorithm: KeyAlgorithm): WorkingKey {
  if (secret instanceof Uint8Array) throw invalid('this key belongs to another driver');
  if (type === 'public' || secret === null) return openPublic(publicKey, algorithm);
  const operations = operationsOf(algorithm);
  if (type === 'secret') return openOwn(secret, algorithm, operations);
  const own = openOwn(
    secret,
    algorithm,
    operations.filter((operation) => !OF_PUBLIC_HALVES.includes(operation)),
  );
  if (publicKey === null) return own;
  const half = openPublic(publicKey, algorithm);
  const { exportKey, copySecret, wipe } = own;
  const wipeBoth = () => {
    wipe();
    half.wipe();
  };
  return { ...half, ...own, exportPublicKey: half.exportPublicKey, exportKey, copySecret, wipe: wipeBoth };
}

/** What a pair does with its public half. */
const OF_PUBLIC_HALVES: readonly Operation[] = ['verify', 'encrypt', 'encapsulate'];

/** A key in use. `lend` gives it out for one operation. */
interface Use {
  readonly algorithm: KeyAlgorithm;
  readonly operation: NativeOperation;
  readonly lend: <T>(compute: (key: CryptoKey) => Promise<T>) => Promise<T>;
  /** Adopted keys may have no more than the usage that handles keys, not bytes; every other key has both. */
  readonly has: (usage: Usage) => boolean;
}

type Carrier = typeof import('./carrier.ts');

/** For few keys: those that wrap, and adopted ones that may do nothing else. */
const carrier = () => chunk(import('./carrier.ts'));
const wrapByKey: Carrier['wrapByKey'] = async (...work) => (await carrier()).wrapByKey(...work);
const unwrapByKey: Carrier['unwrapByKey'] = async (...work) => (await carrier()).unwrapByKey(...work);
const deriveByKey: Carrier['deriveByKey'] = async (...work) => (await carrier()).deriveByKey(...work);
const decapsulateByKey: Carrier['decapsulateByKey'] = async (...work) =>
  (await carrier()).decapsulateByKey(...work);

type Exporting = typeof import('./export.ts');

const exporting = () => chunk(import('./export.ts'));
const exportNative: Exporting['exportNative'] = async (...work) => (await exporting()).exportNative(...work);
const exportPublicWith: Exporting['exportPublicWith'] = async (...work) =>
  (await exporting()).exportPublicWith(...work);

const WORK: Readonly<Record<Operation, (use: Use) => Partial<WorkingKey>>> = {
  sign: ({ lend, operation }) => ({
    sign: (data, params) => lend((key) => compute.sign(key, operation(params), data)),
  }),
  verify: ({ lend, operation }) => ({
    verify: (signature, data, params) =>
      lend((key) => compute.verify(key, operation(params), signature, data)),
  }),
  encrypt: ({ lend, operation, has }) => {
    const encrypt = has('encrypt') ? compute.encrypt : wrapByKey;
    return { encrypt: (data, params) => lend((key) => encrypt(key, operation(params), data)) };
  },
  decrypt: ({ lend, operation, has }) => {
    const decrypt = has('decrypt') ? compute.decrypt : unwrapByKey;
    return { decrypt: (data, params) => lend((key) => decrypt(key, operation(params), data)) };
  },
  deriveBits: ({ lend, operation, has, algorithm }) => {
    const derive = has('deriveBits') ? compute.deriveBits : deriveByKey;
    return {
      deriveBits: (params, length) =>
        lend(async (key) => derive(key, operation(await withPeer(algorithm, params)), length)),
    };
  },
  wrap: ({ lend, operation }) => ({
    wrap: (data, params) => lend((key) => wrapByKey(key, operation(params), data)),
  }),
  unwrap: ({ lend, operation }) => ({
    unwrap: (data, params) => lend((key) => unwrapByKey(key, operation(params), data)),
  }),
  encapsulate: ({ lend, operation }) => ({
    encapsulate: (params) => lend((key) => compute.encapsulate(key, operation(params))),
  }),
  decapsulate: ({ lend, operation, has }) => {
    const decapsulate = has('decapsulateBits') ? compute.decapsulate : decapsulateByKey;
    return {
      decapsulate: (ciphertext, params) => lend((key) => decapsulate(key, operation(params), ciphertext)),
    };
  },
};

function operationsOf(algorithm: KeyAlgorithm): Operation[] {
  const { operations } = familyOf(algorithm);
  const names = Object.keys(WORK) as Operation[];
  return names.filter((name) => operations[name] !== undefined);
}

function workOf(operations: readonly Operation[], use: Use): Partial<WorkingKey> {
  const work: Partial<WorkingKey> = {};
  for (const operation of operations) Object.assign(work, WORK[operation](use));
  return work;
}

/** A secret or private key. */
function openOwn(secret: CryptoKey, algorithm: KeyAlgorithm, operations: readonly Operation[]): WorkingKey {
  // The one reference, so that dropping it lets the engine free the key.
  let held: CryptoKey | null = secret;
  const { usages } = secret;
  const take = (): CryptoKey => {
    if (held === null) throw wiped();
    return held;
  };
  return {
    ...workOf(operations, {
      algorithm,
      operation: nativeOperation(algorithm),
      lend: (compute) => compute(take()),
      has: (usage) => usages.includes(usage as KeyUsage),
    }),
    exportKey: async (format) => exportNative(take(), format),
    exportPublicKey: async () => {
      throw noPublicHalf();
    },
    copySecret: take,
    wipe: () => {
      held = null;
    },
  };
}

function openPublic(spki: Bytes | null, algorithm: KeyAlgorithm): WorkingKey {
  if (spki === null) throw noPublicHalf();
  // Most keys of a host only ever sign; the engine parses the public half when it is first asked for.
  let pending: Promise<CryptoKey> | null = null;
  const load = (): Promise<CryptoKey> => {
    pending ??= importPublicKey(spki, algorithm).catch((error: unknown) => {
      pending = null;
      throw error;
    });
    return pending;
  };
  const exportPublicKey = async (format: KeyFormat): Promise<Bytes | JsonWebKey> =>
    exportPublicWith(await load(), format);
  return {
    ...workOf(
      operationsOf(algorithm).filter((operation) => OF_PUBLIC_HALVES.includes(operation)),
      {
        algorithm,
        operation: nativeOperation(algorithm),
        lend: (compute) => load().then(compute),
        // Imported here, with every usage of its kind.
        has: () => true,
      },
    ),
    exportKey: exportPublicKey,
    exportPublicKey,
    copySecret: () => null,
    wipe: () => {
      pending = null;
    },
  };
}
