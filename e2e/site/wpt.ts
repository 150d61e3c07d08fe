// The part of a web-platform-tests page that is keyslot's: puts `subtle` in place of the browser's, then loads the test's own
// scripts, which find it at `crypto.subtle`. The page itself is written by e2e/wpt/pages.mjs.
import { openKeystore } from 'keyslot';

interface Plan {
  readonly place: 'native' | 'caller' | 'host' | 'fallback';
  readonly scripts: readonly string[];
  /** The test says by itself when it has added its last subtest. */
  readonly endsItself: boolean;
}

interface Outcome {
  readonly results: readonly { name: string; status: number; message: string | null }[];
  readonly ended?: { readonly status: number; readonly message: string | null };
}

declare global {
  interface Window {
    plan: Plan;
    /** What the page has of verdicts so far. */
    outcome: Outcome;
    /** Of testharness.js. */
    done(): void;
  }
}

/** In milliseconds, and as generous to the browser's own `subtle` as to keyslot's. */
const LOAD_EVENT = 250;

const { place, scripts, endsItself } = window.plan;
if (place !== 'native') {
  const keys = await openKeystore({
    name: 'wpt',
    subtle: place === 'host' ? 'host' : 'caller',
    fallback: place === 'fallback',
  });
  keys.install();
}
for (const source of scripts) await load(source);
// The pages of its own server end their lists with the event `load`, some time after the last script: derive_key_and_encrypt adds
// subtests behind its first one's end, and nothing tells when.
await new Promise((resolve) => setTimeout(resolve, LOAD_EVENT));
if (!endsItself) window.done();

function load(source: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = source;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${source} does not load`));
    document.head.append(script);
  });
}
