// How a public half is kept and told. Public keys only.
import { familyNamed, publicFormatOf } from '../../algorithms/index.ts';
import type { ImportAlgorithm } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';
import { engine } from './engine.ts';

/** A public key's SPKI (or what stands for it, see `publicFormatOf`), from any extractable public CryptoKey. */
export async function exportSpki(publicKey: CryptoKey): Promise<Bytes> {
  try {
    const { name } = publicKey.algorithm;
    const format = familyNamed(name) === undefined ? 'spki' : publicFormatOf({ name } as ImportAlgorithm);
    const exported = await engine().exportKey(format, publicKey);
    if (exported instanceof ArrayBuffer) return new Uint8Array(exported);
    throw new TypeError('the engine exported something that is no SPKI');
  } catch (cause) {
    throw invalid('the public key cannot be exported; pass one that is extractable', cause);
  }
}
