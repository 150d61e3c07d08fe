// Making key material: generation, import, adoption. It happens before any turn is taken, in the lane of the
// driver that computes. Secret.
import { checkUsages, familyOf, generatedType, isComplete, variantOf } from '../algorithms/index.ts';
import type { ImportAlgorithm, KeyAlgorithm, Usage } from '../algorithms/types.ts';
import { chooseDriver } from '../drivers/choose.ts';
import type { DriverName, Imported, Material, WorkingKey } from '../drivers/driver.ts';
import { KeystoreError } from '../errors.ts';
import type { KeyAttributes } from '../rpc/protocol.ts';
import type { Template } from './attributes.ts';
import type { Call } from './call.ts';
import type { Host } from './host.ts';
import { laneFor } from './lanes.ts';

/** A key that does not exist yet. */
export interface Made {
  readonly attributes: KeyAttributes;
  readonly imported: Imported;
}

export function isNative(host: Host, algorithm: ImportAlgorithm): boolean {
  return host.natives.variants.has(variantOf(algorithm));
}

/**
 * G6: what cannot be done is refused at creation. What an earlier host has found is tried here before anything is trusted to it.
 *
 * @throws KeystoreError `NOT_SUPPORTED`; `STORAGE_FAILURE` if it cannot be tried.
 */
export async function prove(host: Host, driver: DriverName, algorithm: ImportAlgorithm): Promise<void> {
  if (driver !== 'webcrypto') return;
  const variant = variantOf(algorithm);
  const proof = host.natives.prove(variant);
  if (proof === undefined || (await proof)) return;
  throw new KeystoreError(
    'NOT_SUPPORTED',
    `This browser does not keep ${variant} keys any more, which it did before. No key was made. The next host finds out anew ` +
      'what there is: close all tabs of this app and open it again.',
  );
}

/**
 * @param isSlow - whether the slow part of a slow algorithm is done: its keys are made and sign slowly, but are imported and
 * verify quickly.
 * @throws KeystoreError `NOT_PERMITTED` for a key that would block the host, unless that was asked for.
 */
export function driverFor(
  host: Host,
  { multipart, slow, driver: asked }: Template,
  algorithm: ImportAlgorithm,
  isSlow: boolean,
): DriverName {
  const driver = chooseDriver(algorithm, host.natives.variants, multipart, asked);
  if (driver === 'noble' && familyOf(algorithm).slow && isSlow && !slow) {
    throw new KeystoreError(
      'NOT_PERMITTED',
      `A ${algorithm.name} signature takes up to 40 seconds, and a new key some, in which some hosts serve nobody else. Pass slow: true to allow it.`,
    );
  }
  return driver;
}

/** What is asked of a creation and is no attribute of the key is left behind. */
function attributesOf(
  { driver: _, ...template }: Template,
  algorithm: KeyAlgorithm,
  usages: readonly Usage[],
): KeyAttributes {
  return { ...template, algorithm, usages };
}

/** How to make a key, checked as far as that goes before anything is computed. */
export interface Recipe {
  readonly template: Template;
  readonly make: (call: Call) => Promise<Made>;
}

/** A key to be generated: all its attributes are known. */
export interface Generation extends Recipe {
  readonly attributes: KeyAttributes;
}

export function generation(host: Host, template: Template): Generation {
  const { algorithm, extractable } = template;
  if (!isComplete(algorithm)) throw new KeystoreError('INVALID_ARGUMENT', 'The algorithm is not complete.');
  const type = generatedType(algorithm);
  const usages = checkUsages(algorithm, type, template.usages);
  const name = driverFor(host, template, algorithm, true);
  const attributes = attributesOf(template, algorithm, usages);
  const make = async (call: Call): Promise<Made> => {
    await prove(host, name, algorithm);
    const family = await host.drivers[name].family(algorithm);
    const lane = laneFor(host.lanes, name, algorithm, family.apart);
    const material = await lane.run(call, () => family.generate(algorithm, extractable));
    return { attributes, imported: { material, algorithm } };
  };
  return { template, attributes, make };
}

export function made(template: Template, usages: readonly Usage[], imported: Imported): Made {
  return { attributes: attributesOf(template, imported.algorithm, usages), imported };
}

/** Makes a key ready for work. */
export async function openMaterial(host: Host, call: Call, { imported }: Made): Promise<WorkingKey> {
  const { material, algorithm } = imported;
  const family = await host.drivers[material.driver].family(algorithm);
  const key = await family.open(material, algorithm);
  try {
    call.check();
  } catch (error) {
    key.wipe();
    throw error;
  }
  return key;
}

/** Clears the bytes of material that has been stored or was not wanted. What a slot works with is a copy. */
export function clear({ imported }: Made): void {
  clearSecret(imported.material);
}

export function clearSecret({ secret }: Pick<Material, 'secret'>): void {
  if (secret instanceof Uint8Array) secret.fill(0);
}
