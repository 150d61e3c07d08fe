// What the engine can do with a variant, operation by operation and format by format, found by trying all of it: for tables
// of capabilities. Takes up to a second, so never at the start of a host. Touches throw-away keys only.

import { HASHES } from '../algorithms/hash.ts';
import { familyOf, VARIANTS } from '../algorithms/index.ts';
import type { HashName, KeyAlgorithm, KeyFormat, KeyType, Operation } from '../algorithms/types.ts';
import type { Bytes, Driver, DriverName, FamilyDriver, MaybePromise, WorkingKey } from './driver.ts';
import { agree, operationsSeen, trialMaterial, trialSecret } from './trial.ts';
import { webcrypto } from './webcrypto/index.ts';

export interface Detail {
  readonly driver: DriverName;
  readonly generates: boolean;
  readonly operations: readonly Operation[];
  readonly formats: Readonly<Partial<Record<KeyType, FormatDetail>>>;
  /** With which hashes it works; absent for algorithms that take none. */
  readonly hashes?: readonly HashName[];
}

export interface FormatDetail {
  readonly imports: readonly KeyFormat[];
  readonly exports: readonly KeyFormat[];
}

/** What the engine can do, by variant. What it does not have at all is not there. */
export async function nativeDetail(): Promise<ReadonlyMap<string, Detail>> {
  const details = new Map<string, Detail>();
  for (const { variant, sample } of VARIANTS) {
    const detail = await detailOf(webcrypto, sample).catch(() => undefined);
    if (detail !== undefined) details.set(variant, detail);
  }
  return details;
}

async function detailOf(driver: Driver, algorithm: KeyAlgorithm): Promise<Detail> {
  const family = await driver.family(algorithm);
  const derives = familyOf(algorithm).usages.secret?.includes('deriveBits') === true;
  const material = await trialMaterial(family, algorithm, !derives);
  const key = await family.open(material, algorithm);
  const formats: Partial<Record<KeyType, FormatDetail>> = {};
  const attempt = { family, algorithm };
  if (derives) {
    const { imports } = await formatsSeen(attempt, 'secret', () => trialSecret());
    // WebCrypto's rule: what is there to derive from never comes out again.
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
): Promise<Pick<Detail, 'hashes'>> {
  const works = async (hash: HashName): Promise<boolean> => {
    if (derives) return agree(key, key, algorithm, { hash });
    const other = familyOf(algorithm).parse({ ...algorithm, hash }, 'import');
    const format = familyOf(algorithm).formats[familyOf(algorithm).usages.secret ? 'secret' : 'private']?.[0];
    if (format === undefined) return false;
    const imported = await family.import(format, await key.exportKey(format), other, false);
    const opened = await family.open(imported.material, imported.algorithm);
    return agree(opened, opened, imported.algorithm);
  };
  const takes = 'hash' in algorithm || algorithm.name === 'HKDF' || algorithm.name === 'PBKDF2';
  if (!takes) return {};
  const seen: HashName[] = [];
  for (const hash of [...HASHES, 'Keccak-256'] as const) {
    if (await works(hash).catch(() => false)) seen.push(hash);
  }
  return { hashes: seen };
}
