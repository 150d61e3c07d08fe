// Putting a keystore's `subtle` in place of the global one, for libraries that call that, and this package's interface in
// place of the global `SubtleCrypto`, so that `instanceof` and `supports` tell of what is there. The own properties of
// `crypto` stay as they were: browsers have `subtle` on the prototype, and so it is there. Touches no secrets.
import { keepEngine } from '../../drivers/webcrypto/engine.ts';
import { KeystoreError } from '../../errors.ts';
import { type KeystoreSubtle, SubtleCrypto } from './subtle.ts';

interface Installed {
  readonly subtle: KeystoreSubtle;
}

/** Those in force, the last one on top. Empty: the accessor, where somebody has kept it, answers as the one before did. */
const installed: Installed[] = [];
/** Takes the replacements away. */
let restore: (() => void) | undefined;

/**
 * Puts `subtle` in place of `crypto.subtle` in this realm.
 *
 * @returns an undo. Of several that are installed, the last one is in place; each is undone once, in any order, and
 * with the last one everything is as it was before the first, except what somebody else has put there since.
 */
export function installSubtle(subtle: KeystoreSubtle): () => void {
  keepEngine();
  const entry: Installed = { subtle };
  restore ??= replace();
  installed.push(entry);
  return () => {
    const index = installed.indexOf(entry);
    if (index < 0) return;
    installed.splice(index, 1);
    if (installed.length > 0) return;
    const last = restore;
    restore = undefined;
    last?.();
  };
}

function replace(): () => void {
  const { crypto } = globalThis;
  const owner = ownerOf(crypto, 'subtle') ?? crypto;
  const former = Object.getOwnPropertyDescriptor(owner, 'subtle');
  // A getter of an object has the name and the length that WebIDL gives, and is no constructor.
  const accessor = {
    get subtle(): unknown {
      // The one before refuses what is no Crypto, and answers for the Crypto of another realm.
      const its: unknown = former?.get ? Reflect.apply(former.get, this, []) : former?.value;
      return this === crypto ? (installed.at(-1)?.subtle ?? its) : its;
    },
  };
  const descriptor = {
    ...Object.getOwnPropertyDescriptor(accessor, 'subtle'),
    ...{ enumerable: true, configurable: true },
  };
  // A prototype that is frozen has no say in what its object has itself.
  const undoSubtle = put(owner, 'subtle', descriptor) ?? put(crypto, 'subtle', descriptor);
  if (undoSubtle === undefined) {
    throw new KeystoreError(
      'NOT_SUPPORTED',
      'This page has locked crypto.subtle: pass keys.subtle to what needs it.',
    );
  }
  const undoInterface = put(globalThis, 'SubtleCrypto', {
    ...{ value: SubtleCrypto, writable: true, enumerable: false, configurable: true },
  });
  return () => {
    undoSubtle();
    undoInterface?.();
  };
}

/**
 * Replaces an own property until the undo, which leaves alone what has been replaced again, or locked.
 *
 * @returns `undefined` where the property is locked already.
 */
function put(owner: object, name: string, descriptor: PropertyDescriptor): (() => void) | undefined {
  const former = Object.getOwnPropertyDescriptor(owner, name);
  if (!Reflect.defineProperty(owner, name, descriptor)) return undefined;
  return () => {
    const there = Object.getOwnPropertyDescriptor(owner, name);
    if (there?.get !== descriptor.get || there?.value !== descriptor.value) return;
    if (former === undefined) Reflect.deleteProperty(owner, name);
    else Reflect.defineProperty(owner, name, former);
  };
}

/** Where a property is on an object's chain: an own one, of another script's, hides the browser's. */
function ownerOf(object: object, name: string): object | undefined {
  for (let at: object | null = object; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) return at;
  }
  return undefined;
}
