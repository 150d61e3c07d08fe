// Calls with junk: whatever comes out must be a KeystoreError of a known code, or what a getter of the caller threw.
import * as fc from 'fast-check';
import { KeystoreError } from 'keyslot';
import { isErrorCode } from '../../../src/errors.ts';
import { type Made, OWN } from './values.ts';

/** Calls of every method are made with values that its types forbid. */
export type Loose = (...junk: never[]) => unknown;

export async function checkCalls(
  arbitraries: fc.Arbitrary<Made>[],
  call: Loose,
  numRuns = 300,
): Promise<void> {
  const property = fc.asyncProperty(fc.tuple(...arbitraries), (junk) =>
    tryOut(() => call(...(junk.map(({ make }) => make()) as never[]))),
  );
  await fc.assert(property, { numRuns });
}

/** Runs one call. The key that it made, if it could be made after all, is destroyed. */
async function tryOut(call: () => unknown): Promise<void> {
  let made: unknown;
  try {
    made = await call();
  } catch (error) {
    if (error === OWN) return;
    if (!(error instanceof KeystoreError)) throw error;
    // The last is for bugs of the host, not for input.
    if (!isErrorCode(error.code) || error.code === 'CORRUPTION_DETECTED') throw error;
    // A word is no advice.
    if (error.message.length <= 20)
      throw new Error('an error that does not say what to do', { cause: error });
    return;
  }
  if (typeof made === 'object' && made !== null && 'destroy' in made && typeof made.destroy === 'function') {
    await made.destroy();
  }
}
