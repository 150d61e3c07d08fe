// generateKey, importKey and exportKey (Web Cryptography API, sections 14.3.6, 14.3.9 and 14.3.10).
import { privateUsages, publicUsages } from '../../algorithms/family.ts';
import { familyNamed, generatedType } from '../../algorithms/index.ts';
import type { ImportAlgorithm, KeyFormat, KeyType, Usage } from '../../algorithms/types.ts';
import { handlesOf, targetOf } from '../handle.ts';
import { PATIENT } from '../options.ts';
import { type Context, checkExport, engineHas, handleOf, staysHere } from './context.ts';
import { copyOf, isBufferSource, toFormat, toText, toUsages } from './convert.ts';
import { attempt, notSupported, syntaxError } from './failures.ts';
import { asRead, checkJwk, type Jwk, toJwk } from './jwk.ts';
import { addTwin, generateNative, importNative, importPublic, isDerivation, publicHalfOf } from './native.ts';
import { canonicalName, type Normalized, named, nameOf, normalize } from './normalize.ts';
import { hasUsages, initOf, isNative, policyOf } from './policy.ts';
import { during, watch } from './reach.ts';

/** A key to be made, as far as it is understood; `undefined` for what the engine is to answer for. */
interface Plan {
  readonly algorithm: Normalized;
  readonly policy: ImportAlgorithm;
}

function planOf(
  context: Context,
  purpose: 'generate' | 'import',
  input: unknown,
  name: string,
): Plan | undefined {
  const canonical = canonicalName(name);
  if (canonical === undefined) return undefined;
  try {
    const algorithm = normalize(purpose === 'generate' ? 'generateKey' : 'importKey', input, name);
    return { algorithm, policy: policyOf(algorithm, purpose) };
  } catch (error) {
    if (engineHas(context, canonical)) return undefined;
    throw error;
  }
}

export function generateKey(
  context: Context,
  input: unknown,
  extractable: boolean,
  keyUsages: unknown,
): Promise<CryptoKey | CryptoKeyPair> {
  const name = nameOf(input);
  const plan = planOf(context, 'generate', input, name);
  if (plan === undefined || staysHere(context, plan.policy, generatedType(plan.policy))) {
    return generateNative(named(input, name), extractable, keyUsages as Usage[]);
  }
  const usages = toUsages(keyUsages);
  return attempt('create', () => generateHosted(context, plan, extractable, usages));
}

async function generateHosted(
  { host }: Context,
  { algorithm, policy }: Plan,
  extractable: boolean,
  usages: readonly Usage[],
): Promise<CryptoKey | CryptoKeyPair> {
  const allowed = familyNamed(policy.name)?.usages ?? {};
  const type = generatedType(policy);
  const its: readonly Usage[] = allowed[type] ?? [];
  if (!usages.every((usage) => its.includes(usage)))
    throw syntaxError(`keys of ${policy.name} have other usages`);
  if ((type === 'secret' ? usages : privateUsages(usages)).length === 0) {
    throw syntaxError('a key without usages is of no use');
  }
  const key = watch(await host.generateKey(initOf(policy, usages, extractable)), host);
  const { namedCurve } = algorithm;
  const { main, publicKey = main } = handlesOf(key, namedCurve === undefined ? {} : { namedCurve });
  if (type === 'secret') return main;
  if (!isNative(host.algorithms(), policy)) return { publicKey, privateKey: main };
  // Work with the engine's own key needs no trip to the host.
  const half = await publicHalfOf(key);
  return { publicKey: await importPublic(half, policy, publicUsages(usages)), privateKey: main };
}

export function importKey(
  context: Context,
  format: unknown,
  data: unknown,
  input: unknown,
  extractable: boolean,
  keyUsages: unknown,
): Promise<CryptoKey> {
  const name = nameOf(input);
  const plan = planOf(context, 'import', input, name);
  const given = named(input, name);
  if (plan === undefined) {
    return importNative(context, name, format, data, given, extractable, keyUsages as Usage[]);
  }
  const its = plan.policy.name;
  const text = toText(format);
  // Members may be behind getters: where the key is kept and what it is made of come from one reading.
  const jwk = text === 'jwk' && !isBufferSource(data) ? toJwk(data) : undefined;
  const type = typeOf(its, text, jwk);
  if (type === undefined || staysHere(context, plan.policy, type, bitsOf(data, jwk))) {
    const source = jwk === undefined ? data : asRead(jwk);
    return importNative(context, its, text, source, given, extractable, keyUsages as Usage[]);
  }
  const asked = { format: toFormat(text), type, extractable, usages: toUsages(keyUsages) };
  if (isBufferSource(data) === (asked.format === 'jwk')) {
    throw new TypeError('The key must be an object for jwk, else an ArrayBuffer or a view of one.');
  }
  const material = jwk ?? copyOf(data, 'The key');
  return attempt('import', () => importHosted(context, plan, asked, material));
}

interface Asked {
  readonly format: KeyFormat;
  readonly type: KeyType;
  readonly extractable: boolean;
  readonly usages: readonly Usage[];
}

async function importHosted(
  context: Context,
  { algorithm, policy }: Plan,
  { format, type, extractable, usages }: Asked,
  material: Jwk | Uint8Array<ArrayBuffer>,
): Promise<CryptoKey> {
  if (!familyNamed(policy.name)?.formats[type]?.includes(format)) {
    throw notSupported(`${policy.name} keys have no format ${format}`);
  }
  checkUsages(policy, type, usages, extractable);
  if (!(material instanceof Uint8Array)) checkJwk(material, usages, extractable);
  const data = material instanceof Uint8Array ? material : material.key;
  try {
    const key = await context.host.importKey(format, data, initOf(policy, usages, extractable));
    if (
      isDerivation(policy.name) &&
      material instanceof Uint8Array &&
      isNative(context.host.algorithms(), policy)
    ) {
      addTwin(context, policy.name, key, usages, material.slice());
    }
    return handleOf(context, key, { namedCurve: algorithm.namedCurve, extractable });
  } finally {
    if (material instanceof Uint8Array) material.fill(0);
  }
}

/** @throws DOMException `SyntaxError` */
export function checkUsages(
  policy: ImportAlgorithm,
  type: KeyType,
  usages: readonly Usage[],
  extractable: boolean,
): void {
  if (!hasUsages(policy, type, usages)) throw syntaxError(`a ${type} key of ${policy.name} has other usages`);
  const derives = familyNamed(policy.name)?.operations.deriveBits !== undefined;
  if (type === 'secret' && derives && extractable)
    throw syntaxError(`keys of ${policy.name} cannot be extractable`);
}

const TYPES: Readonly<Record<string, KeyType>> = {
  spki: 'public',
  raw: 'public',
  'raw-public': 'public',
  pkcs8: 'private',
  'raw-private': 'private',
  'raw-seed': 'private',
};

/** The type of key that an import makes; `undefined` for no format at all. */
export function typeOf(name: string, format: string, jwk?: Jwk): KeyType | undefined {
  if (familyNamed(name)?.formats.secret) return 'secret';
  if (format === 'jwk') return jwk?.isPrivate === true ? 'private' : 'public';
  return TYPES[format] ?? (format === 'raw-secret' ? 'private' : undefined);
}

/** Length of a secret key's material, where it can be seen. */
function bitsOf(data: unknown, jwk?: Jwk): number | undefined {
  if (isBufferSource(data)) return data.byteLength * 8;
  const k = jwk?.key.k;
  return k === undefined ? undefined : Math.floor((k.length * 3) / 4) * 8;
}

export function exportKey(_: Context, format: unknown, handle: unknown): Promise<ArrayBuffer | JsonWebKey> {
  const target = targetOf(handle);
  if (target === undefined) throw new TypeError('A CryptoKey was expected.');
  const its = toFormat(format);
  return attempt('import', async () => {
    checkExport(target, its);
    const { key, type, usages, extractable } = target;
    const work = type === 'public' ? key.exportPublicKey(its, PATIENT) : key.exportKey(its, PATIENT);
    const exported = await during([key], work);
    if (exported instanceof Uint8Array) return exported.buffer;
    return { ...exported, key_ops: [...usages], ext: extractable };
  });
}
