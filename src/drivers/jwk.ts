// JSON Web Keys (RFC 7517) on their way into a driver: the members that are material, and nothing else.
// What a JWK says about its own use is checked elsewhere (algorithms/jwk.ts) and dropped here.
import { invalid, readFields } from '../algorithms/input.ts';
import { MAX_OCTET_CHARACTERS } from '../algorithms/jwk.ts';
import { unsupported } from './failures.ts';

const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'pub'] as const;
const MEMBERS = [...PUBLIC_MEMBERS, 'alg', 'd', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'priv'] as const;

/** Longer than any member of a supported pair: `pub` of ML-DSA-87 has 3456 characters in base64url. */
const MAX_CHARACTERS = 4096;

export type JwkMembers = Partial<Record<(typeof MEMBERS)[number], string>>;

/** @throws KeystoreError `INVALID_ARGUMENT` for a member that is no string or is too long for any key. */
export function pickJwk(data: unknown): JwkMembers {
  const fields = readFields(data, 'the JWK', "{ kty: 'EC', … }");
  if (fields['oth'] !== undefined) {
    throw unsupported('RSA keys of more than two primes are not supported; use a key without oth');
  }
  const picked: JwkMembers = {};
  for (const member of MEMBERS) {
    const value = fields[member];
    if (value === undefined) continue;
    const most = member === 'k' ? MAX_OCTET_CHARACTERS : MAX_CHARACTERS;
    if (typeof value !== 'string' || value.length > most) {
      throw invalid(`${member} of the JWK must be a string of at most ${most} characters`);
    }
    picked[member] = value;
  }
  return picked;
}

/**
 * The public half: everything but the private members (RFC 7518, 6.2.2 and 6.3.2; RFC 8037, 2). `alg` stays where it is
 * all that names the algorithm, in keys of type AKP (draft-ietf-cose-dilithium).
 */
export function publicMembers(jwk: JwkMembers): JwkMembers {
  const members = jwk.kty === 'AKP' ? ([...PUBLIC_MEMBERS, 'alg'] as const) : PUBLIC_MEMBERS;
  const present: JwkMembers = {};
  for (const member of members) {
    const value = jwk[member];
    if (value !== undefined) present[member] = value;
  }
  return present;
}
