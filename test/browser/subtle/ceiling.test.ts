// At the ceiling of the host's slots `subtle` says OperationError, whichever method would make a key there, and goes on
// with the keys that are there.
import { type Keystore, openKeystore } from 'keyslot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PLACES } from './open.ts';

/** The least that a host can be opened with. */
const CEILING = 16;

const iv = new Uint8Array(12);
const data = new Uint8Array(32);
/** Only noble has these, so their keys take slots wherever native keys are. */
const OCB = { name: 'AES-OCB', length: 256 };
const ARGON2 = { name: 'Argon2id', nonce: iv, parallelism: 1, memory: 8, passes: 1 };
const KEM = 'X-Wing';

interface Held {
  readonly base: CryptoKey;
  readonly wrapping: CryptoKey;
  readonly wrapped: ArrayBuffer;
  readonly pair: CryptoKeyPair;
  readonly ciphertext: ArrayBuffer;
  /** Whatever else takes a slot: a handle that nothing holds would give its own back. */
  readonly others: readonly CryptoKey[];
}

async function fill({ subtle, stats }: Pick<Keystore, 'subtle' | 'stats'>): Promise<Held> {
  const base = await subtle.importKey('raw-secret', data, 'Argon2id', false, ['deriveKey']);
  const pair = await subtle.generateKey(KEM, false, ['encapsulateBits', 'decapsulateKey', 'encapsulateKey']);
  if (!('privateKey' in pair)) throw new TypeError('no pair');
  const make = async (): Promise<CryptoKey> => {
    const made = await subtle.generateKey(OCB, true, ['encrypt', 'wrapKey', 'unwrapKey']);
    if ('privateKey' in made) throw new TypeError('no key');
    return made;
  };
  const wrapping = await make();
  const others: CryptoKey[] = [];
  while ((await stats()).sessionKeys < CEILING) others.push(await make());
  const [some = wrapping] = others;
  const wrapped = await subtle.wrapKey('raw-secret', some, wrapping, { name: 'AES-OCB', iv });
  const { ciphertext } = await subtle.encapsulateBits(KEM, pair.publicKey);
  return { base, wrapping, wrapped, pair, ciphertext, others };
}

type Call = (subtle: Keystore['subtle'], held: Held) => Promise<unknown>;

const CALLS: Readonly<Record<string, Call>> = {
  generateKey: (subtle) => subtle.generateKey(OCB, false, ['encrypt']),
  'generateKey, of a pair': (subtle) => subtle.generateKey('Ed448', false, ['sign']),
  importKey: (subtle) => subtle.importKey('raw-secret', data, 'AES-OCB', false, ['encrypt']),
  deriveKey: (subtle, { base }) => subtle.deriveKey(ARGON2, base, OCB, false, ['encrypt']),
  unwrapKey: (subtle, { wrapped, wrapping }) => {
    const cipher = { name: 'AES-OCB', iv };
    return subtle.unwrapKey('raw-secret', wrapped, wrapping, cipher, 'AES-OCB', false, ['encrypt']);
  },
  encapsulateKey: (subtle, { pair }) => subtle.encapsulateKey(KEM, pair.publicKey, OCB, false, ['encrypt']),
  decapsulateKey: (subtle, { pair, ciphertext }) =>
    subtle.decapsulateKey(KEM, pair.privateKey, ciphertext, OCB, false, ['encrypt']),
};

describe.each(PLACES)('at the ceiling of slots, keys with the %s', (place) => {
  it('subtle rejects with OperationError, and works with the keys that it has', async () => {
    const name = `subtle-${crypto.randomUUID()}`;
    const keys = await openKeystore({ name, subtle: place, host: { ceiling: CEILING } });
    onTestFinished(async () => void (await keys.close()));
    const held = await fill({ subtle: keys.subtle, stats: () => keys.stats() });
    const outcome = (call: Call): Promise<string> =>
      call(keys.subtle, held).then(
        () => 'a key',
        (error: unknown) => (error instanceof DOMException ? error.name : `${error}`),
      );
    const outcomes: Record<string, string> = {};
    for (const [method, call] of Object.entries(CALLS)) outcomes[method] = await outcome(call);
    const refused = Object.keys(CALLS).map((method) => [method, 'OperationError']);
    expect(outcomes).toEqual(Object.fromEntries(refused));
    expect((await keys.stats()).sessionKeys).toBe(CEILING);
    for (const key of held.others) await keys.subtle.encrypt({ name: 'AES-OCB', iv }, key, data);
  });
});
