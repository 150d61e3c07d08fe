// What the engine can really do, found by doing it, and the choice of a driver by that (G6). Touches
// throw-away keys only. SubtleCrypto.supports is not asked: it has false positives.
import { VARIANTS, variantOf } from '../algorithms/index.ts';
import type { ImportAlgorithm, KeyAlgorithm } from '../algorithms/types.ts';
import type { DriverName, WorkingKey } from './driver.ts';
import { unsupported } from './failures.ts';
import { NOBLE_VARIANTS } from './noble/index.ts';
import { webcrypto } from './webcrypto/index.ts';
import { importPublicKey, verifyWith } from './webcrypto/public.ts';

/**
 * The variants (see `variantOf`) that this engine does natively with non-extractable keys. Each is tried,
 * all at once. Never throws: what fails, in whatever way, is not there.
 */
export async function probeNative(): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    VARIANTS.map(async ({ variant, sample }) => {
      try {
        return (await works(sample)) ? [variant] : [];
      } catch {
        return [];
      }
    }),
  );
  return new Set(found.flat());
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
): DriverName {
  if (multipart) {
    // Engines compute a MAC in one go, from a key whose bytes they keep.
    if (algorithm.name === 'HMAC') return 'noble';
    throw unsupported('only HMAC keys can be used in steps; leave multipart out');
  }
  const variant = variantOf(algorithm);
  if (native.has(variant)) return 'webcrypto';
  if (NOBLE_VARIANTS.has(variant)) return 'noble';
  const there = [...new Set([...native, ...NOBLE_VARIANTS])].join(', ');
  throw unsupported(`${variant} is not supported by this browser; supported: ${there}`);
}

const MESSAGE = new TextEncoder().encode('keyslot');

async function works(algorithm: KeyAlgorithm): Promise<boolean> {
  // Generating an RSA key takes up to seconds, so a known signature is verified instead.
  if (algorithm.name === 'RSA-PSS') {
    const key = await importPublicKey(fromBase64(SPKI), algorithm);
    return verifyWith(key, algorithm, fromBase64(SIGNATURE), MESSAGE, { saltLength: 32 });
  }
  const family = await webcrypto.family(algorithm);
  const key = await family.open(await family.generate(algorithm, false), algorithm);
  return (await signs(key)) || (await encrypts(key));
}

async function signs({ sign, verify }: WorkingKey): Promise<boolean> {
  if (!sign || !verify) return false;
  return verify(await sign(MESSAGE, {}), MESSAGE, {});
}

async function encrypts({ encrypt, decrypt }: WorkingKey): Promise<boolean> {
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
