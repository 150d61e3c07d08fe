// The engine's own keys, and what is remembered beside them: the public half of a private key, where the engine
// cannot tell it, and the twin in the host of a secret to derive from, for hashes that the engine lacks.
import { FORMATS, familyNamed } from '../../algorithms/index.ts';
import type { ImportAlgorithm, KeyFormat, Usage } from '../../algorithms/types.ts';
import { engine } from '../../drivers/webcrypto/engine.ts';
import { nativeAlgorithm } from '../../drivers/webcrypto/params.ts';
import type { HostedKey } from '../handle.ts';
import { PATIENT } from '../options.ts';
import { type Context, checkExport, factsOf, nativeFormat } from './context.ts';
import { copyOf, isBufferSource, toText, toUsages } from './convert.ts';
import { notSupported } from './failures.ts';
import { toKey } from './normalize.ts';
import { initOf } from './policy.ts';
import { watch } from './reach.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Public halves by private key: a key, or the promise of a public JWK. */
const halves = new WeakMap<CryptoKey, CryptoKey | Promise<JsonWebKey>>();
/** Keys without a byte: Firefox loses any message that one is in. Only keys to derive from can be so. */
const empties = new WeakSet<CryptoKey>();
const twins = new WeakMap<CryptoKey | HostedKey, Promise<HostedKey>>();

/** Whether the engine finds public keys itself. */
const findsPublicKeys = (): boolean => typeof engine().getPublicKey === 'function';

export function generateNative(
  algorithm: Algorithm | string,
  extractable: boolean,
  usages: readonly Usage[],
): Promise<CryptoKey | CryptoKeyPair> {
  const made = engine().generateKey(algorithm, extractable, usages);
  if (!findsPublicKeys()) made.then(remember, () => undefined);
  return made;
}

function remember(made: CryptoKey | CryptoKeyPair): void {
  if ('privateKey' in made) halves.set(made.privateKey, made.publicKey);
}

export function importNative(
  context: Context,
  name: string,
  ...[format, data, algorithm, extractable, usages]: [
    unknown,
    unknown,
    Algorithm | string,
    boolean,
    readonly Usage[],
  ]
): Promise<CryptoKey> {
  const its = nativeFormat(name, format);
  // WebIDL makes an empty JWK of nothing; Firefox refuses it before it looks.
  const given = its === 'jwk' ? (data ?? {}) : data;
  const hasHalf = (its === 'pkcs8' || its === 'jwk') && !extractable && !findsPublicKeys();
  // Asked for twice then, and an iterator may tell them once.
  const asked = hasHalf ? toUsages(usages) : usages;
  const twin = isDerivation(name) && isBufferSource(data) ? copyOf(data, 'data') : undefined;
  const made = engine().importKey(its, given as BufferSource, algorithm, extractable, asked);
  if (isDerivation(name) && twin !== undefined) {
    keepTwin(context, name, made, twin);
  } else if (hasHalf) {
    keepHalf(its, made, given, algorithm, asked);
  }
  return made;
}

/** Made beside the native key, because nobody has the bytes later; nobody waits for it. */
function keepTwin(context: Context, name: Derivation, made: Promise<CryptoKey>, bytes: Bytes): void {
  const make = (key: CryptoKey): void => {
    if (bytes.length === 0) empties.add(key);
    addTwin(context, name, key, key.usages as Usage[], bytes);
  };
  made.then(make, () => bytes.fill(0));
}

export type Derivation = 'HKDF' | 'PBKDF2';

export const isDerivation = (name: string): name is Derivation => name === 'HKDF' || name === 'PBKDF2';

/** Takes the bytes and clears them. */
export function addTwin(
  { host }: Context,
  name: Derivation,
  key: CryptoKey | HostedKey,
  usages: readonly Usage[],
  bytes: Bytes,
): void {
  const init = { ...initOf({ name }, usages, false), driver: 'noble' } as const;
  const twin = host.importKey('raw-secret', bytes, init).then((its) => watch(its, host));
  twin.catch(() => undefined).finally(() => bytes.fill(0));
  twins.set(key, twin);
}

/** Whether a native key cannot be sent to the host, and its twin takes its place. */
export const isEmpty = (key: CryptoKey): boolean => empties.has(key);

/** The key in the host that has the same secret. */
export function twinOf(key: CryptoKey | HostedKey): Promise<HostedKey> {
  return twins.get(key) ?? Promise.reject(notSupported('this browser does not derive with this hash'));
}

/** What engines without `getPublicKey` forget of a key that cannot be exported. */
function keepHalf(
  format: 'pkcs8' | 'jwk',
  made: Promise<CryptoKey>,
  data: unknown,
  algorithm: Algorithm | string,
  usages: readonly Usage[],
): void {
  if (format === 'jwk') {
    const half = publicMembers(data as JsonWebKey);
    made
      .then((key) => key.type === 'private' && halves.set(key, Promise.resolve(half)))
      .catch(() => undefined);
    return;
  }
  const again = engine().importKey(format, data as BufferSource, algorithm, true, usages);
  const half = again.then(publicJwk);
  half.catch(() => undefined);
  made.then((key) => halves.set(key, half)).catch(() => undefined);
}

async function publicJwk(key: CryptoKey): Promise<JsonWebKey> {
  return publicMembers((await engine().exportKey('jwk', key)) as JsonWebKey);
}

function publicMembers({
  kty,
  crv,
  x,
  y,
  n,
  e,
  ...rest
}: JsonWebKey & { pub?: string; alg?: string }): JsonWebKey {
  const { pub, alg } = rest;
  const members = Object.entries({ kty, crv, x, y, n, e, pub, alg });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** For engines without `getPublicKey`. */
export async function findPublicKey(key: CryptoKey, usages: readonly Usage[]): Promise<CryptoKey> {
  const half = await halves.get(key);
  if (half === undefined && !key.extractable) {
    throw notSupported('this browser cannot tell the public key of this private key');
  }
  const jwk = half === undefined || half instanceof CryptoKey ? publicJwk(half ?? key) : half;
  return engine().importKey('jwk', await jwk, key.algorithm, true, usages);
}

export interface PublicHalf {
  readonly format: KeyFormat;
  readonly bytes: Bytes;
}

/** A public half in the host, in the format that says most. */
export async function publicHalfOf(key: HostedKey): Promise<PublicHalf> {
  const { public: formats = [] } = familyNamed(key.attributes.algorithm.name)?.formats ?? {};
  const format = formats.includes('spki') ? 'spki' : 'raw-public';
  const bytes = await key.exportPublicKey(format, PATIENT);
  if (bytes instanceof Uint8Array) return { format, bytes };
  throw new TypeError('A public key was exported as something else.');
}

/** The engine's key of a public half in the host. */
export function importPublic(
  { format, bytes }: PublicHalf,
  policy: ImportAlgorithm,
  usages: readonly Usage[],
): Promise<CryptoKey> {
  return engine().importKey(format, bytes, nativeAlgorithm(policy), true, usages);
}

/** What engines refuse in ways of their own is refused here as the specification does; names that only they know are theirs. */
export function exportNative(its: CryptoKey, format: unknown): Promise<ArrayBuffer | JsonWebKey> {
  const [key, asked] = [toKey(its), toText(format)];
  const known = FORMATS.find((each) => each === asked);
  const { name } = key.algorithm;
  if (known !== undefined && familyNamed(name) !== undefined) checkExport(factsOf(key), known);
  return engine().exportKey(nativeFormat(name, asked), key);
}

/** The format that raw keys of a name are imported in by any engine. */
export const rawFormat = (name: string): KeyFormat =>
  familyNamed(name)?.formats.secret?.includes('raw') ? 'raw' : 'raw-secret';
