// Keys that come from other keys: derived, unwrapped, decapsulated. The material is the host's alone between the
// two; it becomes a slot, or a native key that the engine hands to the caller.
import { isBytes } from '../../algorithms/index.ts';
import type { OperationParams } from '../../algorithms/types.ts';
import type { Bytes, Encapsulation } from '../../drivers/driver.ts';
import { engine } from '../../drivers/webcrypto/engine.ts';
import { keyRefused } from '../../drivers/webcrypto/faults.ts';
import { checkFit } from '../../drivers/webcrypto/fit.ts';
import { KeystoreError } from '../../errors.ts';
import type { Into, KeyInfo, Operand } from '../../rpc/protocol.ts';
import { parseTemplate } from '../attributes.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { importation } from '../importation.ts';
import { compute, parseJwk, takeMaterial } from '../operands.ts';
import { required } from '../policy.ts';
import { create } from './create.ts';
import { sourcesOf } from './sources.ts';

export async function derive(
  host: Host,
  call: Call,
  { base, params, length, into }: { base: Operand; params?: unknown; length: number | null; into: Into },
): Promise<KeyInfo | CryptoKey> {
  const want = { usage: 'deriveKey', operation: 'deriveBits', params } as const;
  const bits = await compute(host, call, base, want, (key, checked) =>
    required(key.deriveBits)(checked, length),
  );
  return become(host, call, bits, into, base);
}

export async function wrap(
  host: Host,
  call: Call,
  {
    format,
    key: wrapped,
    wrapping,
    params,
  }: { format: Into['format']; key: Operand; wrapping: Operand; params?: unknown },
): Promise<Bytes> {
  const transit = await takeMaterial(host, call, wrapped, format);
  try {
    const want = { usage: 'wrapKey', operation: 'wrap', params, size: transit.size } as const;
    return await compute(host, call, wrapping, want, (key, checked) =>
      // In the step that grants the lane: the wrapped key may have been destroyed while this waited.
      transit.use((material) => required(key.wrap ?? key.encrypt)(material, checked)),
    );
  } finally {
    void transit.end();
  }
}

export async function unwrap(
  host: Host,
  call: Call,
  {
    wrapped,
    unwrapping,
    params,
    into,
  }: { wrapped: Bytes; unwrapping: Operand; params?: unknown; into: Into },
): Promise<KeyInfo | CryptoKey> {
  const want = { usage: 'unwrapKey', operation: 'unwrap', params, size: wrapped.length } as const;
  const material = await compute(host, call, unwrapping, want, (key, checked) =>
    required(key.unwrap ?? key.decrypt)(wrapped, checked),
  );
  return become(host, call, material, into, unwrapping);
}

export async function encapsulate(
  host: Host,
  call: Call,
  { key: operand, params, into }: { key: Operand; params?: unknown; into: Into },
): Promise<{ key: KeyInfo | CryptoKey; ciphertext: Bytes }> {
  if ('attributes' in into && parseTemplate(into.attributes, 'import').lifetime === 'persistent') {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      'A key from an encapsulation cannot be persistent at once, since its ciphertext could be lost: copy it when both are there.',
    );
  }
  const want = { usage: 'encapsulateKey', operation: 'encapsulate', params } as const;
  const { sharedKey, ciphertext } = await compute(host, call, operand, want, encapsulated);
  return { key: await become(host, call, sharedKey, into, operand), ciphertext };
}

export async function decapsulate(
  host: Host,
  call: Call,
  {
    key: operand,
    params,
    ciphertext,
    into,
  }: { key: Operand; params?: unknown; ciphertext: Bytes; into: Into },
): Promise<KeyInfo | CryptoKey> {
  const size = ciphertext.length;
  const want = { usage: 'decapsulateKey', operation: 'decapsulate', params, size } as const;
  const shared = await compute(host, call, operand, want, (key, checked) =>
    required(key.decapsulate)(ciphertext, checked),
  );
  return become(host, call, shared, into, operand);
}

export function encapsulated(
  key: { readonly encapsulate?: (params: OperationParams) => Encapsulation | Promise<Encapsulation> },
  params: OperationParams,
): Encapsulation | Promise<Encapsulation> {
  return required(key.encapsulate)(params);
}

/** Makes the key, and clears the material whatever became of it. */
async function become(
  host: Host,
  call: Call,
  material: Bytes,
  into: Into,
  source: Operand,
): Promise<KeyInfo | CryptoKey> {
  try {
    call.check();
    const data = into.format === 'jwk' ? parseJwk(material) : material;
    if ('native' in into) {
      const { algorithm, extractable, usages } = into.native;
      checkFit(data, algorithm);
      return await host.lanes.webcrypto.run(call, () =>
        // The engine judges the algorithm, as it would in the caller.
        engine()
          .importKey(into.format, data, algorithm as Algorithm, extractable, usages)
          .catch((cause: unknown) => {
            throw keyRefused(cause);
          }),
      );
    }
    const recipe = importation(host, parseTemplate(into.attributes, 'import'), into.format, data);
    return await create(host, call, recipe, sourcesOf(host, call, source));
  } finally {
    if (isBytes(material)) material.fill(0);
  }
}
