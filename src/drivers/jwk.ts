// JSON Web Keys (RFC 7517) on their way into a driver: the members that are material, and nothing else.
// What a JWK says about its own use is checked elsewhere (algorithms/jwk.ts) and dropped here.
import { invalid, readFields } from '../algorithms/input.ts';
import { unsupported } from './failures.ts';

const MEMBERS = ['kty', 'crv', 'alg', 'x', 'y', 'd', 'k', 'n', 'e', 'p', 'q', 'dp', 'dq', 'qi'] as const;

/** Longer than any member of a supported key: 1 KiB in base64url has 1366 characters. */
const MAX_CHARACTERS = 2048;

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
    if (typeof value !== 'string' || value.length > MAX_CHARACTERS) {
      throw invalid(`${member} of the JWK must be a string of at most ${MAX_CHARACTERS} characters`);
    }
    picked[member] = value;
  }
  return picked;
}

/** The public half: everything but the private members (RFC 7518, 6.2.2 and 6.3.2; RFC 8037, 2). */
export function publicMembers({ kty, crv, x, y, n, e }: JwkMembers): JwkMembers {
  const all = { kty, crv, x, y, n, e };
  const present: JwkMembers = {};
  for (const member of ['kty', 'crv', 'x', 'y', 'n', 'e'] as const) {
    const value = all[member];
    if (value !== undefined) present[member] = value;
  }
  return present;
}
