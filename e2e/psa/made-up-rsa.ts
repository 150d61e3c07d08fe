// A real RSA key of 4,104 bits without the seconds that it takes to find one: its primes can be written down.
import { createPrivateKey, createPublicKey } from 'node:crypto';

const P = 2n ** 2052n - 395n;
const Q = 2n ** 2052n - 3635n;
const E = 65537n;

export const MADE_UP_BITS = 4104;

/** An RSAPrivateKey or RSAPublicKey (RFC 8017) in hexadecimal. */
export function madeUpRsa(isPair: boolean): string {
  const d = inverse(E, (P - 1n) * (Q - 1n));
  const numbers = { n: P * Q, e: E, d, p: P, q: Q, dp: d % (P - 1n), dq: d % (Q - 1n), qi: inverse(Q, P) };
  const members = Object.entries(numbers).map(([name, value]) => [name, base64url(value)]);
  const pair = createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(members) }, format: 'jwk' });
  const key = isPair ? pair : createPublicKey(pair);
  return Buffer.from(key.export({ format: 'der', type: 'pkcs1' })).toString('hex');
}

function base64url(value: bigint): string {
  const digits = value.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64url');
}

/** By Euclid's algorithm, for numbers without a common divisor. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [divided, divisor] = [modulus, value % modulus];
  let [before, factor] = [0n, 1n];
  while (divisor !== 0n) {
    const quotient = divided / divisor;
    [divided, divisor] = [divisor, divided % divisor];
    [before, factor] = [factor, before - quotient * factor];
  }
  return ((before % modulus) + modulus) % modulus;
}
