// RSA without a private key: generating one takes up to seconds, so a known signature is verified instead. Touches no
// secret.
import type { KeyAlgorithm, RsaAlgorithm } from '../algorithms/types.ts';
import type { Bytes } from './driver.ts';
import { exportPublicWith } from './webcrypto/export.ts';
import { encryptWith, importPublicKey, verifyWith } from './webcrypto/public.ts';

const MESSAGE = new TextEncoder().encode('keyslot');

const fromBase64 = (text: string): Bytes =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

export function rsaTrialKey(algorithm: RsaAlgorithm): Promise<CryptoKey> {
  return importPublicKey(fromBase64(SPKI), algorithm);
}

const TRIALS: Readonly<
  Record<RsaAlgorithm['name'], (key: CryptoKey, algorithm: KeyAlgorithm) => Promise<boolean>>
> = {
  'RSA-PSS': (key, algorithm) =>
    verifyWith(key, algorithm, fromBase64(PSS_SIGNATURE), MESSAGE, { saltLength: 32 }),
  'RSASSA-PKCS1-v1_5': (key, algorithm) =>
    verifyWith(key, algorithm, fromBase64(PKCS1_SIGNATURE), MESSAGE, {}),
  async 'RSA-OAEP'(key, algorithm) {
    const [sealed, spki] = await Promise.all([
      encryptWith(key, algorithm, MESSAGE, {}),
      exportPublicWith(key, 'spki'),
    ]);
    return sealed.length === 256 && String(spki) === String(fromBase64(SPKI));
  },
};

/** Whether a key is that of {@link rsaTrialKey} and does what a public key can. */
export function rsaWorks(key: CryptoKey, algorithm: RsaAlgorithm): Promise<boolean> {
  return TRIALS[algorithm.name](key, algorithm);
}

// A public key whose private half was thrown away, and its signatures of MESSAGE: PSS with a salt of 32 bytes, PKCS #1.
const SPKI =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAjhSTFZ+0ygrwUzpDRPeijkRqVO16bTYPkWn5VmIy+r7uwb0Jjg6K' +
  'lo+IFF5DASqrIla3bPNNpIsITf7AKmyLpLW0oiiDfU2Kb9WyViigHak1rllsMpzGnHIfOlMQdZTMQT9aKIn73xGU/5vLv1Fs' +
  'Sk2WO6ALBkqS8fG/MH3Ug2Go62h//6ZtoiR0uBn+dZ+ySLGl78KLVT7qVdneCkcrS6+SM5/ZW/3hGfBLSE8L0SaIBkr18r1g' +
  'abI7QFLf4xqYT4ikZLX3rjmigJFWdzZEeiSCZdOJJR2qnH5ULb2JpdjSF60GjUOI7xDw6AFKKGxnL+Nr1Ua8W0UK2hlLjrI+' +
  'UQIDAQAB';
const PSS_SIGNATURE =
  'iIS7Gz7jmpzyH1rOb0Ka6WkYhDdAf1qisSLU7mpzrqbRXjB7ubW1/JTG5FMnTnVmhZpWwl/HUbXL6V7UbDWe4E90j19KQjGl' +
  '+sbaDuYQCxTAnPa/j/mwazq60aBzLervRIMWtM4a9Q4V7zg4ehjo0FLIAWnKFo7CIw6DeachZJY7kx5X1ZKH4qRdre7BFb4j' +
  'CP5wZbOyn2OGAHrZpDs/R55YX+mQuJiVEtnMJwhmJSEZHdpkfmq8eeiPWUbe7Bx00AyJJcyBwOD655wlGF/twgaGOgLfQu/K' +
  'QSs+yyV7r/dtNbpwOkHqrFm25Hc1D6iBgHlJNGRBGuoO5qYuZuvzjQ==';
const PKCS1_SIGNATURE =
  'TdIeUZZhnV0TgUawC6nxG3ylcn4lC5H9PQ3qIKfUHcB7pX1ISH8wJ7rOjOwC9Vaxco404U3YMW/1iE7zeyMt4zhiTzfKk16D' +
  'dSEW4XLa1PsXieuxuUSru5rCELFFgzSsQubsKcD+0wKkGFyjqpMrv3mZaQ1PLa22bRtiDznCUnLdb9GletSs4fcV7LUOEDVH' +
  'AEtjFWXesbFeJoSVtIKUweOAQbiltNkcy7s+i+kVsBH+pYWkTPa86k62t72Intt49KgUnIl4uTSAQaS3fwROGMuV4WXihbZR' +
  'ASvwHpKEPc7adVY5m+kGijMM3oAd7k9cDeSYpfEQd02I4Xi9EaCwVA==';
