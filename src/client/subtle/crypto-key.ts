// The package's `CryptoKey`, in a file of its own: whoever imports it alone does not load `subtle` with it.

/** The engine's: of its own keys and of handles it is the constructor. */
export const CryptoKey = globalThis.CryptoKey;
