// Making a key of a CryptoKey that an app has. Secret.
import { checkUsages } from '../algorithms/index.ts';
import { adopt } from '../drivers/webcrypto/adopt.ts';
import { KeystoreError } from '../errors.ts';
import type { Template } from './attributes.ts';
import type { Call } from './call.ts';
import type { Host } from './host.ts';
import { isNative, type Made, made, prove, type Recipe } from './material.ts';

/** As an importation, from the engine's own key. */
export function adoption(host: Host, template: Template, data: unknown): Recipe {
  const type = data instanceof CryptoKey ? data.type : 'private';
  const usages = checkUsages(template.algorithm, type, template.usages);
  if (template.multipart) {
    throw new KeystoreError(
      'NOT_SUPPORTED',
      'A CryptoKey cannot be used in steps: its bytes are the engine’s. Leave multipart out.',
    );
  }
  const make = async (call: Call): Promise<Made> => {
    const imported = await host.lanes.webcrypto.run(call, () =>
      adopt(data, template.algorithm, template.extractable, usages),
    );
    if (!isNative(host, imported.algorithm)) {
      throw new KeystoreError(
        'NOT_SUPPORTED',
        'This browser cannot use this key in its host. Import its bytes instead.',
      );
    }
    await prove(host, 'webcrypto', imported.algorithm);
    return made(template, usages, imported);
  };
  return { template, make };
}
