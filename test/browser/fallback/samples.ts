// A key of every variant in every format, made by noble through `subtle`, with the usages that each may have.
import type { Keystore } from 'keyslot';
import { privateUsages, publicUsages } from '../../../src/algorithms/family.ts';
import { familyOf, VARIANTS } from '../../../src/algorithms/index.ts';
import type { KeyAlgorithm as Canonical, KeyFormat, KeyType, Usage } from '../../../src/algorithms/types.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** In WebCrypto's words. */
export type Id = { readonly name: string; readonly [member: string]: unknown };

export interface Sample {
  readonly variant: string;
  readonly algorithm: Id;
  readonly type: KeyType;
  readonly format: KeyFormat;
  readonly data: Bytes | JsonWebKey;
  readonly usages: readonly Usage[];
  readonly extractable: boolean;
}

/** Making keys of these takes noble seconds; those of their families that end in f are there. */
const isSlow = (variant: string): boolean => /^SLH-DSA-.*(s|-256f|-192f)$/.test(variant);

export const TRIED = VARIANTS.filter(({ variant }) => !isSlow(variant));

const secretBits = (algorithm: Canonical): number => ('length' in algorithm ? algorithm.length : 256);

const isNewSecret = (algorithm: Canonical): boolean =>
  familyOf(algorithm).formats.secret?.includes('raw') === false;

/** How an import names it: what is left to the material is left out. */
function importOf({ name, ...rest }: Canonical): Id {
  const { namedCurve, hash } = rest as { namedCurve?: unknown; hash?: unknown };
  return {
    name,
    ...(namedCurve === undefined ? {} : { namedCurve }),
    ...(hash === undefined || namedCurve !== undefined ? {} : { hash }),
  };
}

export async function samplesOf({ subtle }: Keystore): Promise<readonly Sample[]> {
  const made = await Promise.all(TRIED.map(({ variant, sample }) => keysOf(subtle, variant, sample)));
  return made.flat();
}

async function keysOf(
  subtle: Keystore['subtle'],
  variant: string,
  canonical: Canonical,
): Promise<readonly Sample[]> {
  const { usages, formats } = familyOf(canonical);
  const algorithm = importOf(canonical);
  const common = { variant, algorithm };
  const secretUsages = usages.secret;
  if (secretUsages !== undefined) {
    const extractable = !secretUsages.includes('deriveBits');
    const raw = crypto.getRandomValues(new Uint8Array(Math.ceil(secretBits(canonical) / 8)));
    const entry = { ...common, type: 'secret', usages: secretUsages, extractable } as const;
    const samples: Sample[] = [{ ...entry, format: 'raw-secret', data: raw }];
    if (!isNewSecret(canonical)) samples.push({ ...entry, format: 'raw', data: raw });
    if (!formats.secret?.includes('jwk')) return samples;
    const key = await subtle.importKey('raw-secret', raw, algorithm, true, secretUsages);
    return [...samples, { ...entry, format: 'jwk', data: await subtle.exportKey('jwk', key) }];
  }
  const all = usages.private ?? [];
  // RSA's size is the generator's to know, and WebCrypto has no hash of an ECDSA key.
  const { hash, ...rest } = canonical as Canonical & { hash?: unknown };
  const asked = 'modulusLength' in rest ? { ...rest, hash } : rest;
  const pair = (await subtle.generateKey(asked as Id, true, all)) as CryptoKeyPair;
  const halves = [
    { key: pair.privateKey, type: 'private', usages: privateUsages(all), formats: formats.private },
    { key: pair.publicKey, type: 'public', usages: publicUsages(all), formats: formats.public },
  ] as const;
  const samples = halves.flatMap(({ key, formats: its = [], ...half }) =>
    its.map(async (format): Promise<Sample> => {
      const exported = await subtle.exportKey(format, key);
      const data = exported instanceof ArrayBuffer ? new Uint8Array(exported) : exported;
      return { ...common, ...half, format, data, extractable: true };
    }),
  );
  return Promise.all(samples);
}
