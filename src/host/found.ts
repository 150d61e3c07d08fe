// What a host found its engine to do, as it is kept for the hosts that come after it (decision 19). Names only. What is
// read is input like any other: another build, another browser or script of the origin may have written it.
import { VARIANTS } from '../algorithms/index.ts';
import { anyText, listOf, oneOf, quantity, readable, table } from '../algorithms/shape.ts';
import { isRecord } from '../rpc/gate.ts';
import { BUILD } from '../version.ts';

/** A week, in ms: what engines change without another version is noticed by then. */
const MAX_AGE = 7 * 24 * 3_600_000;

const ANY = Number.POSITIVE_INFINITY;

/** Under what findings are kept: of which browser they are, and since when. */
export const stamp = { browser: anyText, at: quantity(-ANY, ANY, 'milliseconds') };

const shape = table({
  ...stamp,
  variants: listOf(oneOf(VARIANTS.map(({ variant }) => variant)), VARIANTS.length),
});

/** @param now - in milliseconds since 1970. */
export function writeFound(
  native: ReadonlySet<string>,
  browser: string,
  now: number,
): ReturnType<typeof shape> {
  return { browser, at: now, variants: [...native] };
}

/** The variants that were native; `undefined` if that cannot be told by what is there. */
export function readFound(stored: unknown, browser: string, now: number): ReadonlySet<string> | undefined {
  const found = readable(shape, stored);
  if (found === undefined) return undefined;
  const variants = new Set(found.variants);
  return isOf(found, browser, now) && variants.size === found.variants.length ? variants : undefined;
}

/** Under which it was kept. */
interface Found {
  readonly browser: string;
  readonly at: number;
}

/** Whether it says something of this browser, now. A clock that was set back makes it as good as old. */
export function isOf({ browser: its, at }: Found, browser: string, now: number): boolean {
  return its === browser && at <= now && now - at <= MAX_AGE;
}

/** Which build of keyslot this is, in which version of which browser, as far as that can be known. */
export async function browserNow(): Promise<string> {
  return JSON.stringify([BUILD, navigator.userAgent, await fullVersions()]);
}

/** Chromium's user agent says only its main version (User-Agent Client Hints, 4.1.3). */
async function fullVersions(): Promise<unknown> {
  const data: unknown = Reflect.get(navigator, 'userAgentData');
  if (!isRecord(data) || typeof data['getHighEntropyValues'] !== 'function') return null;
  try {
    return await data['getHighEntropyValues'](['fullVersionList', 'platformVersion']);
  } catch {
    return null;
  }
}
