// Multi-part operations over the noble lane: start registers a reader that stays, each step computes in a lane of
// its own, and after each wait the operation may have been ended by others.
import { equalBytes } from '@noble/ciphers/utils.js';
import { parseParams } from '../../algorithms/index.ts';
import type { Bytes } from '../../drivers/driver.ts';
import { KeystoreError } from '../../errors.ts';
import type { Handle } from '../../rpc/protocol.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { newGeneration } from '../keys.ts';
import type { Operation } from '../operations.ts';
import { checkSize, notPermitted } from '../policy.ts';
import { ended, idle, makeRoom } from '../pruning.ts';
import { enter } from './use.ts';

/** @returns the operation's nonce. */
export function start(host: Host, call: Call, handle: Handle, purpose: 'sign' | 'verify'): Promise<string> {
  return enter(host, call, handle, (hold) => {
    const { attributes, key } = hold.entry.contents;
    if (!attributes.usages.includes(purpose)) throw notPermitted(attributes, purpose);
    parseParams(attributes.algorithm, purpose, undefined);
    if (key.startMac === undefined) {
      throw new KeystoreError(
        'NOT_PERMITTED',
        'This key was not made for use in steps. Create it with multipart: true.',
      );
    }
    const operation: Operation = {
      nonce: newGeneration(),
      session: call.session,
      purpose,
      hold,
      steps: key.startMac(),
      busy: false,
      ending: undefined,
    };
    // From here on the registry answers for the reader.
    host.table.exempt(hold);
    makeRoom(host.operations);
    host.operations.add(operation);
    return operation.nonce;
  });
}

export function update(host: Host, call: Call, nonce: string, data: Bytes): Promise<undefined> {
  checkSize('noble', data.length);
  return step(host, call, nonce, ({ steps }) => {
    steps.update(data);
    return undefined;
  });
}

export function finish(host: Host, call: Call, nonce: string, signature?: Bytes): Promise<Bytes | boolean> {
  return step(host, call, nonce, (operation) => {
    if ((operation.purpose === 'verify') !== (signature !== undefined)) {
      throw new KeystoreError(
        'INVALID_ARGUMENT',
        'finish() takes the signature to verify, and nothing when it signs.',
      );
    }
    const result = conclude(operation, signature);
    host.operations.end(operation, 'FINISHED');
    return result;
  });
}

/** Ends an operation, also while a step of it waits. An ended one is no error: aborting is always safe. */
export function abort(host: Host, call: Call, nonce: string): undefined {
  const operation = host.operations.running(call.session, nonce);
  if (operation !== undefined) host.operations.end(operation, 'ABORTED');
  return undefined;
}

const STALE = Symbol('nobody has asked lately whether the store is still this host’s');

/** Where the store is another's, the operation has ended by now, and says so. */
async function renewed(host: Host, operation: Operation): Promise<void> {
  try {
    await host.tenure.renew();
  } catch (error) {
    throw operation.ending === undefined ? error : ended(operation.ending);
  }
}

async function step<T>(host: Host, call: Call, nonce: string, work: (operation: Operation) => T): Promise<T> {
  const operation = idle(host.operations, call.session, nonce);
  operation.busy = true;
  try {
    for (;;) {
      const result = await host.lanes.noble.run(call, () => {
        // It may have been pruned, aborted or destroyed while it waited for the lane.
        if (operation.ending !== undefined) throw ended(operation.ending);
        // Its key may be another host's to destroy by now (interleaving 7).
        if (operation.hold.slot.kind !== 'slab' && !host.tenure.fresh) return STALE;
        return work(operation);
      });
      if (result !== STALE) return result;
      await renewed(host, operation);
    }
  } finally {
    operation.busy = false;
  }
}

/** The tag, or whether it is the one expected. */
function conclude({ steps, purpose }: Operation, signature: Bytes | undefined): Bytes | boolean {
  const tag = steps.finish();
  if (purpose === 'sign') return tag;
  return signature !== undefined && equalBytes(tag, signature);
}
