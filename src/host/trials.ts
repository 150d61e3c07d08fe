// What a host tries its engine out with, in a chunk of its own: no call waits for it but the first of a variant.
export { probeNative } from '../drivers/probe.ts';
export { keep } from '../store/keep.ts';
