// viem: an Ethereum account whose key stays in the host. Sees no secret key, and signs no hash that it is just handed.
import type { Key, Keystore } from 'keyslot';
import {
  concat,
  getTypesForEIP712Domain,
  type Hex,
  hashStruct,
  hashTypedData,
  keccak256,
  type LocalAccount,
  recoverAddress,
  type Signature,
  serializeSignature,
  serializeTransaction,
  slice,
  type TypedDataDefinition,
  toBytes,
  toHex,
  toPrefixedMessage,
} from 'viem';
import { publicKeyToAddress, toAccount } from 'viem/accounts';

type Types = Record<string, { readonly name: string; readonly type: string }[]>;

export function openWallet(keys: Keystore): Promise<Key> {
  return keys.ensureKey({
    id: 'wallet',
    lifetime: 'persistent',
    algorithm: { name: 'ECDSA', namedCurve: 'K-256', hash: 'Keccak-256' },
    usages: ['sign', 'verify'],
  });
}

export async function accountOf(wallet: Key): Promise<LocalAccount> {
  const address = publicKeyToAddress(toHex(await wallet.exportPublicKey('raw')));

  /** The host hashes `data` and signs: `r ‖ s`, `s` in the lower half. The recovery bit is the one that finds us. */
  async function sign(data: Hex, hash = keccak256(data)): Promise<Signature> {
    const signature = toHex(await wallet.sign(Uint8Array.from(toBytes(data))));
    const [r, s] = [slice(signature, 0, 32), slice(signature, 32)];
    for (const yParity of [0, 1]) {
      const found = { r, s, yParity, v: BigInt(27 + yParity) };
      if ((await recoverAddress({ hash, signature: found })) === address) return found;
    }
    throw new Error('The signature is not of this account.');
  }

  return toAccount({
    address,
    async signMessage({ message }) {
      return serializeSignature(await sign(toPrefixedMessage(message)));
    },
    async signTransaction(transaction, { serializer = serializeTransaction } = {}) {
      // What is signed of a blob transaction has no sidecars (EIP-4844).
      const signed = transaction.type === 'eip4844' ? { ...transaction, sidecars: false } : transaction;
      return serializer(transaction, await sign(await serializer(signed)));
    },
    async signTypedData(typed) {
      return serializeSignature(
        await sign(encodeTypedData(typed as TypedDataDefinition), hashTypedData(typed)),
      );
    },
  });
}

/** What `hashTypedData` hashes in the end (EIP-712), which has looked at all this before. */
function encodeTypedData({ domain = {}, message, primaryType, types: its }: TypedDataDefinition): Hex {
  const types = { EIP712Domain: getTypesForEIP712Domain({ domain }), ...its } as Types;
  const parts: Hex[] = ['0x1901', hashStruct({ data: { ...domain }, primaryType: 'EIP712Domain', types })];
  if (primaryType !== 'EIP712Domain') parts.push(hashStruct({ data: message, primaryType, types }));
  return concat(parts);
}
