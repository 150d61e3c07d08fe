// Why a case is not run, and what is changed of one that is. Both lists are closed: whatever a case asks for has
// its line here, or the test fails.

export const SKIPS = {
  scope: 'not about lifecycle, policy, import, export or copy',
  structure: 'about a C structure, not about a key',
  format: 'about the bytes of Mbed TLS’s own storage format',
  interruptible: 'interruptible calls: a promise takes their place',
  derivation: 'key derivation and key agreement: other vectors try them',
  encryption: 'asymmetric encryption: other vectors try it',
  keyType: 'this key type or curve is not in keyslot',
  algorithm: 'this algorithm is not in keyslot, and nothing can stand in for it',
  rsaSize: 'RSA keys under 2,048 bits are not made',
  rsaLimit: 'RSA keys that exist are taken up to 16,384 bits',
  partialByte: 'HMAC keys may end within a byte, as in WebCrypto',
  tagLength: 'shortened tags and least tag lengths: only AES-GCM and AES-OCB have them here',
  wildcard: 'a policy names its hash: only that of ECDSA can leave it open',
  twoAlgorithms: 'a policy has one algorithm',
  operationAlgorithm: 'an operation takes the key’s algorithm: no other can be named',
  owner: 'owners have no counterpart',
  location: 'keys have one location',
  buffer: 'results have the size they need: no buffer is too small or too large',
  volatileId: 'volatile keys have ids',
  generatedType: 'what is generated is a secret or a pair: nothing else can be asked for',
  keySize: 'more bytes than the largest key of keyslot, in a case that is not about the limit',
  build: 'for builds of Mbed TLS without something that keyslot has, or with a limit that it has not',
} as const;

export type Skip = keyof typeof SKIPS;

export const CHANGES = {
  rawData: 'raw data: an HMAC key of the same bytes',
  rsaBytes: 'an RSA key too short for keyslot, where only the store is tried: an HMAC key of its bytes',
  cipher: 'a cipher mode that keyslot has not, where nothing is computed but its policy: AES-GCM',
  rsaScheme: 'an RSA key for another scheme, of a size that is refused: one for RSA-PSS',
  anyHash: 'ECDSA with any hash: ECDSA with SHA-256',
  noAlgorithm: 'no algorithm in the policy, where the case is not about that: one of the key’s type',
  noUsage: 'no usage but export or copy: one more, since a key without any is refused',
  dropOwner: 'the owner is left out',
  idRange: 'an id outside of PSA’s range: an id of 0 or of 257 bytes, always INVALID_ARGUMENT',
  lifetime: 'a lifetime or location that does not exist: a lifetime of another name',
  emptyPolicy: 'NOT_PERMITTED at use, for a policy that allows nothing: INVALID_ARGUMENT at creation',
  gone: 'INVALID_HANDLE, where a key is asked for by its id: DOES_NOT_EXIST',
  nothing: 'success, for the destruction of no key: INVALID_ARGUMENT, as for every empty id',
  shortage:
    'INSUFFICIENT_MEMORY, for a persistent key while volatile ones have all slots: it has slots of its own',
  slots: 'the number of slots of Mbed TLS: sizes that the test gives the host',
  largest: 'the largest key of Mbed TLS, NOT_SUPPORTED above: that of keyslot, INVALID_ARGUMENT above',
  curve: 'INVALID_ARGUMENT, for a size that no curve has: NOT_SUPPORTED, as for every unknown curve',
  scalarLength:
    'INVALID_ARGUMENT, for an EC number with zeros too many or too few: PKCS #8 is the engine’s, which reads it',
  cipherSize: 'INVALID_ARGUMENT, for a size that AES has not: NOT_SUPPORTED when it is generated',
  copyAlgorithm: 'a copy’s other algorithm or size: any at all, which is refused too',
  record: 'damage to a record of Mbed TLS: the same to one of keyslot; DATA_CORRUPT is an answer too',
} as const;

export type Change = keyof typeof CHANGES;

/** Thrown while a case is translated, as soon as it is found to have no counterpart. */
export class Skipped extends Error {
  readonly reason: Skip;

  constructor(reason: Skip) {
    super(SKIPS[reason]);
    this.reason = reason;
  }
}
