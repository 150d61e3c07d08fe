// Making a key of material that a caller, or another key, has. Secret.
import { checkUsages, isBytes, readUsages } from '../algorithms/index.ts';
import { checkJwkPolicy } from '../algorithms/jwk.ts';
import { checkFormat, completeAlgorithm, keyTypeOfImport } from '../algorithms/material.ts';
import type { KeyFormat } from '../algorithms/types.ts';
import type { Template } from './attributes.ts';
import type { Call } from './call.ts';
import type { Host } from './host.ts';
import { clearSecret, driverFor, type Made, made, prove, type Recipe } from './material.ts';

/** As a generation, from material. */
export function importation(host: Host, template: Template, format: KeyFormat, data: unknown): Recipe {
  const { extractable } = template;
  const type = keyTypeOfImport(template.algorithm, format, data);
  checkFormat(template.algorithm, type, format);
  const algorithm = completeAlgorithm(template.algorithm, format, data);
  const usages = readUsages(algorithm, type, template.usages);
  if (format === 'jwk') checkJwkPolicy(data, type, usages, extractable);
  const name = driverFor(host, template, algorithm, usages.includes('sign'));
  const make = async (call: Call): Promise<Made> => {
    await prove(host, name, algorithm);
    const family = await host.drivers[name].family(algorithm);
    const imported = await host.lanes[name].run(call, () =>
      family.import(format, isBytes(data) ? data : (data as JsonWebKey), algorithm, extractable),
    );
    try {
      // WebCrypto's order: what is wrong with the material is said before that there are none (section 14.3.9).
      checkUsages(algorithm, type, usages);
    } catch (error) {
      clearSecret(imported.material);
      throw error;
    }
    return made(template, usages, imported);
  };
  return { template, make };
}
