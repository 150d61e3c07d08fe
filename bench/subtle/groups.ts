// What is compared of `subtle`, by kind: native work in the caller, native work in the host, work with public keys of the
// host's, and what noble computes in the host. Each row is made ready once and is then a function.
import { openKeystore } from 'keyslot';
import type { Call } from '../measure.ts';
import { barePort } from './bare-port.ts';
import { FALLBACKS } from './fallbacks.ts';
import { NOBLE, type NobleName } from './noble.ts';
import { type Bytes, OPERATIONS, type Operation, type OperationName } from './operations.ts';
// The same lines once more: engines compile a place that calls two objects' methods otherwise than one that calls one's.
import { OPERATIONS as AGAIN } from './operations.ts?again';

export interface Variant {
  readonly name: string;
  readonly call: Call;
}

export type Kind = 'caller' | 'host' | 'public' | 'fallback';

export interface Group {
  readonly name: string;
  readonly kind: Kind;
  make(): Promise<Variant[]>;
}

const OWN = 'keyslot';
const store = 'bench-subtle';

const IN_CALLER: readonly OperationName[] = [
  'sign ECDSA P-256',
  'sign Ed25519',
  'sign HMAC-SHA-256',
  'verify ECDSA P-256',
  'encrypt AES-GCM 256',
  'decrypt AES-GCM 256',
  'deriveBits X25519',
  'digest SHA-256',
];

const IN_HOST: readonly OperationName[] = [
  'sign ECDSA P-256',
  'sign Ed25519',
  'sign HMAC-SHA-256',
  'sign RSA-PSS 2048',
  'encrypt AES-GCM 256',
  'decrypt AES-GCM 256',
  'deriveBits X25519',
];

const WITH_PUBLIC: readonly OperationName[] = [
  'verify ECDSA P-256',
  'verify Ed25519',
  'encrypt RSA-OAEP 2048',
];

const BY_NOBLE = Object.keys(NOBLE) as NobleName[];

async function callOf(operation: Operation, subtle: SubtleCrypto): Promise<Call> {
  const inputs = await operation.inputs(subtle);
  return () => operation.call(subtle, inputs, inputs.data);
}

/** Beside the engine, where a call makes no trip. */
async function beside(name: OperationName, place: 'caller' | 'host'): Promise<Variant[]> {
  const { subtle } = await openKeystore({ name: store, subtle: place });
  return [
    { name: 'in the tab', call: await callOf(OPERATIONS[name], crypto.subtle) },
    { name: OWN, call: await callOf(AGAIN[name], subtle) },
  ];
}

async function hosted(name: OperationName): Promise<Variant[]> {
  const [inTab, own] = await beside(name, 'host');
  const inputs = await OPERATIONS[name].inputs(crypto.subtle);
  const bare = { name: 'bare port', call: barePort({ name, inputs }, inputs.data) };
  return [inTab, bare, own].filter((variant) => variant !== undefined);
}

async function fallback(name: NobleName): Promise<Variant[]> {
  const { subtle } = await openKeystore({ name: store, fallback: true });
  const { call, data } = await FALLBACKS[name](subtle);
  const compute: (data: Bytes) => unknown = NOBLE[name]();
  return [
    { name: 'noble in the tab', call: oneByOne(() => compute(data)) },
    { name: 'bare port', call: barePort({ noble: name }, data) },
    { name: OWN, call },
  ];
}

/** Lets each call end before the next begins: of calls that block, all in flight would else end with the last. */
function oneByOne(call: Call): Call {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    last = last.then(call);
    return last;
  };
}

export const GROUPS: readonly Group[] = [
  ...IN_CALLER.map((name) => groupOf('caller', name, () => beside(name, 'caller'))),
  ...IN_HOST.map((name) => groupOf('host', name, () => hosted(name))),
  ...WITH_PUBLIC.map((name) => groupOf('public', name, () => beside(name, 'host'))),
  ...BY_NOBLE.map((name) => groupOf('fallback', name, () => fallback(name))),
];

function groupOf(kind: Kind, name: string, make: () => Promise<Variant[]>): Group {
  return { kind, name: `${kind}: ${name}`, make };
}
