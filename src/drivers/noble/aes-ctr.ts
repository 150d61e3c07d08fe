// AES-CTR by noble (NIST SP 800-38A, 6.5; WebCrypto, section 27). Touches secret keys. See aes-gcm.ts on timing.
import type { OperationParams } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';
import { aesFamily } from './aes.ts';
import { countedStream } from './counter.ts';
import { ivOf } from './operations.ts';

export const aesCtr = aesFamily('AES-CTR', (held) => {
  const apply = (data: Bytes, params: OperationParams): Bytes => {
    if (params.counterLength === undefined) throw invalid('counterLength of AES-CTR is missing');
    return countedStream(held(), ivOf(params, 16), params.counterLength, data);
  };
  return { encrypt: apply, decrypt: apply };
});
