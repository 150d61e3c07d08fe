// Long derivations by noble, where messages must be answered meanwhile: the engine's scheduler decides, so a real one.
import { describe, expect, it } from 'vitest';
import type { OperationParams, PlainName } from '../../../src/algorithms/types.ts';
import { drivers } from '../../../src/drivers/index.ts';

const salt = new TextEncoder().encode('salt of some bytes');

/** Each takes about half a second. */
const ROWS: readonly (readonly [PlainName, OperationParams])[] = [
  ['PBKDF2', { hash: 'SHA3-512', salt, iterations: 60_000 }],
  ['Argon2id', { nonce: salt, memory: 32 * 1024, passes: 2, parallelism: 1 }],
  ['scrypt', { salt, cost: 2 ** 15, blockSize: 8, parallelism: 1 }],
];

describe.each(ROWS)('%s by noble', (name, params) => {
  it('lets messages be answered while it derives', async () => {
    const family = await drivers.noble.family({ name });
    const secret = new TextEncoder().encode('password');
    const { material, algorithm } = await family.import('raw-secret', secret, { name }, false);
    const key = await family.open(material, algorithm);
    let done = false;
    const derived = Promise.resolve(key.deriveBits?.(params, 256)).finally(() => {
      done = true;
    });
    const { port1, port2 } = new MessageChannel();
    let answered = 0;
    port2.onmessage = () => port2.postMessage('pong');
    port1.onmessage = () => {
      if (done) return;
      answered += 1;
      // The next one later, so that a flood of messages is not what makes the difference.
      setTimeout(() => port1.postMessage('ping'), 5);
    };
    port1.postMessage('ping');
    expect(await derived).toHaveLength(32);
    port1.close();
    expect(answered).toBeGreaterThan(5);
  });
});
