// Misuses of keys and algorithms: what a key's policy denies, and what nobody can do.
import { describe } from 'vitest';
import type { Client } from '../interleave/client.ts';
import { type Ask, misuse, type Stage } from './stage.ts';

const DATA = new Uint8Array([1]);

describe('what a policy denies', () => {
  for (const id of ['stored', 'volatile', 'own']) {
    misuse(
      'usage or algorithm outside the policy',
      `usages that the ${id} key does not have`,
      async (stage) => {
        const handle = stage.handle(id);
        const asks: Ask[] = [
          (client) => client.ask('verify', { handle, signature: DATA, data: DATA }),
          // Not the usages of its algorithm either.
          (client) => client.ask('encrypt', { handle, data: DATA, params: { iv: new Uint8Array(12) } }),
          (client) => client.ask('decrypt', { handle, data: DATA, params: { iv: new Uint8Array(12) } }),
          (client) => client.ask('start', { handle, purpose: 'verify' }),
          // It was not made for use in steps, nor to be taken out.
          (client) => client.ask('start', { handle, purpose: 'sign' }),
          ...(['raw', 'jwk'] as const).map(
            (format) => (client: Client) => client.ask('exportKey', { handle, format }),
          ),
        ];
        for (const ask of asks) await stage.refused(ask);
        await stage.use(handle);
      },
    );
  }

  for (const lifetime of ['session', 'volatile', 'persistent'] as const) {
    misuse(
      'usage or algorithm outside the policy',
      `a copy of a ${lifetime} key that is not copyable`,
      async (stage) => {
        const attributes = { ...stage.world.attributes('only', lifetime), copyable: false };
        await stage.value(stage.client.ask('generate', { attributes, ensure: false }));
        for (const target of ['session', 'volatile', 'persistent'] as const) {
          await stage.refused((client) =>
            client.ask('copy', { id: 'only', attributes: { id: 'copy', lifetime: target } }),
          );
        }
      },
    );
  }

  misuse('usage or algorithm outside the policy', 'what a usage of a copy would have been', async (stage) => {
    const attributes = { id: 'copy', lifetime: 'volatile' };
    const { generation } = await stage.value(stage.client.ask('copy', { id: 'stored', attributes }));
    const handle = { id: 'copy', generation };
    await stage.refused((client) => client.ask('verify', { handle, signature: DATA, data: DATA }));
  });
});

describe('what nobody can do', () => {
  /** The engine of this world has HMAC, and noble what it has everywhere. */
  const algorithms: Readonly<Record<string, object | string>> = {
    'a name that nobody knows': { name: 'ROT13' },
    'a name from the prototype of all objects': 'constructor',
    'a variant that neither engine nor noble has': {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
    },
    'RSA-PSS without an engine that has it': { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048 },
    'a curve that keyslot does not have': { name: 'ECDSA', namedCurve: 'P-192', hash: 'SHA-256' },
    'a hash that keyslot does not have': { name: 'HMAC', hash: 'MD5' },
    'a size that keyslot does not have': { name: 'AES-GCM', length: 64 },
  };
  for (const [what, algorithm] of Object.entries(algorithms)) {
    misuse('an algorithm that no driver has', what, (stage) => refusedAtCreation(stage, { algorithm }));
  }

  misuse('an algorithm that no driver has', 'a format that its keys never have', async (stage) => {
    const attributes = stage.world.attributes('new', 'volatile');
    for (const format of ['pkcs8', 'spki'] as const) {
      await stage.refused((client) => client.ask('import', { format, data: new Uint8Array(32), attributes }));
    }
  });

  misuse('an algorithm that the chosen protection cannot hold', 'steps with anything but HMAC', (stage) =>
    refusedAtCreation(stage, { algorithm: { name: 'Ed448' }, multipart: true }),
  );

  misuse(
    'an algorithm that the chosen protection cannot hold',
    'steps with the engine’s own key',
    async (stage) => {
      const attributes = { ...stage.world.attributes('new', 'persistent'), multipart: true };
      const usages: KeyUsage[] = ['sign'];
      const data = await crypto.subtle.generateKey(
        { name: 'HMAC', hash: 'SHA-256', length: 256 },
        false,
        usages,
      );
      await stage.refused((client) => client.ask('import', { format: 'crypto-key', data, attributes }));
    },
  );

  // Of keys that are sealed under others, which is the protection that is to be chosen, there are none yet.
  misuse.skip('an algorithm that the chosen protection cannot hold', 'sealed, or by a native key only');
});

async function refusedAtCreation(stage: Stage, special: object): Promise<void> {
  for (const lifetime of ['session', 'volatile', 'persistent'] as const) {
    for (const ensure of [false, true]) {
      const attributes = { ...stage.world.attributes('new', lifetime), ...special };
      await stage.refused((client) => client.ask('generate', { attributes, ensure }));
    }
  }
}
