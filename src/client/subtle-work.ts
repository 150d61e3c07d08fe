// What `subtle` asks of the host, as calls on a connection: see SubtleHost. Keys come back as `Key`s of this client, in
// the host that made them.
import type { KeyFormat, OperationParams } from '../algorithms/types.ts';
import { MAX_HELD } from '../rpc/calls.ts';
import type { Answer, KeyInfo, Into as WireInto, Operand as WireOperand } from '../rpc/protocol.ts';
import type { Connection } from './connection.ts';
import type { HostedKey, KeyRef } from './handle.ts';
import { Key } from './key.ts';
import { checkTravels, invalid, PATIENT } from './options.ts';
import type { Argument, Place } from './sending.ts';
import type { DigestInput, Into, Operand, SubtleHost } from './subtle/host.ts';

type Bytes = Uint8Array<ArrayBuffer>;

type Work = Omit<SubtleHost, 'algorithms' | 'generateKey' | 'importKey'>;

/** Methods that make a key of others. */
type Making = 'deriveKey' | 'unwrapKey' | 'decapsulateKey';

/**
 * @param check - throws once the keystore is closed.
 * @param wake - makes a `Key` of what a host has told of it.
 */
export function subtleWork(
  connection: Connection,
  check: () => void,
  wake: (info: KeyInfo, boot: string) => Key,
): Work {
  async function make<M extends Making>(
    method: M,
    argument: Argument<M>,
    operands: readonly Operand[],
  ): Promise<Key | CryptoKey> {
    check();
    let boot = '';
    const made: KeyInfo | CryptoKey = await connection.call(method, argument, PATIENT, {
      place: placeFor(operands),
      onAnswer: (its) => {
        boot = its;
      },
    });
    return made instanceof CryptoKey ? made : wake(made, boot);
  }

  return {
    async digest(algorithm: DigestInput, data: Bytes) {
      check();
      const argument = { algorithm, data } as Argument<'digest'>;
      // What may go with other calls is not moved.
      const transfers = data.length > MAX_HELD ? [data.buffer] : [];
      const digest = connection.call('digest', argument, PATIENT, { transfers, place: 'home' });
      // What was moved is gone, and cannot be filled.
      return digest.finally(() => data.byteLength > 0 && data.fill(0));
    },
    async deriveBits({ ref }, params, length) {
      check();
      const argument = { handle: handleOf(ref), params, length };
      return connection.call('deriveBits', argument, PATIENT, { place: placeOf(ref) });
    },
    deriveKey: (base, params, length, into) =>
      make('deriveKey', { base: operand(base), params, length, into: intoOf(into) }, [base]),
    async wrapKey(
      format: KeyFormat,
      key: Operand,
      wrapping: Operand,
      params: OperationParams,
      half?: 'public',
    ) {
      check();
      const wrapped = operand(key);
      const argument = {
        format,
        key: 'handle' in wrapped && half !== undefined ? { ...wrapped, half } : wrapped,
        wrapping: operand(wrapping),
        params,
      };
      return connection.call('wrapKey', argument, PATIENT, { place: placeFor([key, wrapping]) });
    },
    unwrapKey: (wrapped, unwrapping, params, into) =>
      make('unwrapKey', { wrapped, unwrapping: operand(unwrapping), params, into: intoOf(into) }, [
        unwrapping,
      ]),
    async encapsulateBits({ ref }, params) {
      check();
      const argument = { handle: handleOf(ref), params };
      return connection.call('encapsulateBits', argument, PATIENT, { place: placeOf(ref) });
    },
    async encapsulateKey(key, params, into) {
      check();
      let boot = '';
      const argument = { key: operand(key), params, into: intoOf(into) };
      const made: Answer<'encapsulateKey'> = await connection.call('encapsulateKey', argument, PATIENT, {
        place: placeFor([key]),
        onAnswer: (its) => {
          boot = its;
        },
      });
      const { key: shared, ciphertext } = made;
      return { key: shared instanceof CryptoKey ? shared : wake(shared, boot), ciphertext };
    },
    async decapsulateBits({ ref }, params, ciphertext) {
      check();
      const argument = { handle: handleOf(ref), params, ciphertext };
      return connection.call('decapsulateBits', argument, PATIENT, { place: placeOf(ref) });
    },
    decapsulateKey: (key, params, ciphertext, into) =>
      make('decapsulateKey', { key: operand(key), params, ciphertext, into: intoOf(into) }, [key]),
    release(ref) {
      // Nobody waits for it: a host that has gone has ended the key.
      connection.call('destroy', handleOf(ref), {}, { place: placeOf(ref) }).catch(() => undefined);
    },
  };
}

function handleOf({ id, generation }: KeyRef): { id: string; generation: string } {
  return { id, generation };
}

function placeOf({ boot }: KeyRef): Place {
  return boot === undefined ? 'store' : { boot };
}

/** A native key may be of another realm: it is told by what it is not. */
const isHosted = (key: Operand): key is HostedKey => key instanceof Key;

function operand(key: Operand): WireOperand {
  if (isHosted(key)) return { handle: handleOf(key.ref) };
  checkTravels(key);
  return { native: key };
}

/** The one host that has them all: material does not travel between hosts. */
function placeFor(operands: readonly Operand[]): Place {
  const places = operands.filter(isHosted).map(({ ref }) => placeOf(ref));
  const [first = 'home'] = places;
  if (places.every((place) => samePlace(place, first))) return first;
  throw invalid(
    'These keys are in two hosts, and key material never travels between hosts. Copy one of them first.',
  );
}

function samePlace(a: Place, b: Place): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && a.boot === b.boot);
}

function intoOf(into: Into): WireInto {
  return 'native' in into ? into : { format: into.format, attributes: into.init };
}
