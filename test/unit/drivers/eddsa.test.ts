// EdDSA by noble where it leaves the beaten path: contexts, points that somebody has chosen, scalars out of range. The
// signatures here are made with noble's points; the engine judges them beside us.
import type { EdDSA } from '@noble/curves/abstract/edwards.js';
import { ED448_TORSION_SUBGROUP, ed448 } from '@noble/curves/ed448.js';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, concatBytes } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { shake256 } from '@noble/hashes/sha3.js';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/drivers/driver.ts';
import { generate, hex, importKey, open, sign, utf8, verify } from './support.ts';

const message = utf8('the message');
const own = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);

interface Tested {
  readonly name: 'Ed25519' | 'Ed448';
  readonly curve: EdDSA;
  readonly torsion: readonly string[];
  readonly challenge: (bytes: Uint8Array) => Uint8Array;
}

const CURVES: readonly Tested[] = [
  { name: 'Ed25519', curve: ed25519, torsion: ED25519_TORSION_SUBGROUP, challenge: (bytes) => sha512(bytes) },
  {
    name: 'Ed448',
    curve: ed448,
    torsion: ED448_TORSION_SUBGROUP,
    challenge: (bytes) => shake256(concatBytes(utf8('SigEd448'), new Uint8Array(2), bytes), { dkLen: 114 }),
  },
];

async function judge(name: Tested['name'], publicKey: Bytes, signature: Bytes): Promise<boolean> {
  const { material } = await importKey('noble', 'raw', publicKey, { name });
  return verify(await open(material, { name }), signature, message);
}

async function engineJudges(name: Tested['name'], publicKey: Bytes, signature: Bytes): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, { name }, false, ['verify']);
  return crypto.subtle.verify({ name }, key, signature, message);
}

describe.each(CURVES)('noble $name judges', ({ name, curve, torsion, challenge }) => {
  const { Point } = curve;
  const { Fn, BASE, ZERO } = Point;
  const small = torsion.map((point) => Point.fromHex(point)).filter((point) => !point.equals(ZERO));
  const secret = curve.utils.randomSecretKey();
  const { scalar } = curve.utils.getExtendedPublicKey(secret);

  /** A signature by the equation, for a key and an R that have a part of small order beside the one they should have. */
  function forge(tKey = ZERO, tR = ZERO, nonce = 1n, key = scalar) {
    const r = Fn.create(0x1234567890abcdefn * nonce);
    const publicKey = BASE.multiply(key).add(tKey);
    const pointR = BASE.multiply(r).add(tR);
    const encoded = [pointR.toBytes(), publicKey.toBytes()] as const;
    const k = Fn.create(bytesToNumberLE(challenge(concatBytes(...encoded, message))));
    const s = Fn.add(r, Fn.mul(k, key));
    return { k, publicKey: own(encoded[1]), signature: own(concatBytes(encoded[0], Fn.toBytes(s))) };
  }

  it('what is made by the rules as it must', async () => {
    const { publicKey, signature } = forge();
    expect(await judge(name, publicKey, signature)).toBe(true);
    expect(await engineJudges(name, publicKey, signature)).toBe(true);
  });

  it('R with a part of small order as the engine does, without the cofactor', async () => {
    for (const point of small) {
      const { publicKey, signature } = forge(ZERO, point);
      expect(await judge(name, publicKey, signature)).toBe(false);
      // noble itself multiplies by the cofactor, and so does OpenSSL for Ed448.
      expect(curve.verify(signature, message, publicKey, { zip215: false })).toBe(true);
      if (name === 'Ed25519') expect(await engineJudges(name, publicKey, signature)).toBe(false);
    }
  });

  it('a key with a part of small order by the equation alone', async () => {
    for (const point of small) {
      const seen = new Set<boolean>();
      for (let nonce = 1n; nonce < 200n && seen.size < 2; nonce++) {
        const { k, publicKey, signature } = forge(point, ZERO, nonce);
        const holds = k === 0n || point.multiplyUnsafe(k).equals(ZERO);
        if (seen.has(holds)) continue;
        seen.add(holds);
        expect(await judge(name, publicKey, signature)).toBe(holds);
        if (name === 'Ed25519') expect(await engineJudges(name, publicKey, signature)).toBe(holds);
      }
      expect(seen.size).toBe(2);
    }
  });

  it('keys and R of small order as no signature, though they are keys', async () => {
    for (const point of [ZERO, ...small]) {
      const publicKey = own(point.toBytes());
      const size = publicKey.length;
      const signature = new Uint8Array(2 * size);
      for (const r of [ZERO, ...small]) {
        signature.set(r.toBytes());
        expect(await judge(name, publicKey, signature)).toBe(false);
      }
      const { publicKey: whole, signature: made } = forge();
      made.set(publicKey);
      expect(await judge(name, whole, made)).toBe(false);
    }
  });

  it('an encoding that is not the one of its point, and none at all, as no signature', async () => {
    const { publicKey, signature } = forge();
    const size = publicKey.length;
    const unreduced = own(new Uint8Array(size).fill(0xff));
    for (const bad of [unreduced, new Uint8Array(size).fill(0x02), publicKey.map((byte) => byte ^ 0xff)]) {
      expect(await judge(name, bad, signature)).toBe(false);
      expect(await judge(name, publicKey, own(concatBytes(bad, signature.subarray(size))))).toBe(false);
    }
  });

  it('s of the order and above as no signature', async () => {
    const { publicKey, signature } = forge();
    const size = publicKey.length;
    const s = bytesToNumberLE(signature.subarray(size));
    for (const bad of [s + Fn.ORDER, Fn.ORDER, 2n ** BigInt(8 * size) - 1n]) {
      const digits = bad.toString(16).padStart(2 * size, '0');
      const spoiled = own(concatBytes(signature.subarray(0, size), hex(digits).reverse()));
      if (spoiled.length === signature.length) expect(await judge(name, publicKey, spoiled)).toBe(false);
    }
  });

  it('what the engine signs, and the engine what it signs', async () => {
    const algorithm = { name } as const;
    const key = await open(await generate('noble', algorithm), algorithm);
    const pkcs8 = await key.exportKey('pkcs8');
    if (!(pkcs8 instanceof Uint8Array)) throw new Error('expected bytes');
    const native = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
    for (let i = 0; i < 8; i++) {
      const data = utf8(`message ${i}`);
      const theirs = own(new Uint8Array(await crypto.subtle.sign(algorithm, native, data)));
      expect(await sign(key, data)).toStrictEqual(theirs);
      expect(await verify(key, theirs, data)).toBe(true);
      expect(await verify(key, theirs, message)).toBe(false);
    }
  });
});

describe('noble Ed448 with a context', () => {
  const algorithm = { name: 'Ed448' } as const;

  // RFC 8032, section 7.4, "1 octet (with context)".
  it('signs as RFC 8032 does', async () => {
    const jwk = {
      kty: 'OKP',
      crv: 'Ed448',
      d: base64url(
        'c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e',
      ),
      x: base64url(
        '43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480',
      ),
    };
    const { material } = await importKey('noble', 'jwk', jwk, algorithm);
    const key = await open(material, algorithm);
    const signature = await sign(key, hex('03'), { context: utf8('foo') });
    expect(signature).toStrictEqual(
      hex(
        'd4f8f6131770dd46f40867d6fd5d5055de43541f8c5e35abbcd001b32a89f7d2151f7647f11d8ca2ae279fb842d607217fce6e042f6815ea00' +
          '0c85741de5c8da1144a6a1aba7f96de42505d7a7298524fda538fccbbb754f578c1cad10d54d0d5428407e85dcbc98a49155c13764e66c3c00',
      ),
    );
    expect(await verify(key, signature, hex('03'), { context: utf8('foo') })).toBe(true);
  });

  it('verifies with the same context only; an empty one is none', async () => {
    const key = await open(await generate('noble', algorithm), algorithm);
    const contexts = [undefined, utf8(''), utf8('a'), utf8('b'), new Uint8Array(255)];
    for (const mine of contexts) {
      const signature = await sign(key, message, mine ? { context: mine } : {});
      for (const theirs of contexts) {
        const same = (mine ?? utf8('')).join() === (theirs ?? utf8('')).join();
        expect(await verify(key, signature, message, theirs ? { context: theirs } : {})).toBe(same);
      }
    }
  });
});

function base64url(text: string): string {
  return Buffer.from(text, 'hex').toString('base64url');
}
