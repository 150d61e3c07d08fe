// encapsulateKey, encapsulateBits, decapsulateKey, decapsulateBits.
import { ml_kem768_p256, ml_kem768_x25519, ml_kem1024_p384 } from '@noble/post-quantum/hybrid.js';
import { ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { bufferScenarios } from '../buffers.ts';
import { altered, equal, pattern } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import { latticeKey } from '../fixtures.ts';
import { bytes, fails, keyText } from '../outcome.ts';
import type { Subject } from '../subject.ts';

const KEMS = {
  'ML-KEM-512': { kem: ml_kem512, seed: 64, ciphertext: 768 },
  'ML-KEM-768': { kem: ml_kem768, seed: 64, ciphertext: 1088 },
  'ML-KEM-1024': { kem: ml_kem1024, seed: 64, ciphertext: 1568 },
  'MLKEM768-P256': { kem: ml_kem768_p256, seed: 32, ciphertext: 1153 },
  'MLKEM768-X25519': { kem: ml_kem768_x25519, seed: 32, ciphertext: 1120 },
  'MLKEM1024-P384': { kem: ml_kem1024_p384, seed: 32, ciphertext: 1665 },
};
const NAMES = [
  'ML-KEM-512',
  'ML-KEM-768',
  'ML-KEM-1024',
  'MLKEM768-P256',
  'MLKEM768-X25519',
  'MLKEM1024-P384',
] as const;

const SHARED = [
  [{ name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt'], { name: 'AES-GCM', length: 256 }],
  [{ name: 'AES-CBC', length: 256 }, ['encrypt', 'decrypt'], { name: 'AES-CBC', length: 256 }],
  [{ name: 'AES-CTR', length: 256 }, ['encrypt', 'decrypt'], { name: 'AES-CTR', length: 256 }],
  [{ name: 'AES-KW', length: 256 }, ['wrapKey', 'unwrapKey'], { name: 'AES-KW', length: 256 }],
  [
    { name: 'HMAC', hash: 'SHA-256' },
    ['sign', 'verify'],
    { name: 'HMAC', hash: { name: 'SHA-256' }, length: 256 },
  ],
  [{ name: 'ChaCha20-Poly1305' }, ['encrypt', 'decrypt'], { name: 'ChaCha20-Poly1305' }],
  [{ name: 'AES-OCB', length: 256 }, ['encrypt', 'decrypt'], { name: 'AES-OCB', length: 256 }],
  [{ name: 'HKDF' }, ['deriveBits', 'deriveKey'], { name: 'HKDF' }],
] as const;

const OPEN = ['encapsulateBits', 'encapsulateKey'];
const CLOSED = ['decapsulateBits', 'decapsulateKey'];
const AES = [{ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt']] as const;

const one = (name: string, expected: string, run: Scenario['run']): Scenario => ({ name, expected, run });

function scenarios(name: (typeof NAMES)[number]): Scenario[] {
  const { kem, seed, ciphertext: size } = KEMS[name];
  const key = latticeKey(name);
  const { publicKey, secretKey } = kem.keygen(pattern(seed, 5));
  const { cipherText, sharedSecret } = kem.encapsulate(publicKey);
  const open = ({ subtle }: Subject, usages: readonly string[] = OPEN) =>
    subtle.importKey('raw-public', key.public['raw-public'], name, true, usages);
  const closed = ({ subtle }: Subject, usages: readonly string[] = CLOSED) =>
    subtle.importKey('raw-seed', key.private['raw-seed'], name, false, usages);
  const refused = (title: string, error: string, run: Scenario['run']) =>
    one(`${name}: ${title}`, fails(error), run);
  const wrong = altered(cipherText);
  return [
    one(`${name}: encapsulateBits`, `[32, ${size}, true, true, ciphertext sharedKey]`, async (subject) => {
      const made = await subject.subtle.encapsulateBits(name, await open(subject));
      const shared = kem.decapsulate(new Uint8Array(made.ciphertext), secretKey);
      return [
        made.sharedKey.byteLength,
        made.ciphertext.byteLength,
        equal(shared, made.sharedKey),
        made.ciphertext instanceof ArrayBuffer,
        Object.keys(made).sort().join(' '),
      ];
    }),
    one(`${name}: decapsulateBits`, bytes(sharedSecret), async (subject) =>
      subject.subtle.decapsulateBits({ name }, await closed(subject), cipherText),
    ),
    one(`${name}: new keys, there and back`, 'true', async ({ subtle }) => {
      const pair = await subtle.generateKey({ name }, false, [...OPEN, ...CLOSED]);
      const { sharedKey, ciphertext } = await subtle.encapsulateBits({ name }, pair.publicKey);
      return equal(await subtle.decapsulateBits({ name }, pair.privateKey, ciphertext), sharedKey);
    }),
    ...SHARED.flatMap(([algorithm, usages, made]) =>
      [true, false]
        .filter((extractable) => algorithm.name !== 'HKDF' || !extractable)
        .flatMap((extractable) => [
          one(
            `${name}: encapsulateKey of ${algorithm.name}, ${extractable}`,
            `[${keyText('secret', extractable, made, usages)}, ${size}]`,
            async (subject) => {
              const from = await open(subject);
              const result = await subject.subtle.encapsulateKey(
                { name },
                from,
                algorithm,
                extractable,
                usages,
              );
              return [result.sharedKey, result.ciphertext.byteLength];
            },
          ),
          one(
            `${name}: decapsulateKey of ${algorithm.name}, ${extractable}`,
            `[${keyText('secret', extractable, made, usages)}, ${extractable ? bytes(sharedSecret) : 'kept'}]`,
            async (subject) => {
              const from = await closed(subject);
              const shared = await subject.subtle.decapsulateKey(
                { name },
                from,
                cipherText,
                algorithm,
                extractable,
                usages,
              );
              return [shared, extractable ? await subject.subtle.exportKey('raw-secret', shared) : 'kept'];
            },
          ),
        ]),
    ),
    one(`${name}: keys of both sides are one`, 'true', async (subject) => {
      const { subtle } = subject;
      const { sharedKey, ciphertext } = await subtle.encapsulateKey(name, await open(subject), ...AES);
      const other = await subtle.decapsulateKey(name, await closed(subject), ciphertext, ...AES);
      const params = { name: 'AES-GCM', iv: pattern(12) };
      const sealed = await subtle.encrypt(params, sharedKey, pattern(30));
      return equal(await subtle.decrypt(params, other, sealed), pattern(30));
    }),
    one(`${name}: usages in the order that was given`, 'encrypt decrypt', async (subject) => {
      const { sharedKey } = await subject.subtle.encapsulateKey(name, await open(subject), ...AES);
      return sharedKey.usages.join(' ');
    }),
    // FIPS 203: what does not fit is answered with a secret of its own, not refused.
    one(`${name}: altered ciphertext`, '[32, false]', async (subject) => {
      const changed = name.startsWith('ML-KEM') ? wrong : cipherText.slice();
      changed[10] = (changed[10] ?? 0) ^ 1;
      const shared = await subject.subtle.decapsulateBits(name, await closed(subject), changed);
      return [shared.byteLength, equal(shared, sharedSecret)];
    }),
    refused('ciphertext of another size', 'OperationError', async (subject) =>
      subject.subtle.decapsulateBits(name, await closed(subject), pattern(10)),
    ),
    refused('private key to encapsulate', 'InvalidAccessError', async (subject) =>
      subject.subtle.encapsulateBits(name, await closed(subject)),
    ),
    refused('public key to decapsulate', 'InvalidAccessError', async (subject) =>
      subject.subtle.decapsulateBits(name, await open(subject), cipherText),
    ),
    refused('no usage to encapsulate bits', 'InvalidAccessError', async (subject) =>
      subject.subtle.encapsulateBits(name, await open(subject, ['encapsulateKey'])),
    ),
    refused('no usage to encapsulate a key', 'InvalidAccessError', async (subject) =>
      subject.subtle.encapsulateKey(name, await open(subject, ['encapsulateBits']), ...AES),
    ),
    refused('no usage to decapsulate bits', 'InvalidAccessError', async (subject) =>
      subject.subtle.decapsulateBits(name, await closed(subject, ['decapsulateKey']), cipherText),
    ),
    refused('no usage to decapsulate a key', 'InvalidAccessError', async (subject) =>
      subject.subtle.decapsulateKey(name, await closed(subject, ['decapsulateBits']), cipherText, ...AES),
    ),
    refused('another algorithm', 'InvalidAccessError', async (subject) => {
      const other = name === 'ML-KEM-768' ? 'ML-KEM-1024' : 'ML-KEM-768';
      return subject.subtle.encapsulateBits(other, await open(subject));
    }),
    refused('no algorithm of its kind', 'NotSupportedError', async (subject) =>
      subject.subtle.encapsulateBits('AES-GCM', await open(subject)),
    ),
    refused('usages of the shared key', 'SyntaxError', async (subject) =>
      subject.subtle.encapsulateKey(name, await open(subject), AES[0], true, ['sign']),
    ),
    refused('no usages of the shared key', 'SyntaxError', async (subject) =>
      subject.subtle.decapsulateKey(name, await closed(subject), cipherText, AES[0], true, []),
    ),
    refused('a shared key of a pair', 'NotSupportedError', async (subject) =>
      subject.subtle.encapsulateKey(name, await open(subject), 'Ed25519', true, ['sign']),
    ),
    refused('too short a shared key', 'DataError', async (subject) => {
      const hmac = { name: 'HMAC', hash: 'SHA-256', length: 512 };
      return subject.subtle.encapsulateKey(name, await open(subject), hmac, true, ['sign']);
    }),
    ...bufferScenarios({
      title: `${name}: ciphertext`,
      algorithm: { name },
      prepare: closed,
      data: () => cipherText,
      run: ({ subtle }, from, algorithm, data) => subtle.decapsulateBits(algorithm, from, data),
      expected: bytes(sharedSecret),
      empty: fails('OperationError'),
    }),
  ];
}

export const tables: readonly Table[] = NAMES.map((name) => ({
  name: `encapsulate: ${name}`,
  scenarios: scenarios(name),
}));
