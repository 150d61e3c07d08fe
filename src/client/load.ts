// What the client loads when it comes to need it, and what is said when that does not load. Bundlers follow these
// literals, and make a chunk of each. No secrets.
import { KeystoreError } from '../errors.ts';
import { abortable } from './abortable.ts';

/** Longest that a script may take, in ms: every promise settles, whatever the network does. */
const WITHIN = 30_000;

/** What every opened keystore needs: asked for together with the host, not after it. */
export function loadOpened(): Promise<typeof import('./opened.ts')> {
  return loaded(import('./opened.ts'));
}

/**
 * A page that has loaded the package will open a keystore: what that needs comes behind the page's own start, so that the
 * opening finds it there (npm run bench:lifecycle -- --only first). Where it fails, the opening says so.
 */
export function loadAhead(): void {
  if (typeof document === 'undefined') return;
  setTimeout(() => void import('./opened.ts').catch(() => undefined));
}

/** The elected topology: few browsers need it. */
export function loadElected(): Promise<typeof import('./elected/ways.ts')> {
  return loaded(import('./elected/ways.ts'));
}

/** @throws KeystoreError `SERVICE_FAILURE` */
async function loaded<M>(script: Promise<M>): Promise<M> {
  try {
    return await abortable(script, AbortSignal.timeout(WITHIN));
  } catch (cause) {
    // Engines used to remember a script that had failed for as long as the page lived: whatwg/html#6768.
    throw new KeystoreError(
      'SERVICE_FAILURE',
      'A part of keyslot that is loaded when it is needed could not be loaded. Try again, then reload the page; if it ' +
        'stays so, check that all files of your build are served, that script-src of your Content-Security-Policy ' +
        'allows them, and that your service worker keeps them for use offline.',
      { cause },
    );
  }
}
