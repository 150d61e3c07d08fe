// Secrets to derive from: HKDF (RFC 5869), PBKDF2 (RFC 8018, 5.2), Argon2 (RFC 9106), scrypt (RFC 7914).
import type { Family, ReadParams } from './family.ts';
import { HASHES, parseHash } from './hash.ts';
import { invalid, refuseOtherMembers } from './input.ts';
import { byDefault, bytes, integer, type Member, type Members, optional, paramsOf } from './params.ts';
import type { KeyFormat, PlainName } from './types.ts';

const MAX_32 = 2 ** 32 - 1;

/** Minutes by an engine, which in a worker computes in the worker's own task: the host serves nobody meanwhile. */
const MAX_ITERATIONS = 2 ** 24;

/** What a password or input key can be long, in bytes. */
const MAX_SECRET_BYTES = 64 * 1024;

function kdf(name: PlainName, formats: readonly KeyFormat[], members: Members): Family {
  const read = paramsOf(name, members);
  const deriveBits: ReadParams = (_, input) => read(input);
  return {
    name,
    usages: { secret: ['deriveKey', 'deriveBits'] },
    formats: { secret: formats },
    operations: { deriveBits },
    // HKDF is quick, and in one stretch.
    ...(name === 'HKDF' ? {} : { sliced: true }),
    samples: [{ name }],
    withLength(algorithm, bits) {
      if (bits <= MAX_SECRET_BYTES * 8) return algorithm;
      throw invalid(`a secret of ${name} has at most ${MAX_SECRET_BYTES} bytes`);
    },
    parse(fields) {
      refuseOtherMembers(fields, ['name'], name);
      return { name };
    },
  };
}

const hash: Member = (value) => parseHash(value, 'the derivation', HASHES);
const OLD: readonly KeyFormat[] = ['raw', 'raw-secret'];
const NEW: readonly KeyFormat[] = ['raw-secret'];

const argon2: Members = {
  nonce: bytes({ min: 8 }),
  parallelism: integer(1, 2 ** 24 - 1),
  memory: integer(8, MAX_32, 'KiB'),
  passes: integer(1, MAX_32),
  secretValue: optional(bytes()),
  associatedData: optional(bytes()),
};

export const KDF_FAMILIES: readonly Family[] = [
  kdf('HKDF', OLD, { hash, salt: bytes(), info: bytes() }),
  kdf('PBKDF2', OLD, { hash, salt: bytes(), iterations: integer(1, MAX_ITERATIONS) }),
  kdf('Argon2d', NEW, argon2),
  kdf('Argon2i', NEW, argon2),
  kdf('Argon2id', NEW, argon2),
  kdf('scrypt', ['raw', 'raw-secret'], {
    salt: bytes(),
    cost: integer(2, 2 ** 24),
    blockSize: byDefault(integer(1, 1024), 8),
    parallelism: byDefault(integer(1, 1024), 1),
  }),
];
