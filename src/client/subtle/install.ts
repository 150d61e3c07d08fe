// Putting a keystore's `subtle` in place of the global one, for libraries that call that.
import { keepEngine } from '../../drivers/webcrypto/engine.ts';
import type { KeystoreSubtle } from './subtle.ts';

interface Installed {
  readonly subtle: KeystoreSubtle;
}

/** Those in force, the last one on top. */
const installed: Installed[] = [];
/** The object's own property before the first of them; browsers have it on the prototype. */
let before: PropertyDescriptor | undefined;

/**
 * Puts `subtle` in place of `crypto.subtle` in this realm.
 *
 * @returns an undo. Of several that are installed, the last one is in place; each is undone once, in any order, and
 * with the last one the engine's own is back.
 */
export function installSubtle(subtle: KeystoreSubtle): () => void {
  keepEngine();
  if (installed.length === 0) before = Object.getOwnPropertyDescriptor(crypto, 'subtle');
  const entry: Installed = { subtle };
  installed.push(entry);
  put();
  return () => {
    const index = installed.indexOf(entry);
    if (index < 0) return;
    installed.splice(index, 1);
    put();
  };
}

function put(): void {
  const top = installed.at(-1);
  if (top !== undefined) {
    Object.defineProperty(crypto, 'subtle', { configurable: true, enumerable: true, get: () => top.subtle });
  } else if (before !== undefined) {
    Object.defineProperty(crypto, 'subtle', before);
  } else {
    Reflect.deleteProperty(crypto, 'subtle');
  }
}
