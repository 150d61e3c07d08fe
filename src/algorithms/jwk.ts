// JSON Web Keys (RFC 7517) as arguments: what can be checked of them without touching the material.
import { privateUsages } from './family.ts';
import { invalid, readFields } from './input.ts';
import type { KeyType, Usage } from './types.ts';

const SHAPE = "{ kty: 'EC', … }";

/** 64 KiB, the longest secret key, in base64url. */
export const MAX_OCTET_CHARACTERS = 87_382;

/** Bits of an `oct` key, from the length of its base64url text (RFC 7518, section 6.4), undecoded. */
export function octetBits(jwk: unknown): number {
  const fields = readFields(jwk, 'the JWK', "{ kty: 'oct', k: … }");
  const k = fields['k'];
  if (fields['kty'] !== 'oct' || typeof k !== 'string') {
    throw invalid("the JWK of a secret key must have kty 'oct' and its key in k");
  }
  if (k.length > MAX_OCTET_CHARACTERS || k.length % 4 === 1 || !/^[A-Za-z0-9_-]*$/.test(k)) {
    throw invalid('k of the JWK must be base64url without padding, of at most 64 KiB of key');
  }
  return Math.floor((k.length * 3) / 4) * 8;
}

/** Whether an asymmetric JWK is a private key: `d` (RFC 7518, 6.2.2 and 6.3.2; RFC 8037, 2), or `priv` (AKP keys). */
export function hasPrivateMember(jwk: unknown): boolean {
  const fields = readFields(jwk, 'the JWK', SHAPE);
  return fields['d'] !== undefined || fields['priv'] !== undefined;
}

/**
 * Checks that a JWK's own limits (`use`, `key_ops`, `ext`) allow what the new key's policy asks for, by
 * the rules of WebCrypto's import. Drivers then ignore these members.
 *
 * @throws KeystoreError `INVALID_ARGUMENT` if a limit is malformed or exceeded.
 */
export function checkJwkPolicy(
  jwk: unknown,
  type: KeyType,
  usages: readonly Usage[],
  extractable: boolean,
): void {
  const fields = readFields(jwk, 'the JWK', SHAPE);
  const {
    ext,
    use,
    key_ops: operations,
  } = { ext: fields['ext'], use: fields['use'], key_ops: fields['key_ops'] };
  if (ext !== undefined && typeof ext !== 'boolean') throw invalid('ext of the JWK must be a boolean');
  if (ext === false && extractable) {
    throw invalid('the JWK says ext: false; import it with extractable: false');
  }
  const signs = usages.includes('sign') || usages.includes('verify');
  if (use !== undefined && usages.length > 0 && use !== (signs ? 'sig' : 'enc')) {
    throw invalid(
      "use of the JWK does not match the usages; 'sig' is for sign and verify, 'enc' for the others",
    );
  }
  if (operations === undefined) return;
  const allowed = readList(operations);
  if (new Set(allowed).size !== allowed.length) {
    throw invalid('key_ops of the JWK repeats a usage; leave it out (RFC 7517, section 4.3)');
  }
  // A private JWK's key_ops speak of the private half; its public half works whatever they say.
  const limited = type === 'private' ? privateUsages(usages) : usages;
  for (const usage of limited) {
    if (!allowed.includes(usage)) {
      throw invalid(`key_ops of the JWK does not allow '${usage}'; leave it out of the usages`);
    }
  }
}

function readList(operations: unknown): unknown[] {
  const what = 'key_ops of the JWK must be an array of usages';
  try {
    if (Array.isArray(operations)) return operations.slice(0, 32);
  } catch (cause) {
    throw invalid(what, cause);
  }
  throw invalid(what);
}
