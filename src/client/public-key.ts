// Work with the public half of a native key: no trip to the host, no secret (G7).
import { publicFormatOf } from '../algorithms/index.ts';
import type { KeyAlgorithm, KeyFormat, OperationParams } from '../algorithms/types.ts';
import { verify } from '../drivers/webcrypto/compute.ts';
import { exportPublicWith } from '../drivers/webcrypto/export.ts';
import { type NativeOperation, nativeOperation } from '../drivers/webcrypto/params.ts';
import { importPublicKey } from '../drivers/webcrypto/public.ts';
import { takeBytes } from './options.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A public key, imported when it is first used. */
export class PublicKey {
  readonly algorithm: KeyAlgorithm;
  readonly #spki: Bytes;
  readonly #operation: NativeOperation;
  #importing: Promise<CryptoKey> | undefined;
  #key: CryptoKey | undefined;

  constructor(algorithm: KeyAlgorithm, spki: Bytes) {
    this.algorithm = algorithm;
    this.#spki = spki;
    this.#operation = nativeOperation(algorithm);
  }

  /** The engine copies the bytes before this returns, or they are copied here while the key is imported. */
  verify(signature: BufferSource, data: BufferSource, params: OperationParams): Promise<boolean> {
    const operation = this.#operation(params);
    if (this.#key !== undefined) return verify(this.#key, operation, signature, data);
    const copies = [takeBytes(signature, 'signature'), takeBytes(data, 'data')] as const;
    return this.cryptoKey().then((key) => verify(key, operation, ...copies));
  }

  async export(format: KeyFormat): Promise<Bytes | JsonWebKey> {
    return format === publicFormatOf(this.algorithm)
      ? this.#spki.slice()
      : exportPublicWith(await this.cryptoKey(), format);
  }

  async cryptoKey(): Promise<CryptoKey> {
    this.#importing ??= importPublicKey(this.#spki, this.algorithm);
    this.#key = await this.#importing;
    return this.#key;
  }
}
