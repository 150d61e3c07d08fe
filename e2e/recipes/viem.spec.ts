// docs/recipes/viem.md: an Ethereum account of a slot, judged by viem in Node.
import {
  type Hex,
  keccak256,
  parseSignature,
  parseTransaction,
  recoverMessageAddress,
  recoverTransactionAddress,
  verifyMessage,
  verifyTypedData,
} from 'viem';
import { expect, test } from '../fixtures.ts';

/** The order of secp256k1 (SEC 2, section 2.4.1). */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const TYPED = {
  domain: { name: 'Mail', version: '1', chainId: 1, verifyingContract: `0x${'c'.repeat(40)}` },
  types: {
    Person: [
      { name: 'name', type: 'string' },
      { name: 'wallet', type: 'address' },
    ],
    Mail: [
      { name: 'to', type: 'Person' },
      { name: 'contents', type: 'string' },
    ],
  },
  primaryType: 'Mail',
  message: { to: { name: 'Bob', wallet: `0x${'b'.repeat(40)}` }, contents: 'Hello' },
} as const;

test('recipe viem: an account of a slot signs messages, typed data and transactions', async ({ site }) => {
  const [first, second] = await site.twoTabs();
  const signed = await first.evaluate(async (typed) => {
    const { accountOf, openWallet } = await window.recipes.viem();
    const account = await accountOf(await openWallet(window.keys));
    const common = { chainId: 1, nonce: 7, gas: 21_000n, to: `0x${'a'.repeat(40)}`, value: 5n } as const;
    return {
      address: account.address,
      text: await account.signMessage({ message: 'hello' }),
      bytes: await account.signMessage({ message: { raw: '0x00ff' } }),
      typed: await account.signTypedData(typed),
      fees: await account.signTransaction({ ...common, maxFeePerGas: 9n, maxPriorityFeePerGas: 1n }),
      legacy: await account.signTransaction({ ...common, type: 'legacy', gasPrice: 9n }),
    };
  }, TYPED);
  const { address } = signed;
  expect(await verifyMessage({ address, message: 'hello', signature: signed.text })).toBe(true);
  expect(await verifyMessage({ address, message: 'other', signature: signed.text })).toBe(false);
  expect(await verifyMessage({ address, message: { raw: '0x00ff' }, signature: signed.bytes })).toBe(true);
  expect(await verifyTypedData({ address, ...TYPED, signature: signed.typed })).toBe(true);
  for (const [type, serializedTransaction] of [
    ['eip1559', signed.fees],
    ['legacy', signed.legacy],
  ] as const) {
    const sent = serializedTransaction as Parameters<
      typeof recoverTransactionAddress
    >[0]['serializedTransaction'];
    expect(await recoverTransactionAddress({ serializedTransaction: sent })).toBe(address);
    expect(parseTransaction(sent)).toMatchObject({ type, chainId: 1, nonce: 7, value: 5n });
  }

  // It is the account of every tab.
  const inSecond = await second.evaluate(async () => {
    const { accountOf, openWallet } = await window.recipes.viem();
    const account = await accountOf(await openWallet(window.keys));
    return { address: account.address, text: await account.signMessage({ message: 'hello' }) };
  });
  expect(inSecond.address).toBe(address);
  expect(await verifyMessage({ address, message: 'hello', signature: inSecond.text })).toBe(true);
});

test('recipe viem: signatures have a low s, and both s and its negative verify', async ({ site }) => {
  const tab = await site.tab();
  const signed = await tab.evaluate(async () => {
    const { accountOf, openWallet } = await window.recipes.viem();
    const account = await accountOf(await openWallet(window.keys));
    const { address } = account;
    const messages = window.kit.times(32, (index) => `message ${index}`);
    return {
      address,
      signatures: await Promise.all(messages.map((message) => account.signMessage({ message }))),
    };
  });
  const parities = new Set<number>();
  for (const [index, signature] of signed.signatures.entries()) {
    const { s, yParity } = parseSignature(signature);
    expect(BigInt(s) <= ORDER / 2n).toBe(true);
    parities.add(yParity);
    expect(await recoverMessageAddress({ message: `message ${index}`, signature })).toBe(signed.address);
  }
  // Either bit is found.
  expect([...parities].toSorted()).toEqual([0, 1]);

  const data = '0x68656c6c6f';
  const verified = await tab.evaluate(
    async ([order, hash]) => {
      const { openWallet } = await window.recipes.viem();
      const { hex, utf8 } = window.kit;
      const { subtle } = window.keys;
      const wallet = await openWallet(window.keys);
      const signature = await wallet.sign(utf8('hello'));
      const high = (BigInt(order) - BigInt(`0x${hex(signature.subarray(32))}`))
        .toString(16)
        .padStart(64, '0');
      const negative = signature.slice();
      for (let at = 0; at < 32; at++) negative[32 + at] = Number.parseInt(high.slice(2 * at, 2 * at + 2), 16);

      // The same key through WebCrypto's interface; and what it hashes with, which no browser has.
      const publicKey = await subtle.getPublicKey(wallet.cryptoKey, ['verify']);
      const keccak = { name: 'ECDSA', hash: 'Keccak-256' };
      return {
        key: [await wallet.verify(signature, utf8('hello')), await wallet.verify(negative, utf8('hello'))],
        subtle: [
          await subtle.verify(keccak, publicKey, signature, utf8('hello')),
          await subtle.verify(keccak, publicKey, negative, utf8('hello')),
          await subtle.verify(
            keccak,
            publicKey,
            await subtle.sign(keccak, wallet.cryptoKey, utf8('hello')),
            utf8('hello'),
          ),
          await subtle.verify(keccak, publicKey, signature, utf8('other')),
        ],
        same: `0x${hex(new Uint8Array(await subtle.digest('Keccak-256', utf8('hello'))))}` === hash,
      };
    },
    [`0x${ORDER.toString(16)}`, keccak256(data as Hex)] as const,
  );
  expect(verified).toEqual({ key: [true, true], subtle: [true, true, true, false], same: true });
});
