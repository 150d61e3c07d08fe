// A secret that comes with a call, beside its key, does not stay in the host.
import { expect, it } from 'vitest';
import { Call } from '../../../src/host/call.ts';
import { realClock } from '../../../src/host/clock.ts';
import type { Host } from '../../../src/host/host.ts';
import { NativeLane } from '../../../src/host/lanes.ts';
import { compute } from '../../../src/host/operands.ts';
import { Session } from '../../../src/host/session.ts';

it('clears Argon2’s secret value, also where the derivation is refused', async () => {
  const native = await crypto.subtle.importKey('raw', new Uint8Array(16), 'HKDF', false, ['deriveBits']);
  // Of a host, what a native operand needs.
  const host = { lanes: { webcrypto: new NativeLane(1) } } as unknown as Host;
  const call = new Call(new Session(1, false, () => undefined), realClock(), undefined);
  const want = { usage: 'deriveBits', operation: 'deriveBits' } as const;
  const salt = new Uint8Array(8);
  const refused = { hash: 'SHA-256', salt, info: salt, secretValue: Uint8Array.of(1, 2, 3) };
  await expect(
    compute(host, call, { native }, { ...want, params: refused }, () => undefined),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect(refused.secretValue).toStrictEqual(new Uint8Array(3));
});
