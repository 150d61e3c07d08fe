// What can be done with a variant, operation by operation and format by format, and which digests there are: with the engine's found by trying all of
// it, which takes up to a second, so never at the start of a host; with noble's, which is the same everywhere, read from the
// tables (held against trying by test/unit/drivers/detail.test.ts). Touches throw-away keys only.

import { DIGEST_BYTES, ENGINE_HASHES, HASHES } from '../algorithms/hash.ts';
import { familyOf, VARIANTS, variantOf } from '../algorithms/index.ts';
import type {
  FormatDetail,
  HashName,
  KeyAlgorithm,
  KeyFormat,
  KeyType,
  Operation,
  VariantDetail,
} from '../algorithms/types.ts';
import type { Bytes, Driver, FamilyDriver, MaybePromise, WorkingKey } from './driver.ts';
import { agree, operationsSeen, trialMaterial, trialSecret } from './trial.ts';
import { engine } from './webcrypto/engine.ts';
import { webcrypto } from './webcrypto/index.ts';

/** What the engine can do, by variant. What it does not have at all is not there. */
export async function nativeDetail(): Promise<ReadonlyMap<string, VariantDetail>> {
  const details = new Map<string, VariantDetail>();
  for (const { variant, sample } of VARIANTS) {
    const detail = await detailOf(webcrypto, sample).catch(() => undefined);
    if (detail !== undefined) details.set(variant, detail);
  }
  return details;
}

/** Those of the digests that `subtle` asks the engine for which it gives. */
export async function nativeDigests(): Promise<readonly HashName[]> {
  const trials = ENGINE_HASHES.map(async (hash) => {
    const { byteLength } = await engine().digest(hash, trialSecret());
    return byteLength === DIGEST_BYTES[hash];
  });
  const seen = await Promise.allSettled(trials);
  return ENGINE_HASHES.filter((_, index) => {
    const trial = seen[index];
    return trial?.status === 'fulfilled' && trial.value;
  });
}

/** What noble can do with a variant that it has. Loads nothing. */
export function nobleDetail(algorithm: KeyAlgorithm): VariantDetail {
  const { formats, operations } = familyOf(algorithm);
  const derives = isDerivedFrom(algorithm);
  const details = Object.entries(formats).map(([type, all]): [string, FormatDetail] => [
    type,
    { imports: all, exports: derives ? [] : all },
  ]);
  const hashes = HASH_NAMES.filter((hash) => takesHash(algorithm, hash));
  return {
    driver: 'noble',
    generates: !derives,
    operations: Object.keys(operations) as Operation[],
    formats: Object.fromEntries(details),
    ...(hashes.length === 0 ? {} : { hashes }),
  };
}

const HASH_NAMES: readonly HashName[] = [...HASHES, 'Keccak-256'];

/** Whether a policy of this variant takes this hash, or a call where those name it. */
function takesHash(algorithm: KeyAlgorithm, hash: HashName): boolean {
  if (namesHashInCalls(algorithm)) return hash !== 'Keccak-256';
  if (!('hash' in algorithm)) return false;
  try {
    return variantOf(familyOf(algorithm).parse({ ...algorithm, hash }, 'import')) === variantOf(algorithm);
  } catch {
    return false;
  }
}

const namesHashInCalls = ({ name }: KeyAlgorithm): boolean => name === 'HKDF' || name === 'PBKDF2';

/** Secrets to derive from: nothing generates them, and nothing gives them out again (WebCrypto's rule). */
function isDerivedFrom(algorithm: KeyAlgorithm): boolean {
  return familyOf(algorithm).usages.secret?.includes('deriveBits') === true;
}

/** What a driver can do with a variant that it has, by trying. */
export async function detailOf(driver: Driver, algorithm: KeyAlgorithm): Promise<VariantDetail> {
  const family = await driver.family(algorithm);
  const derives = isDerivedFrom(algorithm);
  const material = await trialMaterial(family, algorithm, !derives);
  const key = await family.open(material, algorithm);
  const formats: Partial<Record<KeyType, FormatDetail>> = {};
  const attempt = { family, algorithm };
  if (derives) {
    const { imports } = await formatsSeen(attempt, 'secret', () => trialSecret());
    formats.secret = { imports, exports: [] };
  } else if (material.type === 'secret') {
    formats.secret = await formatsSeen(attempt, 'secret', key.exportKey);
  } else {
    formats.private = await formatsSeen(attempt, 'private', key.exportKey);
    formats.public = await formatsSeen(attempt, 'public', key.exportPublicKey);
  }
  return {
    driver: driver.name,
    generates: !derives,
    operations: await operationsSeen(key, algorithm),
    formats,
    ...(await hashesSeen(attempt, key, derives)),
  };
}

interface Attempt {
  readonly family: FamilyDriver;
  readonly algorithm: KeyAlgorithm;
}

async function formatsSeen(
  { family, algorithm }: Attempt,
  type: KeyType,
  give: (format: KeyFormat) => MaybePromise<Bytes | JsonWebKey>,
): Promise<FormatDetail> {
  const imports: KeyFormat[] = [];
  const exports: KeyFormat[] = [];
  for (const format of familyOf(algorithm).formats[type] ?? []) {
    try {
      const data = await give(format);
      exports.push(format);
      await family.import(format, data, algorithm, false);
      imports.push(format);
    } catch {
      // Not there; what was listed before the fault is.
    }
  }
  return { imports, exports };
}

async function hashesSeen(
  { family, algorithm }: Attempt,
  key: WorkingKey,
  derives: boolean,
): Promise<Pick<VariantDetail, 'hashes'>> {
  const works = async (hash: HashName): Promise<boolean> => {
    if (derives) return agree(key, key, algorithm, { hash });
    const other = familyOf(algorithm).parse({ ...algorithm, hash }, 'import');
    const format = familyOf(algorithm).formats[familyOf(algorithm).usages.secret ? 'secret' : 'private']?.[0];
    if (format === undefined) return false;
    const imported = await family.import(format, await key.exportKey(format), other, false);
    const opened = await family.open(imported.material, imported.algorithm);
    return agree(opened, opened, imported.algorithm);
  };
  const candidates = HASH_NAMES.filter((hash) => takesHash(algorithm, hash));
  if (candidates.length === 0) return {};
  const seen: HashName[] = [];
  for (const hash of candidates) {
    if (await works(hash).catch(() => false)) seen.push(hash);
  }
  return { hashes: seen };
}
