// `SubtleCrypto.supports` of the Modern Algorithms draft: what this package can do in every engine, by noble where not
// natively; of names that it does not have, what the engine says.
import { familyNamed } from '../../algorithms/index.ts';
import type { Operation } from '../../algorithms/types.ts';
import { engine } from '../../drivers/webcrypto/engine.ts';
import { factsOf } from './context.ts';
import { toInteger, toText } from './convert.ts';
import { checkLength } from './derive.ts';
import type { Registered } from './dictionaries.ts';
import { canonicalName, type Normalized, nameOf, normalize } from './normalize.ts';
import { keyLengthOf, opened, paramsOf, policyOf } from './policy.ts';

/** The draft's operations, as algorithms are normalised for them. */
const OPERATIONS: ReadonlyMap<string, Registered> = new Map([
  ['encrypt', 'encrypt'],
  ['decrypt', 'decrypt'],
  ['sign', 'sign'],
  ['verify', 'verify'],
  ['digest', 'digest'],
  ['generateKey', 'generateKey'],
  ['deriveKey', 'deriveBits'],
  ['deriveBits', 'deriveBits'],
  ['importKey', 'importKey'],
  ['exportKey', 'exportKey'],
  ['wrapKey', 'wrapKey'],
  ['unwrapKey', 'unwrapKey'],
  ['encapsulateKey', 'encapsulate'],
  ['encapsulateBits', 'encapsulate'],
  ['decapsulateKey', 'decapsulate'],
  ['decapsulateBits', 'decapsulate'],
  ['getPublicKey', 'exportKey'],
]);

/** Those that make a key of another algorithm, which is the third argument. */
const MAKING = ['deriveKey', 'unwrapKey', 'encapsulateKey', 'decapsulateKey'];

/** @throws TypeError for what WebIDL cannot convert: too few arguments, and symbols for text. */
export function supports(args: readonly unknown[]): boolean {
  if (args.length < 2)
    throw new TypeError(`supports() takes 2 arguments or 3, and was given ${args.length}.`);
  const [operation, algorithm, third] = args;
  const asked = toText(operation);
  for (const its of [algorithm, third]) if (typeof its === 'symbol') toText(its);
  const registered = OPERATIONS.get(asked);
  if (registered === undefined) return false;
  const isAlgorithm = typeof third === 'string' || (typeof third === 'object' && third !== null);
  try {
    if (canonicalName(nameOf(algorithm)) === undefined) return engineSupports(asked, algorithm, third);
    if (asked === 'getPublicKey') return hasPublicHalf(normalize('exportKey', algorithm));
    if (!isAlgorithm) {
      const bits = third === undefined || third === null ? null : toInteger(third, 'ulong', 'length');
      return asked !== 'deriveKey' && checks(registered, algorithm, bits);
    }
    return makes(asked, third) && checks(registered, algorithm, lengthFor(asked, third));
  } catch {
    return false;
  }
}

function engineSupports(...args: [string, unknown, unknown]): boolean {
  const native: unknown = Reflect.get(engine().constructor, 'supports');
  return typeof native === 'function' && native.apply(engine().constructor, args) === true;
}

const hasPublicHalf = ({ name }: Normalized): boolean => familyNamed(name)?.usages.private !== undefined;

/** Whether the third argument is an algorithm that the second can end in. */
function makes(operation: string, third: unknown): boolean {
  if (operation === 'wrapKey') return normalize('exportKey', third) !== undefined;
  if (!MAKING.includes(operation)) return true;
  const made = normalize('importKey', third);
  policyOf(made, 'import');
  if (!operation.endsWith('capsulateKey')) return true;
  // A shared secret has 256 bits, and is imported as raw-secret.
  return familyNamed(made.name)?.formats.secret !== undefined && (made.length ?? 256) === 256;
}

function lengthFor(operation: string, third: unknown): number | null {
  return operation === 'deriveKey' ? keyLengthOf(normalize('get key length', third)) : null;
}

function checks(operation: Registered, input: unknown, bits: number | null): boolean {
  if (operation === 'wrapKey' || operation === 'unwrapKey') {
    if (canonicalName(nameOf(input)) === 'AES-KW') return normalize(operation, input) !== undefined;
    return checks(operation === 'wrapKey' ? 'encrypt' : 'decrypt', input, bits);
  }
  const algorithm = normalize(operation, input);
  if (algorithm.public !== undefined) return agrees(algorithm.name, algorithm.public, bits);
  // What an RSA key can do depends on its size.
  if (algorithm.name.startsWith('RSA')) return operation !== 'generateKey' || isRsaSize(algorithm);
  if (operation === 'generateKey') return policyOf(algorithm, 'generate') !== undefined;
  if (operation === 'importKey') return policyOf(algorithm, 'import') !== undefined;
  if (operation === 'digest') return isDigest(algorithm);
  if (operation === 'deriveBits') checkLength(algorithm, bits);
  const sample = familyNamed(algorithm.name)?.samples[0];
  if (sample === undefined) return false;
  if (operation !== 'exportKey') paramsOf(algorithm, opened(sample), operation as Operation);
  return true;
}

/** Bits of a shared secret, by curve or name. */
const SECRET_BITS: Readonly<Record<string, number>> = {
  'P-256': 256,
  'P-384': 384,
  'P-521': 528,
  'K-256': 256,
  secp256k1: 256,
  X25519: 256,
  X448: 448,
};

function agrees(name: string, peer: CryptoKey, bits: number | null): boolean {
  const { type, algorithm } = factsOf(peer);
  if (type !== 'public' || algorithm.name !== name) return false;
  const { namedCurve = name } = algorithm as { namedCurve?: string };
  return bits === null || bits <= (SECRET_BITS[namedCurve] ?? 0);
}

/** The exponents that engines make keys with. */
const EXPONENTS = ['3', '1,0,1'];

function isRsaSize({ modulusLength, publicExponent }: Normalized): boolean {
  const bits = Number(modulusLength);
  const exponent = publicExponent instanceof Uint8Array ? publicExponent : new Uint8Array();
  const start = exponent.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? '' : exponent.subarray(start).join();
  return bits >= 256 && bits <= 16_384 && bits % 8 === 0 && EXPONENTS.includes(digits);
}

function isDigest({ name, outputLength, domainSeparation }: Normalized): boolean {
  if (outputLength === undefined) return true;
  // cSHAKE's outputs are of any number of bits (SP 800-185, section 3.1).
  if (name.startsWith('cSHAKE')) return true;
  if (Number(outputLength) % 8 !== 0) return false;
  if (domainSeparation !== undefined && (Number(domainSeparation) < 1 || Number(domainSeparation) > 0x7f))
    return false;
  return outputLength !== 0;
}
