// SLH-DSA (FIPS 205) by noble, pure, hedged. The private key is SK.seed ‖ SK.prf ‖ PK.seed ‖ PK.root, bare in PKCS #8
// (RFC 9909). Touches private keys. Making a key and signing take seconds (slh-dsa-work.ts), so they are done apart from the
// host's thread where that can be; where not, whether a host may do that is the key's policy.
import type { SlhDsaName } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver } from '../driver.ts';
import { canNest } from '../nesting.ts';
import { akpFamily } from './akp.ts';
import { compute } from './apart.ts';
import { options, signing } from './contextual.ts';
import { SIGNERS } from './slh-dsa-work.ts';

/** The last arc of NIST's 2.16.840.1.101.3.4.3; n of FIPS 205, table 2, and the signature's size, in bytes. */
type Row = readonly [arc: number, n: number, signatureSize: number];

const ROWS: Readonly<Record<SlhDsaName, Row>> = {
  'SLH-DSA-SHA2-128s': [20, 16, 7856],
  'SLH-DSA-SHA2-128f': [21, 16, 17088],
  'SLH-DSA-SHA2-192s': [22, 24, 16224],
  'SLH-DSA-SHA2-192f': [23, 24, 35664],
  'SLH-DSA-SHA2-256s': [24, 32, 29792],
  'SLH-DSA-SHA2-256f': [25, 32, 49856],
  'SLH-DSA-SHAKE-128s': [26, 16, 7856],
  'SLH-DSA-SHAKE-128f': [27, 16, 17088],
  'SLH-DSA-SHAKE-192s': [28, 24, 16224],
  'SLH-DSA-SHAKE-192f': [29, 24, 35664],
  'SLH-DSA-SHAKE-256s': [30, 32, 29792],
  'SLH-DSA-SHAKE-256f': [31, 32, 49856],
};

const copy = (bytes: Bytes): Bytes => new Uint8Array(bytes);

export function slhDsa(name: SlhDsaName): FamilyDriver {
  const [arc, n, signatureSize] = ROWS[name];
  return akpFamily({
    ...signing(SIGNERS[name], signatureSize),
    apart: canNest(),
    name,
    oid: `2.16.840.1.101.3.4.3.${arc}`,
    secretFormat: 'raw-private',
    secretSize: 4 * n,
    publicSize: 2 * n,
    encodePrivate: copy,
    decodePrivate: copy,
    generateSecret: () => compute(() => ({ name })),
    // The half that is in the key. Its root is not computed anew: that would take as long as making a key.
    publicKeyOf: (secret) => secret.slice(2 * n),
    expand: copy,
    withPrivate: (secret) => ({
      sign(data, params) {
        const { context = new Uint8Array() } = options(params);
        return compute(() => ({ name, secret: copy(secret()), data, context }));
      },
    }),
  });
}
