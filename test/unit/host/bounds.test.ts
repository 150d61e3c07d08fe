// G12: how much one call may have noble compute in one stretch, whatever the call is. A real host with noble's own
// drivers, and an engine that has nothing.
import { describe, expect, it } from 'vitest';
import { drivers } from '../../../src/drivers/index.ts';
import { realClock } from '../../../src/host/clock.ts';
import { Host } from '../../../src/host/host.ts';
import { laneFor } from '../../../src/host/lanes.ts';
import { serviceFor } from '../../../src/host/service.ts';
import type { Method } from '../../../src/rpc/protocol.ts';
import { World } from '../interleave/world.ts';

const host = new Host({
  boot: 'boot',
  store: new World().seats[0]?.store ?? expect.unreachable(),
  drivers,
  clock: realClock(),
  natives: { variants: new Set(), believed: 0, prove: () => undefined },
  capabilities: { algorithms: {} },
  sizes: { cacheSize: 1, pinnedSize: 1, ceiling: 16, operations: 1, lanes: 2 },
});
const session = host.newSession();
const service = serviceFor(host, session, {
  accept: () => undefined,
  close: () => Promise.resolve({ operations: 0 }),
  locate: () => Promise.resolve(null),
});
let calls = 0;

async function ask(method: Method, request: object): Promise<Record<string, unknown>> {
  calls += 1;
  return { ...(await service[method]({ call: calls, ...request })) };
}

async function keyOf(name: string, usages: readonly string[]): Promise<object> {
  const attributes = { id: name, lifetime: 'session', algorithm: { name }, usages };
  const { value } = await ask('import', { format: 'raw-secret', data: new Uint8Array(32), attributes });
  return { id: name, generation: Object(value).generation };
}

const LARGE = new Uint8Array(4 * 1024 * 1024 + 1);
const refused = { error: expect.objectContaining({ code: 'INVALID_ARGUMENT' }) };
const into = {
  format: 'raw-secret',
  attributes: { lifetime: 'session', algorithm: { name: 'HMAC', hash: 'SHA-256' }, usages: ['sign'] },
};
const iv = new Uint8Array(12);

describe('G12 fair: at most 4 MiB at once', () => {
  it('of what derivations are given beside the secret', async () => {
    const handle = await keyOf('HKDF', ['deriveBits', 'deriveKey']);
    const small = { hash: 'SHA3-256', salt: new Uint8Array(1), info: new Uint8Array(1) };
    const right = await ask('deriveBits', { handle, params: small, length: 256 });
    expect(right['value']).toHaveLength(32);
    for (const member of ['salt', 'info']) {
      const params = { ...small, [member]: LARGE };
      expect(await ask('deriveBits', { handle, params, length: 256 })).toMatchObject(refused);
      expect(await ask('deriveKey', { base: { handle }, params, length: 256, into })).toMatchObject(refused);
    }
  });

  it('of what is unwrapped', async () => {
    const handle = await keyOf('ChaCha20-Poly1305', ['unwrapKey']);
    const request = { wrapped: LARGE, unwrapping: { handle }, params: { iv }, into };
    // What is too large is not looked at: this is no decryption that failed.
    expect(await ask('unwrapKey', request)).toMatchObject(refused);
  });

  it('of the native key that is wrapped', async () => {
    const handle = await keyOf('ChaCha20-Poly1305', ['wrapKey']);
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const native = await crypto.subtle.importKey('raw', LARGE, algorithm, true, ['sign']);
    const request = { format: 'raw', key: { native }, wrapping: { handle }, params: { iv } };
    expect(await ask('wrapKey', request)).toMatchObject(refused);
    expect(host.transits.size).toBe(0);
  });

  it('of the data and what is hashed with it, together', async () => {
    const handle = await keyOf('KMAC128', ['sign']);
    const half = new Uint8Array(2 * 1024 * 1024 + 1);
    const params = { outputLength: 256, customization: half };
    expect(await ask('sign', { handle, data: half, params })).toMatchObject(refused);
    const right = await ask('sign', {
      handle,
      data: new Uint8Array(1),
      params: { ...params, customization: new Uint8Array(1) },
    });
    expect(right['value']).toHaveLength(32);
  });

  it.each(['customization', 'functionName'])('of the %s of a digest', async (member) => {
    const algorithm = { name: 'cSHAKE128', outputLength: 256, [member]: LARGE };
    expect(await ask('digest', { algorithm, data: new Uint8Array(1) })).toMatchObject(refused);
  });
});

describe('G12 fair: what takes seconds is asked for', () => {
  it('whatever a key of SLH-DSA is for', async () => {
    const algorithm = { name: 'SLH-DSA-SHAKE-256s' };
    for (const usages of [['sign'], ['verify']]) {
      const attributes = { lifetime: 'session', algorithm, usages };
      const denied = await ask('generate', { attributes, ensure: false });
      expect(denied).toMatchObject({ error: { code: 'NOT_PERMITTED' } });
    }
  });
});

describe('G12 fair: one stretch a turn', () => {
  it('unless another thread does it', () => {
    const algorithm = { name: 'SLH-DSA-SHA2-128f' } as const;
    expect(laneFor(host.lanes, 'noble', algorithm)).toBe(host.lanes.noble);
    expect(laneFor(host.lanes, 'noble', algorithm, true)).toBe(host.lanes.long);
    expect(laneFor(host.lanes, 'webcrypto', algorithm, true)).toBe(host.lanes.webcrypto);
  });

  it('also of derivations that are not cut into slices', () => {
    expect(laneFor(host.lanes, 'noble', { name: 'HKDF' })).toBe(host.lanes.noble);
    for (const name of ['PBKDF2', 'Argon2id', 'scrypt'] as const) {
      expect(laneFor(host.lanes, 'noble', { name })).toBe(host.lanes.long);
    }
  });
});
