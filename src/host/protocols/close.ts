// A client leaves of its own accord (SLOTS.md: waits for readers to a deadline, aborts operations, says what it aborted).
import type { Closed } from '../../rpc/protocol.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';

/**
 * The session ends in the first step: what waits is told so, operations end, its keys exist no more. Calls that compute get
 * until the deadline of this one to answer, so that whoever made them learns what became of them; with their readers the
 * last copies of the session's keys are wiped.
 */
export async function close(host: Host, call: Call): Promise<Closed> {
  const operations = host.endSession(call.session);
  let stop: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    stop = host.clock.at(call.deadline, resolve);
  });
  await Promise.race([call.session.finished(), late]);
  stop();
  return { operations };
}
