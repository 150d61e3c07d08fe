// The changes of the slots from the first question for them on, while what answers it (events.ts) is still loading.
import type { HostEvent } from '../rpc/protocol.ts';

export interface Kept {
  readonly event: HostEvent;
  /** Only this session may know of it; `null`: all. */
  readonly owner: object | null;
}

/** What never loads is to keep no more than this. */
const MOST = 4096;

export class Early {
  /** Invariant: their numbers ascend by one, to `last`. */
  readonly kept: Kept[] = [];
  last = 0;

  add(event: Omit<HostEvent, 'number'>, owner: object | null): void {
    this.last += 1;
    if (this.kept.length === MOST) this.kept.length = 0;
    this.kept.push({ event: { ...event, number: this.last }, owner });
  }
}
