// `keys.install()`: after it the global `crypto.subtle` and `SubtleCrypto` have the shape that browsers give theirs (what
// web-platform-tests' idlharness asks), before it and after its undo they are the browser's own, to the property.
import { type Keystore, SubtleCrypto as OurSubtleCrypto } from 'keyslot';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hex, open } from './open.ts';

let keys: Keystore;
let other: Keystore;
let undo: (() => void)[] = [];

beforeAll(async () => {
  [keys, other] = await Promise.all([open('caller'), open('host')]);
});
afterEach(() => {
  for (const each of undo) each();
  undo = [];
});
afterAll(() => Promise.all([keys.close(), other.close()]));

function install(store: Keystore): () => void {
  const remove = store.install();
  undo.push(remove);
  return remove;
}

const native = crypto.subtle;
const descriptors = () => ({
  own: Object.getOwnPropertyDescriptor(crypto, 'subtle'),
  inherited: Object.getOwnPropertyDescriptor(Crypto.prototype, 'subtle'),
  interface: Object.getOwnPropertyDescriptor(globalThis, 'SubtleCrypto'),
});
const before = descriptors();

describe('install', () => {
  it('takes the place of the global one until it is undone, in any order', async () => {
    const [first, second] = [install(keys), install(other)];
    expect(crypto.subtle).toBe(other.subtle);
    const digest = await crypto.subtle.digest('SHA3-256', new Uint8Array());
    expect(hex(digest).slice(0, 8)).toBe('a7ffc6f8');
    first();
    expect(crypto.subtle).toBe(other.subtle);
    first();
    expect(crypto.subtle).toBe(other.subtle);
    second();
    expect(crypto.subtle).toBe(native);
  });

  it('shows the one before, once the last is undone', () => {
    const [, second] = [install(keys), install(other)];
    second();
    expect(crypto.subtle).toBe(keys.subtle);
  });

  it('puts every property back as it was', () => {
    const [first, second] = [install(keys), install(other)];
    first();
    second();
    expect(descriptors()).toEqual(before);
    expect(descriptors().inherited?.get).toBe(before.inherited?.get);
    expect(descriptors().interface?.value).toBe(before.interface?.value);
    expect(crypto.subtle instanceof SubtleCrypto).toBe(true);
  });

  it('can be done again after its undo', () => {
    install(keys)();
    install(keys);
    expect(crypto.subtle).toBe(keys.subtle);
  });

  it('is the same object each time, however it is reached', () => {
    install(keys);
    for (const its of [crypto, self.crypto, globalThis.crypto]) expect(its.subtle).toBe(keys.subtle);
  });
});

describe('what is installed has the shape of the browser’s own', () => {
  it('is an accessor of Crypto.prototype, which crypto inherits', () => {
    install(keys);
    expect(Object.hasOwn(crypto, 'subtle')).toBe(false);
    expect('subtle' in crypto).toBe(true);
    const { get, set, enumerable, configurable } = descriptors().inherited ?? {};
    expect([set, enumerable, configurable]).toEqual([undefined, true, true]);
    expect([get?.name, get?.length]).toEqual([before.inherited?.get?.name, 0]);
    expect(Object.hasOwn(get ?? {}, 'prototype')).toBe(false);
  });

  it.each([
    ['its prototype', () => Crypto.prototype],
    ['an object', () => ({})],
    ['an object that inherits', () => Object.create(crypto) as object],
    ['null', () => null],
  ])('refuses %s, which is no Crypto', (_, its) => {
    install(keys);
    const get = descriptors().inherited?.get;
    expect(() => Reflect.apply(get as () => unknown, its(), [])).toThrow(TypeError);
  });

  it('is an instance of the global SubtleCrypto, whose supports tells of it', () => {
    install(keys);
    expect(SubtleCrypto).toBe(OurSubtleCrypto);
    expect(Object.getPrototypeOf(crypto.subtle)).toBe(SubtleCrypto.prototype);
    expect(crypto.subtle instanceof SubtleCrypto).toBe(true);
    expect(OurSubtleCrypto.supports('digest', 'SHA3-256')).toBe(true);
    const { value: _, ...attributes } = descriptors().interface ?? {};
    expect(attributes).toEqual({ writable: true, enumerable: false, configurable: true });
  });

  it('leaves CryptoKey, and what is a CryptoKey, as they were', async () => {
    const its = globalThis.CryptoKey;
    install(keys);
    const made = await crypto.subtle.generateKey('Ed448', false, ['sign', 'verify']);
    expect(globalThis.CryptoKey).toBe(its);
    expect('privateKey' in made && made.privateKey instanceof CryptoKey).toBe(true);
  });

  it('answers for the Crypto of another realm with its own', () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    try {
      const theirs = frame.contentWindow?.crypto;
      const its = theirs?.subtle;
      install(keys);
      const get = descriptors().inherited?.get;
      expect(its).toBeDefined();
      expect(Reflect.apply(get as () => unknown, theirs, [])).toBe(its);
    } finally {
      frame.remove();
    }
  });
});

describe('where a page has locked what is replaced', () => {
  const lock = (owner: object, name: string): (() => void) => {
    const former = Object.getOwnPropertyDescriptor(owner, name);
    const define = Reflect.defineProperty;
    // A real lock lasts for the life of the page: here properties refuse as locked ones do.
    Reflect.defineProperty = (at, key, descriptor) =>
      at === owner && key === name ? false : define(at, key, descriptor);
    return () => {
      Reflect.defineProperty = define;
      if (former !== undefined) Object.defineProperty(owner, name, former);
    };
  };

  it('crypto itself has it where its prototype has not', () => {
    const unlock = lock(Crypto.prototype, 'subtle');
    try {
      const remove = install(keys);
      expect(crypto.subtle).toBe(keys.subtle);
      remove();
      expect(Object.hasOwn(crypto, 'subtle')).toBe(false);
      expect(crypto.subtle).toBe(native);
    } finally {
      unlock();
    }
  });

  it('the interface stays the browser’s', () => {
    const unlock = lock(globalThis, 'SubtleCrypto');
    try {
      install(keys)();
      install(keys);
      expect(crypto.subtle).toBe(keys.subtle);
      expect(globalThis.SubtleCrypto).toBe(before.interface?.value);
    } finally {
      unlock();
    }
  });

  it('says so where nothing can be replaced, and changes nothing', () => {
    const unlock = [lock(Crypto.prototype, 'subtle'), lock(crypto, 'subtle')];
    try {
      expect(() => install(keys)).toThrow(/locked crypto\.subtle/);
      expect(descriptors()).toEqual(before);
    } finally {
      for (const each of unlock.reverse()) each();
    }
  });
});

describe('what another script has put there', () => {
  it('does not switch it off by another answer each time', () => {
    Object.defineProperty(crypto, 'subtle', { configurable: true, get: () => ({}) });
    try {
      const remove = install(keys);
      expect(crypto.subtle).toBe(keys.subtle);
      remove();
    } finally {
      Reflect.deleteProperty(crypto, 'subtle');
    }
  });

  const foreign = { marked: true };

  it('comes back, where it was before', () => {
    Object.defineProperty(crypto, 'subtle', { configurable: true, value: foreign });
    try {
      const remove = install(keys);
      expect(crypto.subtle).toBe(keys.subtle);
      remove();
      expect(descriptors().own).toEqual({
        ...{ value: foreign, writable: false, enumerable: false, configurable: true },
      });
    } finally {
      Reflect.deleteProperty(crypto, 'subtle');
    }
  });

  it('stays, where it came later', () => {
    const remove = install(keys);
    const ours = descriptors().inherited ?? {};
    const get = () => foreign;
    Object.defineProperty(Crypto.prototype, 'subtle', { ...ours, get });
    Object.defineProperty(globalThis, 'SubtleCrypto', { ...before.interface, value: foreign });
    try {
      remove();
      expect(crypto.subtle).toBe(foreign);
      expect(globalThis.SubtleCrypto).toBe(foreign);
      // The other script's own undo finds what it had found, which answers as the browser does.
      Object.defineProperty(Crypto.prototype, 'subtle', ours);
      expect(crypto.subtle).toBe(native);
    } finally {
      Object.defineProperty(Crypto.prototype, 'subtle', before.inherited ?? {});
      Object.defineProperty(globalThis, 'SubtleCrypto', before.interface ?? {});
    }
  });
});
