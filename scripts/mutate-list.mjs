// @ts-check
// What `mutate.mjs` breaks, one at a time: text of the source that occurs once, and what stands there instead. Each is a
// mistake that a reasonable person could make.

/**
 * @typedef {object} Mutation
 * @property {string} what the mistake, as docs/mutations.md names it
 * @property {string} file
 * @property {string} from
 * @property {string} to
 */

const host = 'src/host/';
const protocols = 'src/host/protocols/';
const table = 'src/slots/table.ts';

/** @type {Mutation[]} */
export const mutations = [
  {
    what: 'load: drop the check of the token after the key was opened',
    file: `${protocols}load.ts`,
    from: '    if (load.cancelled) {\n      key.wipe();\n      return undefined;\n    }\n',
    to: '',
  },
  {
    what: 'load: cancel without setting the token',
    file: `${protocols}load.ts`,
    from: '  running.cancelled = true;\n',
    to: '',
  },
  {
    what: 'load: every caller loads for itself',
    file: `${protocols}load.ts`,
    from: 'if (running === undefined) return lead(',
    to: 'if (running === undefined || running) return lead(',
  },
  {
    what: 'load: followers get no hold of their own',
    file: `${protocols}load.ts`,
    from: 'load.followers.next(host.table.hold(name))',
    to: 'load.followers.next(undefined)',
  },
  {
    what: 'load: a load that fails wakes none of its followers',
    file: `${protocols}load.ts`,
    from: '    load.followers.all(undefined);\n    load.finish();',
    to: '    load.finish();',
  },
  {
    what: 'load: a cancelled load keeps its slot',
    file: `${protocols}load.ts`,
    from: '    if (!published) host.table.abandon(slot);\n',
    to: '',
  },
  {
    what: 'load: the secret that was read is not cleared',
    file: `${protocols}load.ts`,
    from: '    clearRecord(stored);\n    if (!published)',
    to: '    if (!published)',
  },
  {
    what: 'load: a cancelled caller keeps its hold',
    file: `${protocols}load.ts`,
    from: '    if (hold !== undefined) host.table.release(hold);\n',
    to: '',
  },
  {
    what: 'use: skip the comparison of generations after a load',
    file: `${protocols}use.ts`,
    from: 'if (loaded.entry.generation === generation) return loaded;',
    to: 'if (loaded.entry.generation !== undefined) return loaded;',
  },
  {
    what: 'use: work without looking at the slot again',
    file: `${protocols}use.ts`,
    from: 'return registered ? work(hold) : LOST;',
    to: 'return work(hold);',
  },
  {
    what: 'use: keep the hold of a call that was not granted its lane',
    file: `${protocols}use.ts`,
    from: '    if (!registered) host.table.release(hold);\n    else if',
    to: '    if (!registered) void hold;\n    else if',
  },
  {
    what: 'use: the reader never leaves',
    file: `${protocols}use.ts`,
    from: 'else if (!(stays && settled)) host.table.unregister(hold);',
    to: '',
  },
  {
    what: 'use: a missing id is loaded all the same',
    file: `${protocols}use.ts`,
    from: '    if (!(await host.store.has(handle.id)) && isAbsent(host, handle.id)) throw gone();\n',
    to: '',
  },
  {
    what: 'destroy: the slots go before the deletion is complete',
    file: `${protocols}destroy.ts`,
    from: '    const outcome = await deleteRecord(',
    to: '    destroySlots(host, name);\n    const outcome = await deleteRecord(',
  },
  {
    what: 'destroy: resolve while readers are left',
    file: `${protocols}destroy.ts`,
    from: '  await wiped.all;\n',
    to: '',
  },
  {
    what: 'destroy: resolve while a cancelled load has the material',
    file: `${protocols}load.ts`,
    from: '  await Promise.all(leaving.map(({ done }) => done));\n',
    to: '',
  },
  {
    what: 'destroy: wait for loads that have read nothing',
    file: `${protocols}load.ts`,
    from: '    if (running.reading) host.leaving.add(running);\n',
    to: '    host.leaving.add(running);\n',
  },
  {
    what: 'destroy: leave the load running',
    file: `${protocols}destroy.ts`,
    from: 'Promise.all([cancelLoad(host, name), ...wiped])',
    to: 'Promise.all([...wiped])',
  },
  {
    what: 'destroy: wait for operations instead of ending them',
    file: `${protocols}destroy.ts`,
    from: '  host.operations.endReaders(pending);\n',
    to: '',
  },
  {
    what: 'destroy: keep the copies of a key whose fate is unknown',
    file: `${protocols}destroy.ts`,
    from: '      destroySlots(host, name);\n    }\n    throw error;',
    to: '    }\n    throw error;',
  },
  {
    what: 'destroy: keep the turn of a name that means another key by now',
    file: `${protocols}destroy.ts`,
    from: '    if (ownName(host, call, id, generation) !== name) return undefined;\n',
    to: '',
  },
  {
    what: 'create: publish before the record is committed',
    file: `${protocols}creation.ts`,
    from: "    if ((await store.add(record)) === 'exists') return taken();\n",
    to: '    void store.add(record).catch(() => undefined);\n',
  },
  {
    what: 'create: publish beside a load that is under way',
    file: `${protocols}creation.ts`,
    from: '    void cancelLoad(this.#host, name);\n',
    to: '',
  },
  {
    what: 'create volatile: do not ask the store',
    file: `${protocols}creation.ts`,
    from: "    if (attributes.lifetime === 'volatile' && (await store.has(id))) return taken();\n",
    to: '',
  },
  {
    what: 'create: drop the check of the call before the publication',
    file: `${protocols}creation.ts`,
    from: '    this.#call.check();\n    const generation',
    to: '    const generation',
  },
  {
    what: 'create: a creation that fails keeps its slot',
    file: `${protocols}creation.ts`,
    from: '    if (this.#slot !== undefined) this.#host.table.abandon(this.#slot);\n',
    to: '',
  },
  {
    what: 'create: a creation that fails does not wipe its key',
    file: `${protocols}creation.ts`,
    from: '    this.#contents?.key.wipe();\n',
    to: '',
  },
  {
    what: 'create: the material is not cleared',
    file: `${protocols}creation.ts`,
    from: '    if (this.#made !== undefined) clear(this.#made);\n',
    to: '',
  },
  {
    what: 'copy: hold the turn of the target only',
    file: `${protocols}copy.ts`,
    from: 'host.turns.hold([from, target], call,',
    to: 'host.turns.hold([target], call,',
  },
  {
    what: 'turns: forget to pass the turn',
    file: `${host}turns.ts`,
    from: '      for (const name of taken) this.#pass(name);\n',
    to: '',
  },
  {
    what: 'turns: take no turn while somebody has it',
    file: `${host}turns.ts`,
    from: '    else await waiting.wait(call, () => undefined);\n',
    to: '',
  },
  {
    what: 'admission: the place is not given back',
    file: `${host}admission.ts`,
    from: '      if (this.#waiting.get(session)?.next() !== true) session.admitted -= 1;\n',
    to: '',
  },
  {
    what: 'admission: no bound',
    file: `${host}admission.ts`,
    from: 'if (session.admitted < this.#bound)',
    to: 'if (session.admitted < Infinity)',
  },
  {
    what: 'waiting: one who leaves stays in the queue',
    file: `${host}waiting.ts`,
    from: '        this.#queue.remove(this.#line(call), waiter);\n',
    to: '',
  },
  {
    what: 'waiting: the deadline runs on after the grant',
    file: `${host}waiting.ts`,
    from: '        grant: (gift) => {\n          stop();\n',
    to: '        grant: (gift) => {\n',
  },
  {
    what: 'lanes: a freed lane wakes nobody',
    file: `${host}lanes.ts`,
    from: '      this.#wakeOne();\n',
    to: '',
  },
  {
    what: 'sessions: a dead client keeps its keys',
    file: `${host}host.ts`,
    from: '    for (const name of session.keys) this.table.destroy(name);\n',
    to: '',
  },
  {
    what: 'sessions: a dead client keeps its operations',
    file: `${host}host.ts`,
    from: '    this.operations.endOf(session);\n',
    to: '',
  },
  {
    what: 'sessions: the calls of a dead client go on',
    file: `${host}session.ts`,
    from: "    for (const call of this.#calls.values()) call.cancel('session-ended');\n",
    to: '',
  },
  {
    what: 'operations: go on with one that has ended',
    file: `${protocols}multipart.ts`,
    from: '      if (operation.ending !== undefined) throw ended(operation.ending);\n',
    to: '',
  },
  {
    what: 'table: skip the generation when a name is held',
    file: table,
    from: '    if (generation !== undefined && this.#entry(slot)?.generation !== generation) return undefined;\n',
    to: '',
  },
  {
    what: 'table: destroy the FULL slot only',
    file: table,
    from: '    for (const slot of this.#purging.get(name) ?? []) {\n      const { content } = slot;',
    to: '    for (const slot of new Set<Slot<C>>()) {\n      const { content } = slot;',
  },
  {
    what: 'table: purge wins over destruction',
    file: table,
    from: "this.#leaveFull(full, 'PENDING_DELETION')",
    to: "this.#leaveFull(full, 'PENDING_PURGE')",
  },
  {
    what: 'table: evict the copy that was used last',
    file: 'src/slots/recency.ts',
    from: '    return this.#oldest;\n',
    to: '    return this.#newest;\n',
  },
  {
    what: 'table: evict a copy that calls have chosen',
    file: table,
    from: '    if (readers > 0 || holds > 0) {',
    to: '    if (readers > 0) {',
  },
  {
    what: 'table: a slot that is given up wakes nobody',
    file: table,
    from: "    this.#rooms[slot.kind].give(slot);\n    if (slot.kind === 'cache') this.#options.onCacheFree();\n",
    to: '    this.#rooms[slot.kind].give(slot);\n',
  },
  {
    what: 'table: a copy that becomes idle wakes nobody',
    file: table,
    from: 'this.#idle.add(slot);\n      this.#options.onCacheFree();\n',
    to: 'this.#idle.add(slot);\n',
  },
  {
    what: 'table: an operation that begins gives no slot to those who wait',
    file: table,
    from: '    this.#exempt.set(slot, (this.#exempt.get(slot) ?? 0) + 1);\n    this.#options.onCacheFree();\n',
    to: '    this.#exempt.set(slot, (this.#exempt.get(slot) ?? 0) + 1);\n',
  },
  {
    what: 'table: a slot is emptied without a wipe',
    file: table,
    from: '    this.#options.wipe(content.entry.contents);\n',
    to: '',
  },
  {
    what: 'slot: a key that was destroyed can be purged',
    file: 'src/slots/slot.ts',
    from: "PENDING_DELETION: ['PENDING_DELETION', 'EMPTY']",
    to: "PENDING_DELETION: ['PENDING_DELETION', 'PENDING_PURGE', 'EMPTY']",
  },
  {
    what: 'store: answer before `complete`',
    file: 'src/store/store.ts',
    from: '      await transaction.done;\n',
    to: '      void transaction.done;\n',
  },
  {
    what: 'store: believe that what was written can be read',
    file: 'src/store/store.ts',
    from: "        if (kept) return 'added';\n",
    to: "        if (kept || !kept) return 'added';\n",
  },
  {
    what: 'store: take one’s own record for another’s after a lost answer',
    file: 'src/store/store.ts',
    from: "      if (found?.generation === record.generation) return 'added';\n",
    to: '',
  },
  {
    what: 'records: skip the checksum',
    file: `${host}stored.ts`,
    from: ' || !isIntact(output)',
    to: '',
  },
];
