// Which end-to-end tests run in which topology: all in both, but for those that are listed here, each with the reason.

/** Files that need a SharedWorker to look at. */
const SHARED_FILES: Readonly<Record<string, string>> = {
  'crash.spec.ts': 'kills browsers of its own, in both topologies',
  'durable.spec.ts': 'starts browsers of its own; what a transaction is does not depend on the topology',
  'eviction.spec.ts': 'ends the SharedWorker before it takes its storage',
  'frozen.spec.ts': 'stops the process of a SharedWorker; visibility.spec.ts freezes tabs',
  'handshake.spec.ts': 'talks to the SharedWorker by hand',
  'host-death.spec.ts': 'kills the SharedWorker; elected.spec.ts ends tabs',
  'load.spec.ts': 'chooses the topology itself',
  'node.spec.ts': 'opens nothing',
  'owner.spec.ts':
    'starts SharedWorkers at several addresses; elected.spec.ts has the owners of the elected topology',
  'pending.spec.ts': 'records what happens in the SharedWorker',
  'psa.spec.ts': 'ends the SharedWorker between its cases',
  'quota.spec.ts': 'what a transaction is does not depend on the topology',
  'smoke.spec.ts': 'opens with the default topology',
  'transactions.spec.ts': 'records what happens in the SharedWorker',
  'wire.spec.ts': 'talks to the SharedWorker by hand',
};

/** Titles of tests that do. */
const SHARED_TITLES: Readonly<Record<string, string>> = {
  'it outlives the close of its page': 'counts the sessions of another tab’s host',
  'shares the connection, and each close is counted': 'counts the sessions of another tab’s host',
  'its session keys are gone when it resolves': 'counts the session keys of another tab’s host',
  'listed, nor is their id in stats': 'looks at the session keys of another tab’s host',
  'within a second of a tab that': 'counts what a tab left in the host of another; here it goes with its own',
  'a frame that is removed': 'counts what a frame left in the host of its page',
  'while the SharedWorker is killed':
    'kills it; in the next test a tab crashes that has the host of the others',
  'calls that hold a cache slot each': 'talks to the SharedWorker by hand',
};

const ELECTED_FILES = ['elected.spec.ts', 'slow.spec.ts', 'visibility.spec.ts'];

export const onlyShared = {
  testIgnore: Object.keys(SHARED_FILES),
  grepInvert: Object.keys(SHARED_TITLES).map((title) => new RegExp(title)),
};

export const onlyElected = { testIgnore: ELECTED_FILES };
