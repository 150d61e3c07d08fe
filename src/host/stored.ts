// From a record, as it lies in the store, to a key. A record is input like any other: the disk, another
// version or script of the origin may have written anything there. A bad one harms itself alone.
import { checkUsages, isComplete, sameAlgorithm } from '../algorithms/index.ts';
import { readable } from '../algorithms/shape.ts';
import type { WorkingKey } from '../drivers/driver.ts';
import { completedBy } from '../drivers/webcrypto/complete.ts';
import { KeystoreError } from '../errors.ts';
import type { KeyAttributes } from '../rpc/protocol.ts';
import { isIntact } from '../store/checksum.ts';
import { type KeyRecord, member, RECORD_VERSION } from '../store/record.ts';
import { recordShape } from '../store/shape.ts';
import { parseTemplate } from './attributes.ts';
import type { Host } from './host.ts';
import { isNative } from './material.ts';

/** @throws KeystoreError `DATA_INVALID` for a version or id that cannot be ours, `DATA_CORRUPT` for the rest. */
export function parseRecord(stored: unknown, id: string): KeyRecord {
  const version = member(stored, 'version');
  if (typeof version === 'number' && version > RECORD_VERSION) {
    throw unreadable('DATA_INVALID', 'was written by a newer version of keyslot');
  }
  if (member(stored, 'id') !== id) throw unreadable('DATA_INVALID', 'belongs to another id');
  const output = readable(recordShape, stored);
  if (output === undefined) throw unreadable('DATA_CORRUPT', 'is damaged');
  const attributes = storedAttributes(output.attributes, output.material.type);
  if (attributes.id !== id) throw unreadable('DATA_INVALID', 'belongs to another id');
  if (!fits(output.material, attributes) || !isIntact(output)) throw unreadable('DATA_CORRUPT', 'is damaged');
  return { ...output, attributes };
}

/** Whether the material can be that of a key with these attributes, as far as it shows. */
function fits(
  { driver, type, secret, publicKey }: KeyRecord['material'],
  attributes: KeyAttributes,
): boolean {
  if ((type === 'public') !== (secret === null)) return false;
  if (type !== 'secret' && publicKey === null && attributes.usages.includes('verify')) return false;
  if (secret === null) return true;
  if (!(secret instanceof CryptoKey)) return driver === 'noble';
  if (driver !== 'webcrypto' || secret.type !== type || (secret.extractable && !attributes.extractable))
    return false;
  try {
    return sameAlgorithm(completedBy(secret, attributes.algorithm), attributes.algorithm);
  } catch {
    return false;
  }
}

function storedAttributes(input: unknown, type: 'secret' | 'private' | 'public'): KeyAttributes {
  let template: ReturnType<typeof parseTemplate>;
  let usages: KeyAttributes['usages'];
  try {
    template = parseTemplate(input, 'import');
    usages = checkUsages(template.algorithm, type, template.usages);
  } catch (error) {
    throw unreadable('DATA_CORRUPT', 'is damaged', error);
  }
  const { algorithm } = template;
  if (template.lifetime !== 'persistent' || !isComplete(algorithm))
    throw unreadable('DATA_CORRUPT', 'is damaged');
  return { ...template, algorithm, usages };
}

/**
 * Makes the key of a record ready for work.
 *
 * @throws KeystoreError `NOT_SUPPORTED` if this engine cannot, `DATA_CORRUPT` if the material is none of its algorithm.
 */
export async function openRecord(host: Host, stored: KeyRecord): Promise<WorkingKey> {
  const { attributes, material } = stored;
  if (material.driver === 'webcrypto' && !isNative(host, attributes.algorithm)) {
    throw new KeystoreError(
      'NOT_SUPPORTED',
      'This browser can no longer use this key natively. The key is kept; use it in a browser that has its algorithm.',
    );
  }
  const family = await host.drivers[material.driver].family(attributes.algorithm);
  try {
    return await family.open(material, attributes.algorithm);
  } catch (error) {
    // To a driver material is an argument; here nobody passed it, it was read.
    if (!(error instanceof KeystoreError) || error.code !== 'INVALID_ARGUMENT') throw error;
    throw unreadable('DATA_CORRUPT', 'is damaged', error);
  }
}

function unreadable(code: 'DATA_CORRUPT' | 'DATA_INVALID', what: string, cause?: unknown): KeystoreError {
  const message = `The record of this key ${what}. Other keys are not affected. It can be destroyed by its id.`;
  return new KeystoreError(code, message, cause === undefined ? {} : { cause });
}
