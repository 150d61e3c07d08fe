// The page that the end-to-end tests drive: the package at `window.keyslot`, and a dedicated worker whose
// named actions a test can call.
import * as keyslot from 'keyslot';
import type { Journal } from './history.ts';
import { kit } from './kit.ts';
import { recipes } from './recipes.ts';
import type { ActionName, Reply } from './worker.ts';

export interface SiteWorker {
  worker: Worker;
  /** Runs one action of worker.ts there. Rejects with the worker's error: its name, message and code. */
  run(name: ActionName, ...args: unknown[]): Promise<unknown>;
}

declare global {
  interface Window {
    keyslot: typeof keyslot;
    kit: typeof kit;
    recipes: typeof recipes;
    conformance: () => Promise<typeof import('./conformance.ts')>;
    mixedLoad: () => Promise<typeof import('./mixed-load.ts')>;
    /** The keystore of the test: see fixtures.ts. */
    keys: keyslot.Keystore;
    /** `later`: its worker calls attachedKeystore() with the action `attach`, not at its start. */
    startWorker: (later?: 'later') => SiteWorker;
    /** Of the test that exposes it, which runs outside of the browser. */
    journal: Journal;
    /** Room for what a test leaves in a page for its next step. */
    kept: Record<string, unknown>;
  }
}

window.keyslot = keyslot;
window.kit = kit;
window.recipes = recipes;
window.conformance = () => import('./conformance.ts');
window.mixedLoad = () => import('./mixed-load.ts');
window.kept = {};
window.startWorker = (later) => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: later ?? '' });
  let calls = 0;
  return {
    worker,
    run: (name, ...args) =>
      new Promise((resolve, reject) => {
        const call = ++calls;
        const onReply = ({ data }: MessageEvent<Partial<Reply>>) => {
          if (data?.call !== call) return;
          worker.removeEventListener('message', onReply);
          if (data.error) reject(Object.assign(new Error(data.error.message), data.error));
          else resolve(data.value);
        };
        worker.addEventListener('message', onReply);
        worker.postMessage({ run: name, args, call });
      }),
  };
};
