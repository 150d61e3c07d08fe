// The keys that a call works with: of a slot, as its registered reader, or the caller's own, a clone of which came
// with the call. Native keys travel to meet a slot's, never the other way (G7).

import { privateUsages, publicUsages } from '../algorithms/family.ts';
import { isBytes, parseParams } from '../algorithms/index.ts';
import type { KeyAlgorithm, KeyFormat, Operation, OperationParams, Usage } from '../algorithms/types.ts';
import type { Bytes, MaybePromise, WorkingKey } from '../drivers/driver.ts';
import { openForeign } from '../drivers/webcrypto/foreign.ts';
import { KeystoreError } from '../errors.ts';
import type { Operand } from '../rpc/protocol.ts';
import type { Call } from './call.ts';
import type { Host } from './host.ts';
import { type Contents, sessionName, sharedName } from './keys.ts';
import { checkSize, notExtractable, notPermitted } from './policy.ts';
import { use } from './protocols/use.ts';
import { Transit } from './transits.ts';

/** What a call wants of a key: one of the usages that allow it, and the operation that computes it. */
export interface Want {
  readonly usage: Usage;
  readonly operation: Operation;
  readonly params: unknown;
  /** Of the data that it is computed with, in bytes. */
  readonly size?: number;
}

/** `encrypt` and `decrypt` are what ciphers wrap by. */
type Computing = Pick<
  WorkingKey,
  'deriveBits' | 'wrap' | 'unwrap' | 'encrypt' | 'decrypt' | 'encapsulate' | 'decapsulate'
>;

/** Checks the policy, then computes, in the step that registers the reader. */
export function compute<T>(
  host: Host,
  call: Call,
  operand: Operand,
  want: Want,
  work: (key: Computing, params: OperationParams) => MaybePromise<T>,
): Promise<T> {
  if ('handle' in operand) {
    return use(host, call, operand.handle, (contents) => {
      const params = checked(contents, want);
      return work(contents.key, params);
    });
  }
  // Its usages are for the engine to check.
  const foreign = openForeign(operand.native);
  const params = parseParams(foreign.algorithm, operationOf(foreign.algorithm, want.operation), want.params);
  return host.lanes.webcrypto.run(call, () => work(foreign, params));
}

function checked({ attributes, material }: Contents, { usage, operation, params: asked, size = 0 }: Want) {
  if (!attributes.usages.includes(usage)) throw notPermitted(attributes, usage);
  const { algorithm } = attributes;
  const params = parseParams(algorithm, operationOf(algorithm, operation), asked);
  checkSize(material.driver, size, params);
  return params;
}

const CIPHER: Readonly<Partial<Record<Operation, Operation>>> = { wrap: 'encrypt', unwrap: 'decrypt' };

/** AES-KW wraps; the ciphers wrap by encrypting. */
function operationOf({ name }: KeyAlgorithm, operation: Operation): Operation {
  return name === 'AES-KW' ? operation : (CIPHER[operation] ?? operation);
}

/**
 * Takes the bytes of a key that is to be wrapped (of a JWK its JSON text) out of its slot. The caller ends the transit,
 * whatever becomes of it.
 */
export function takeMaterial(host: Host, call: Call, operand: Operand, format: KeyFormat): Promise<Transit> {
  if ('handle' in operand) {
    return use(host, call, operand.handle, (contents) => {
      const { attributes, owner, id } = contents;
      const exporting = exportedFor(contents, operand.half, format);
      const name = owner === null ? sharedName(id) : sessionName(owner, id);
      // The reader is registered: a destruction finds it and this, or it finds the filled transit.
      return filled(host.transits.begin(name, attributes.lifetime), exporting);
    });
  }
  const foreign = openForeign(operand.native);
  return host.lanes.webcrypto.run(call, () =>
    filled(new Transit('session', () => undefined), foreign.exportKey(format)),
  );
}

async function filled(transit: Transit, exporting: MaybePromise<Bytes | JsonWebKey>): Promise<Transit> {
  try {
    const exported = await exporting;
    return transit.fill(isBytes(exported) ? exported : new TextEncoder().encode(JSON.stringify(exported)));
  } catch (error) {
    void transit.end();
    throw error;
  }
}

function exportedFor(
  { attributes, material, key }: Contents,
  half: 'public' | undefined,
  format: KeyFormat,
): MaybePromise<Bytes | JsonWebKey> {
  const { usages, extractable } = attributes;
  if (half === 'public' || material.type === 'public') {
    return described(key.exportPublicKey(format), publicUsages(usages));
  }
  if (!extractable) throw notExtractable();
  return described(key.exportKey(format), material.type === 'private' ? privateUsages(usages) : usages);
}

async function described(
  exporting: MaybePromise<Bytes | JsonWebKey>,
  usages: readonly Usage[],
): Promise<Bytes | JsonWebKey> {
  const exported = await exporting;
  return isBytes(exported) ? exported : { ...exported, key_ops: [...usages], ext: true };
}

/** The text of a JWK that was unwrapped. */
export function parseJwk(text: Bytes): JsonWebKey {
  try {
    const jwk: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
    // The specification calls nothing without `kty` one (Web Cryptography API, section 14.2: parse a JWK).
    if (typeof jwk === 'object' && jwk !== null && Reflect.has(jwk, 'kty')) return jwk;
  } catch {
    // Answered below; the engine's message may quote the text.
  }
  throw new KeystoreError('INVALID_ARGUMENT', 'What was unwrapped is no JWK. Unwrap it in its own format.');
}
