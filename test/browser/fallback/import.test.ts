// Damaged keys of every algorithm and format through `subtle.importKey`, with noble doing what it can: nothing is taken
// that the engine refuses, what is taken is the same key, and what is refused is refused with WebCrypto's exceptions.
// KEYSLOT_FUZZ multiplies the runs, which are some 4,000: 25 make it 100,000.
import { openKeystore } from 'keyslot';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { mutateBytes, mutateJwk, randomFrom } from './mutate.ts';
import { type Sample, samplesOf, TRIED } from './samples.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Data = Bytes | JsonWebKey;

const factor = await commands.fuzzFactor();
const RUNS = 20 * factor;
/** A long run is another one each time. */
const seed = factor === 1 ? 1 : crypto.getRandomValues(new Uint32Array(1))[0];

const keys = await openKeystore({ name: `fuzz-${crypto.randomUUID()}`, subtle: 'host', fallback: true });
afterAll(() => keys.close());
const { algorithms } = await keys.capabilities();
const LACKING = Object.keys(algorithms).filter((variant) => algorithms[variant] === 'noble');
const samples = await samplesOf(keys);

type Importer = Pick<SubtleCrypto, 'importKey' | 'exportKey'>;

interface Outcome {
  readonly key?: CryptoKey;
  readonly error?: unknown;
}

async function importBy(by: Importer, sample: Sample, format: string, data: Data): Promise<Outcome> {
  const { algorithm, extractable, usages } = sample;
  const its = usagesFor(sample, data);
  try {
    const key = await by.importKey(
      format as 'raw',
      data as Bytes,
      algorithm,
      extractable,
      (its ?? usages) as KeyUsage[],
    );
    return { key };
  } catch (error) {
    return { error };
  }
}

/** A JWK that has lost its private member, or has got one, is another type of key. */
function usagesFor(sample: Sample, data: Data): readonly string[] | undefined {
  if (sample.format !== 'jwk' || sample.type === 'secret' || data instanceof Uint8Array) return undefined;
  const isPrivate = Reflect.get(data, 'd') !== undefined || Reflect.get(data, 'priv') !== undefined;
  const sibling = samples.find(
    ({ variant, format, type }) =>
      variant === sample.variant && format === 'jwk' && (type === 'private') === isPrivate,
  );
  return sibling?.usages;
}

/** The engine's name of the format, if it takes such keys. */
async function nativeFormatOf(sample: Sample): Promise<string | undefined> {
  for (const format of [sample.format, 'raw']) {
    const { key } = await importBy(crypto.subtle, sample, format, sample.data);
    if (key !== undefined) return format;
    if (!sample.format.startsWith('raw')) break;
  }
  return undefined;
}

const show = (data: Data): string =>
  data instanceof Uint8Array
    ? Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('')
    : JSON.stringify(data);

/** What a key is, by whomever it is kept. */
async function identity(by: Importer, key: CryptoKey): Promise<string> {
  const { type, usages, extractable, algorithm } = key;
  const facts = JSON.stringify([type, usages, extractable, Object.entries(algorithm).sort()]);
  if (!extractable) return facts;
  // The one format that all have.
  const { ext: _, key_ops: __, ...members } = await by.exportKey('jwk', key);
  return facts + JSON.stringify(Object.entries(members).sort());
}

/** @returns whether it was taken. */
async function check(sample: Sample, native: string | undefined, data: Data): Promise<boolean> {
  const ours = await importBy(keys.subtle, sample, sample.format, data);
  const what = `${sample.variant} ${sample.type} ${sample.format}: ${show(data)}`;
  if (ours.key === undefined) {
    if (ours.error instanceof DOMException || ours.error instanceof TypeError) {
      // The host's own faults come as this one.
      if (!ours.error.message.startsWith('keyslot met an error')) return false;
    }
    throw new Error(`${String(ours.error)} was thrown: ${what}`);
  }
  // An AES key of another length may be one that the engine lacks.
  const length: unknown = Reflect.get(ours.key.algorithm, 'length');
  const isLacking =
    sample.algorithm.name.startsWith('AES-') && LACKING.includes(`${sample.algorithm.name}/${length}`);
  if (native === undefined || isLacking) return true;
  const engines = await importBy(crypto.subtle, sample, native, data);
  if (engines.key === undefined) throw new Error(`refused by the engine: ${String(engines.error)}: ${what}`);
  const [mine, its] = [await identity(keys.subtle, ours.key), await identity(crypto.subtle, engines.key)];
  if (mine !== its) throw new Error(`another key: ${mine} here, ${its} there: ${what}`);
  return true;
}

/** Keys that are damaged at once. */
const AT_ONCE = 8;

describe('damaged keys', () => {
  let [tried, taken, compared] = [0, 0, 0];

  it.each(TRIED)(
    'of $variant',
    async ({ variant }) => {
      const faults: string[] = [];
      const its = samples.filter((sample) => sample.variant === variant);
      for (const [index, sample] of its.entries()) {
        const native = await nativeFormatOf(sample);
        expect(await check(sample, native, sample.data)).toBe(true);
        const random = randomFrom(
          (seed ?? 1) + TRIED.findIndex((one) => one.variant === variant) * 100 + index,
        );
        const others = samples.filter((other) => (other.format === 'jwk') === (sample.format === 'jwk'));
        let left = RUNS;
        const work = async (): Promise<void> => {
          while (left-- > 0) {
            const other = others[random(others.length)]?.data;
            const data =
              sample.data instanceof Uint8Array
                ? mutateBytes(sample.data, random, other instanceof Uint8Array ? other : sample.data)
                : mutateJwk(sample.data, random, other instanceof Uint8Array ? {} : (other ?? {}));
            tried += 1;
            if (native !== undefined) compared += 1;
            try {
              if (await check(sample, native, data)) taken += 1;
            } catch (error) {
              faults.push(String(error));
            }
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, work));
      }
      expect(faults, `seed ${seed}`).toStrictEqual([]);
    },
    30_000 * factor,
  );

  it('were as many as they should be', () => {
    console.log(`${tried} damaged keys, ${compared} the engine’s too; taken ${taken}; seed ${seed}`);
    expect(tried).toBe(samples.length * RUNS);
    expect(samples.length).toBeGreaterThan(150);
  });
});
