// keyslot's algorithms and flat parameters under the names of WebIDL's dictionaries (Web Cryptography API Level 2;
// Modern Algorithms in the Web Cryptography API). Tables; takes no key. nativeOperation's result is on the path of every
// operation.
import { privateUsages, publicUsages } from '../../algorithms/family.ts';
import { familyNamed, familyOf } from '../../algorithms/index.ts';
import { SLH_DSA_NAMES } from '../../algorithms/post-quantum.ts';
import type {
  ImportAlgorithm,
  KeyAlgorithm,
  KeyFormat,
  KeyType,
  OperationParams,
  Usage,
} from '../../algorithms/types.ts';

/** Of one operation: the dictionary's member, and where its value comes from. */
type Members = Readonly<Record<string, keyof OperationParams>>;

const AEAD: Members = { iv: 'iv', additionalData: 'additionalData', tagLength: 'tagLength' };
const AGREEMENT: Members = { public: 'publicKey' };
const CONTEXT: Members = { context: 'context' };
const KMAC: Members = { outputLength: 'outputLength', customization: 'customization' };
const ARGON2: Members = {
  nonce: 'nonce',
  parallelism: 'parallelism',
  memory: 'memory',
  passes: 'passes',
  secretValue: 'secretValue',
  associatedData: 'associatedData',
};

/** What is not here has no parameters. */
const MEMBERS: Readonly<Partial<Record<KeyAlgorithm['name'], Members>>> = {
  ECDSA: { hash: 'hash' },
  ECDH: AGREEMENT,
  X25519: AGREEMENT,
  X448: AGREEMENT,
  Ed448: CONTEXT,
  'RSA-PSS': { saltLength: 'saltLength' },
  'RSA-OAEP': { label: 'label' },
  'AES-CTR': { counter: 'iv', length: 'counterLength' },
  'AES-CBC': { iv: 'iv' },
  'AES-GCM': AEAD,
  'AES-OCB': AEAD,
  'ChaCha20-Poly1305': AEAD,
  KMAC128: KMAC,
  KMAC256: KMAC,
  HKDF: { hash: 'hash', salt: 'salt', info: 'info' },
  PBKDF2: { hash: 'hash', salt: 'salt', iterations: 'iterations' },
  Argon2d: ARGON2,
  Argon2i: ARGON2,
  Argon2id: ARGON2,
  'ML-DSA-44': CONTEXT,
  'ML-DSA-65': CONTEXT,
  'ML-DSA-87': CONTEXT,
  ...Object.fromEntries(SLH_DSA_NAMES.map((name) => [name, CONTEXT])),
};

/** The parameter object of one operation, by its checked parameters. */
export type NativeOperation = (params: OperationParams) => Algorithm;

/** Builds once per key what does not depend on the parameters of the call. */
export function nativeOperation(algorithm: KeyAlgorithm): NativeOperation {
  const { name } = algorithm;
  const members = Object.entries(MEMBERS[name] ?? {});
  if (members.length === 0) return always({ name });
  if (algorithm.name === 'ECDSA' && algorithm.hash !== 'any') return always({ name, hash: algorithm.hash });
  return (params) => {
    const native: Algorithm & Record<string, unknown> = { name };
    for (const [member, source] of members) {
      const value = params[source];
      // Engines differ on members that are there and undefined, so a member is there only with a value.
      if (value !== undefined) native[member] = value;
    }
    return native;
  };
}

function always(native: Algorithm | EcdsaParams): NativeOperation {
  const fixed = Object.freeze(native);
  return () => fixed;
}

/** The algorithm as WebCrypto's generateKey and importKey take it: without what only a policy of keyslot's has. */
export function nativeAlgorithm(algorithm: ImportAlgorithm): Algorithm {
  if (algorithm.name === 'ECDSA') {
    const { name, namedCurve } = algorithm;
    const parameters: EcKeyGenParams = { name, namedCurve };
    return parameters;
  }
  if (!('tagLength' in algorithm)) return algorithm;
  const { tagLength: _, ...parameters } = algorithm;
  return parameters;
}

/** What a key of this kind can do at all: the policy is enforced above. `generate` is for both halves at once. */
export function nativeUsages(algorithm: ImportAlgorithm, kind: KeyType | 'generate'): Usage[] {
  const { usages } = familyOf(algorithm);
  const pair = usages.private ?? [];
  if (kind === 'private') return privateUsages(pair);
  if (kind === 'public') return publicUsages(usages.public ?? []);
  return [...(usages.secret ?? pair)];
}

/** Older engines know `raw-public` and `raw-secret` by their older name alone; it says the same in every engine. */
export function nativeFormat(name: string, format: KeyFormat): KeyFormat {
  if (format !== 'raw-public' && format !== 'raw-secret') return format;
  const formats = Object.values(familyNamed(name)?.formats ?? {}).flat();
  return formats.includes('raw') ? 'raw' : format;
}
