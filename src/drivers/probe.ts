// What the engine can really do, found by doing it, and the choice of a driver by that (G6). Touches
// throw-away keys only. SubtleCrypto.supports is not asked: it has false positives.
import { VARIANTS, variantOf } from '../algorithms/index.ts';
import type { ImportAlgorithm, KeyAlgorithm } from '../algorithms/types.ts';
import type { DriverName, WorkingKey } from './driver.ts';
import { unsupported } from './failures.ts';
import { NOBLE_VARIANTS } from './noble/index.ts';
import { webcrypto } from './webcrypto/index.ts';
import { importPublicKey, verifyWith } from './webcrypto/public.ts';

/** Puts keys where keys are to be kept, and says what is read there for each. */
export type Keep = (keys: ReadonlyMap<string, CryptoKey>) => Promise<ReadonlyMap<string, unknown>>;

/**
 * The variants (see `variantOf`) that this engine does natively with non-extractable keys. Each is tried,
 * all at once. What fails, in whatever way, is not there; only `keep` may throw.
 *
 * @param keep - without it, keys are tried where they were made.
 */
export async function probeNative(keep?: Keep): Promise<ReadonlySet<string>> {
  const trials = new Map<string, Trial>();
  await eachVariant(async (variant, sample) => {
    trials.set(variant, await trialOf(sample));
  });
  const made = new Map([...trials].map(([variant, { key }]) => [variant, key]));
  const kept = keep === undefined ? made : await keep(made);
  const native = new Set<string>();
  await eachVariant(async (variant) => {
    const key = kept.get(variant);
    // Kept and returned is not enough: it has to be the key that it was.
    if (key instanceof CryptoKey && (await trials.get(variant)?.works(key))) native.add(variant);
  });
  return native;
}

async function eachVariant(attempt: (variant: string, sample: KeyAlgorithm) => Promise<void>): Promise<void> {
  await Promise.all(VARIANTS.map(({ variant, sample }) => attempt(variant, sample).catch(() => undefined)));
}

/**
 * The driver of a new key: the engine where it has the variant, else noble.
 *
 * @param native - what {@link probeNative} found.
 * @throws KeystoreError `NOT_SUPPORTED` if neither has it; the message lists what there is.
 */
export function chooseDriver(
  algorithm: ImportAlgorithm,
  native: ReadonlySet<string>,
  multipart = false,
  asked?: 'noble',
): DriverName {
  if (multipart) {
    // Engines compute a MAC in one go, from a key whose bytes they keep.
    if (algorithm.name === 'HMAC') return 'noble';
    throw unsupported('only HMAC keys can be used in steps; leave multipart out');
  }
  const variant = variantOf(algorithm);
  if (asked === undefined && native.has(variant)) return 'webcrypto';
  if (NOBLE_VARIANTS.has(variant)) return 'noble';
  const there = [...new Set([...native, ...NOBLE_VARIANTS])].join(', ');
  throw unsupported(`${variant} is not supported by this browser; supported: ${there}`);
}

const MESSAGE = new TextEncoder().encode('keyslot');

/** A key that the engine has made or taken, and how to find out whether it, or what is left of it, is that key. */
interface Trial {
  readonly key: CryptoKey;
  readonly works: (key: CryptoKey) => Promise<boolean>;
}

async function trialOf(algorithm: KeyAlgorithm): Promise<Trial> {
  // Generating an RSA key takes up to seconds, so a known signature is verified instead.
  if (algorithm.name === 'RSA-PSS') {
    const signature = fromBase64(SIGNATURE);
    return {
      key: await importPublicKey(fromBase64(SPKI), algorithm),
      works: (key) => verifyWith(key, algorithm, signature, MESSAGE, { saltLength: 32 }),
    };
  }
  const family = await webcrypto.family(algorithm);
  const material = await family.generate(algorithm, false);
  if (!(material.secret instanceof CryptoKey)) throw new TypeError('the engine has made something else');
  return {
    key: material.secret,
    async works(secret) {
      const made = await family.open(material, algorithm);
      const kept = await family.open({ ...material, secret }, algorithm);
      return (await signs(made, kept)) || (await encrypts(made, kept));
    },
  };
}

async function signs({ verify }: WorkingKey, { sign }: WorkingKey): Promise<boolean> {
  if (!sign || !verify) return false;
  return verify(await sign(MESSAGE, {}), MESSAGE, {});
}

async function encrypts({ encrypt }: WorkingKey, { decrypt }: WorkingKey): Promise<boolean> {
  if (!encrypt || !decrypt) return false;
  const iv = new Uint8Array(12);
  const plaintext = await decrypt(await encrypt(MESSAGE, { iv }), { iv });
  return new TextDecoder().decode(plaintext) === 'keyslot';
}

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

// A public key whose private half was thrown away, and its signature of MESSAGE with a 32-byte salt.
const SPKI =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAj/WJLeSVSVhNK5oRm2I50xUWOdh3BDEWU84/IADwiwxPWoArYI1z' +
  'Na3ihSnGOjGEECFIsWUIED6niMO/sp2LFEptOCZVboxzGjWdsbIwsT4xK5xrMoTYSjDKWnWIMH11S1vbCZgD64eZnHsntpEX' +
  '68Xy7iiNdxc9w94M/Lu6D8gNPbIk/3at8Gjv8vD/n/VmEj1HU6G4s+TEoZVNUcJgsjH+CxNS/Tgo46BozEI0EKF397XYskvS' +
  'H8pWag6tuk9Ce/1A48tu/RuN2xhf/pzfXfdhAUX/Trodc8zttRz3wSaRc5FUJTXL70IMAW4JLp7NmMGfvqXvjdyahcb0I95x' +
  'CQIDAQAB';
const SIGNATURE =
  'L8yBs5v5jas6jYADWKJ1ELHYA+tjbcAGvfFpP9079GSJYhYJ45BgWCPZoP5r/97QVcUX+mHkHpALJaUd8YN0xLSMM8d2oliP' +
  '8U1h3kBuOoU1yg19DQtoHO7AfFpkWvPde1NR5wOud+uf2FggDiuw7WFDlW7LQ0vC0P/4byvMJB1v8kfk3oM1ZI80rS9g+mrG' +
  'XT/pv904ETtJ6lPVCHLvM8W6CAxK4BQVWh3Rmy+ndDECyKUjbLAC5RLeVUd73JOvNx/jl/T2oYx3izuCMZ0thyd2q+PQfatv' +
  'MUdzhjvRR9qc3cOq8bp3f2kaJeONcEijhWvjLki3weTqJ4+0oy/XmA==';
