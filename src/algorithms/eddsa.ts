// EdDSA (RFC 8032): Ed25519 and Ed448, pure, with the empty context. Formats by RFC 8410 and RFC 8037.
import { type Family, SIGNATURE_USAGES } from './family.ts';
import { refuseOtherMembers } from './input.ts';
import type { EddsaAlgorithm } from './types.ts';

const family = (name: EddsaAlgorithm['name']): Family => ({
  name,
  usages: SIGNATURE_USAGES,
  formats: { private: ['pkcs8', 'jwk'], public: ['spki', 'raw', 'jwk'] },
  samples: [{ name }],
  parse(fields) {
    refuseOtherMembers(fields, ['name'], name);
    return { name };
  },
});

export const ed25519 = family('Ed25519');
export const ed448 = family('Ed448');
