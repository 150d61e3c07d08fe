// The host draws generations and nonces at random. Here they are counted, so that two runs of the same choices are the
// same in every byte.
let drawn = 0;

Object.defineProperty(globalThis.crypto, 'getRandomValues', {
  configurable: true,
  value: (bytes: Uint8Array): Uint8Array => {
    drawn += 1;
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, drawn);
    return bytes;
  },
});
