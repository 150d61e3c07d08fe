// EdDSA (RFC 8032): Ed25519 and Ed448, pure; and X25519 and X448 (RFC 7748). Formats by RFC 8410 and RFC 8037.
import { AGREEMENT_USAGES, type Family, PAIR_FORMATS, SIGNATURE_USAGES } from './family.ts';
import { refuseOtherMembers } from './input.ts';
import { bytes, optional, paramsOf } from './params.ts';
import { peer } from './peer.ts';
import type { PlainName } from './types.ts';

const family = (
  name: PlainName,
  rest: Pick<Family, 'usages' | 'operations'>,
): Family & { name: PlainName } => ({
  name,
  formats: PAIR_FORMATS,
  samples: [{ name }],
  ...rest,
  parse(fields) {
    refuseOtherMembers(fields, ['name'], name);
    return { name };
  },
});

const none = paramsOf('Ed25519', {});
/** RFC 8032, section 5.2: the context has at most 255 octets. */
const context = paramsOf('Ed448', { context: optional(bytes({ max: 255 })) });

export const ed25519 = family('Ed25519', {
  usages: SIGNATURE_USAGES,
  operations: { sign: (_, input) => none(input), verify: (_, input) => none(input) },
});
export const ed448 = family('Ed448', {
  usages: SIGNATURE_USAGES,
  operations: { sign: (_, input) => context(input), verify: (_, input) => context(input) },
});
export const x25519 = family('X25519', {
  usages: AGREEMENT_USAGES,
  operations: { deriveBits: peer('X25519') },
});
export const x448 = family('X448', { usages: AGREEMENT_USAGES, operations: { deriveBits: peer('X448') } });
