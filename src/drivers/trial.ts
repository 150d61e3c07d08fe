// Finding out what a driver can do by doing it. Touches throw-away keys only.
import { familyOf } from '../algorithms/index.ts';
import type { KeyAlgorithm, Operation, OperationParams } from '../algorithms/types.ts';
import type { Bytes, FamilyDriver, Material, WorkingKey } from './driver.ts';

const MESSAGE = new TextEncoder().encode('keyslot: a trial of 32 bytes or so');
/** AES-KW takes multiples of 8 bytes. */
const WRAPPED = MESSAGE.subarray(0, 32);

/** Parameters of every algorithm at once, as cheap as they come; each takes its own. */
const EVERYTHING: OperationParams = {
  hash: 'SHA-256',
  saltLength: 32,
  counterLength: 64,
  outputLength: 256,
  customization: new Uint8Array(),
  salt: new Uint8Array(16),
  info: new Uint8Array(),
  iterations: 1,
  nonce: new Uint8Array(16),
  parallelism: 1,
  memory: 8,
  passes: 1,
  cost: 2,
  blockSize: 1,
};

const IV_BYTES: Readonly<Record<string, number>> = {
  'AES-CTR': 16,
  'AES-CBC': 16,
  'XChaCha20-Poly1305': 24,
};

export function trialParams({ name }: KeyAlgorithm): OperationParams {
  return { ...EVERYTHING, iv: new Uint8Array(IV_BYTES[name] ?? 12) };
}

/** A secret to derive from. */
export const trialSecret = (): Bytes => new Uint8Array(MESSAGE);

/** A new key. What is there to derive from is imported, since nothing generates it. */
export async function trialMaterial(
  family: FamilyDriver,
  algorithm: KeyAlgorithm,
  extractable = false,
): Promise<Material> {
  const { usages, formats } = familyOf(algorithm);
  if (!usages.secret?.includes('deriveBits')) return family.generate(algorithm, extractable);
  const format = formats.secret?.[0] ?? 'raw-secret';
  return (await family.import(format, trialSecret(), algorithm, extractable)).material;
}

type Check = (made: WorkingKey, kept: WorkingKey, params: OperationParams) => Promise<boolean>;

/** By the operation that needs the secret or private key: whether `kept` is the key that `made` is. */
const CHECKS: Readonly<Partial<Record<Operation, Check>>> = {
  async sign({ verify }, { sign }, params) {
    if (!sign || !verify) return false;
    return verify(await sign(MESSAGE, params), MESSAGE, params);
  },
  async decrypt({ encrypt }, { decrypt }, params) {
    if (!encrypt || !decrypt) return false;
    return equal(await decrypt(await encrypt(MESSAGE, params), params), MESSAGE);
  },
  async unwrap({ wrap }, { unwrap }, params) {
    if (!wrap || !unwrap) return false;
    return equal(await unwrap(await wrap(WRAPPED, params), params), WRAPPED);
  },
  async decapsulate({ encapsulate }, { decapsulate }, params) {
    if (!encapsulate || !decapsulate) return false;
    const { sharedKey, ciphertext } = await encapsulate(params);
    return equal(await decapsulate(ciphertext, params), sharedKey);
  },
  async deriveBits(made, kept, params) {
    if (!made.deriveBits || !kept.deriveBits) return false;
    return equal(await made.deriveBits(params, 256), await kept.deriveBits(params, 256));
  },
};

/** What a check shows besides the operation that it is named by. */
const OTHER_SIDE: Readonly<Partial<Record<Operation, Operation>>> = {
  sign: 'verify',
  decrypt: 'encrypt',
  unwrap: 'wrap',
  decapsulate: 'encapsulate',
};

/**
 * Whether two keys, which may be of two drivers, are one: what either does, the other undoes or confirms. Rejects as
 * the drivers do.
 *
 * @param special - instead of the cheapest parameters.
 */
export async function agree(
  made: WorkingKey,
  kept: WorkingKey,
  algorithm: KeyAlgorithm,
  special: OperationParams = {},
): Promise<boolean> {
  const params = { ...(await paramsFor(made, algorithm)), ...special };
  const checks = checksOf(algorithm);
  const results = await Promise.all(checks.map(([, check]) => check(made, kept, params)));
  return results.length > 0 && results.every((works) => works);
}

/** The operations that a key is seen to do, in the order of its family's table. */
export async function operationsSeen(key: WorkingKey, algorithm: KeyAlgorithm): Promise<Operation[]> {
  const params = await paramsFor(key, algorithm);
  const seen = new Set<Operation>();
  for (const [operation, check] of checksOf(algorithm)) {
    const works = await check(key, key, params).catch(() => false);
    if (!works) continue;
    seen.add(operation);
    const other = OTHER_SIDE[operation];
    if (other !== undefined) seen.add(other);
  }
  const listed = Object.keys(familyOf(algorithm).operations) as Operation[];
  return listed.filter((operation) => seen.has(operation));
}

function checksOf(algorithm: KeyAlgorithm): [Operation, Check][] {
  const { operations } = familyOf(algorithm);
  const names = Object.keys(operations) as Operation[];
  return names.flatMap((name) => {
    const check = CHECKS[name];
    return check === undefined ? [] : [[name, check]];
  });
}

async function paramsFor(key: WorkingKey, algorithm: KeyAlgorithm): Promise<OperationParams> {
  const params = trialParams(algorithm);
  if (familyOf(algorithm).usages.private?.includes('deriveBits') !== true) return params;
  // To agree with its own public half is as good as with another's.
  return { ...params, publicKey: asBytes(await key.exportPublicKey('raw-public')) };
}

function asBytes(exported: Bytes | JsonWebKey): Bytes {
  if (exported instanceof Uint8Array) return exported;
  throw new TypeError('expected bytes');
}

/** Of throw-away keys, so it need not be constant in time. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
