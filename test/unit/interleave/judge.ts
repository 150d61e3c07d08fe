// What must hold in every step of every run, and what must be left when nothing is under way any more.
import { Events } from '../../../src/host/events.ts';
import type { Host } from '../../../src/host/host.ts';
import { hasEntry } from '../../../src/slots/slot.ts';
import { type KeyRecord, member } from '../../../src/store/record.ts';
import { tableFaults } from '../slots/invariants.ts';
import { isNamed } from '../slots/legal.ts';
import { FakeKey } from './drivers.ts';
import type { Call } from './history.ts';
import { numberOf } from './material.ts';
import type { Seat, World } from './world.ts';

/** Watches a world from its beginning. */
export class Judge {
  readonly #world: World;
  /** Stored keys that were seen and are no longer stored, by id. */
  readonly #dead = new Map<string, Set<string>>();
  readonly #stored = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    // What led to the beginning is no step of this run.
    world.workshop.blocking = 0;
    world.onReturn = (call) => this.#returned(call);
    world.onStep = () => this.step();
    this.#watchTransitions();
  }

  /** After every step. */
  step(): void {
    this.#watchRecords();
    this.#checkSlots();
    this.#checkBlocking();
    this.#throwFaults();
  }

  /** When nothing can happen any more. */
  rest(): void {
    const { seats, history, clock } = this.#world;
    this.#expect(
      `calls ${history.pending.map(({ number }) => number)} never settle`,
      history.pending.length === 0,
    );
    this.#expect('a deadline runs for nobody', clock.timers === 0);
    for (const { host } of seats) this.#restOf(host);
    for (const { admitted } of this.#sessions()) this.#expect('a call is still admitted', admitted === 0);
    this.#throwFaults();
  }

  #restOf(host: Host): void {
    const { states, readers } = host.table.counts();
    this.#expect('a slot is left FILLING', states.FILLING === 0);
    this.#expect('a slot is left pending', states.PENDING_PURGE + states.PENDING_DELETION === 0);
    this.#expect('readers are left', readers === host.operations.size);
    this.#expect('a load is left', host.loads.size === 0);
    this.#expect('somebody still waits', host.waiters === 0);
    for (const { content } of host.table.occupied()) {
      this.#expect('a slot is still held', content.state !== 'FULL' || content.holds === 0);
    }
    this.#expect('a lane is left busy', host.lanes.webcrypto.busy === 0);
  }

  #expect(what: string, fine: boolean): void {
    if (!fine) this.#world.faults.push(what);
  }

  /** When all keys have been destroyed too. */
  end(): void {
    const { seats, database, workshop, history, initial, faults } = this.#world;
    if (database.records.size > 0) faults.push('records are left');
    if (seats.some(({ host }) => [...host.table.occupied()].length > 0))
      faults.push('slots are left occupied');
    if (workshop.keys.some(({ wipes }) => wipes !== 1)) faults.push('a key was not wiped');
    if (workshop.secrets.some((secret) => secret.some((byte) => byte !== 0))) {
      faults.push('a secret was not cleared');
    }
    const secretOf = (record: unknown): unknown => (record as KeyRecord | undefined)?.material.secret;
    if (
      database.readings.some((record) => secretOf(record) instanceof Uint8Array && numberOf(secretOf(record)))
    ) {
      faults.push('a secret that was read was not cleared');
    }
    if (!history.isLinearizable(initial)) faults.push('no order of these calls gives these answers');
    this.#throwFaults();
  }

  /** Every change of a slot's state is one that SLOTS.md knows. */
  #watchTransitions(): void {
    for (const { host } of this.#world.seats) {
      // As if a tool asked for them from the start.
      const events = new Events();
      host.events = events;
      const add = events.add.bind(events);
      events.add = (event, owner) => {
        if (!isNamed(event.from, event.to)) this.#world.faults.push(`illegal: ${event.from} to ${event.to}`);
        add(event, owner);
      };
    }
  }

  *#sessions() {
    for (const { sessions } of this.#world.clients) yield* sessions;
  }

  #watchRecords(): void {
    const { records } = this.#world.database;
    for (const [id, generation] of this.#stored) {
      const record = records.get(id) as KeyRecord | undefined;
      if (record?.generation === generation) continue;
      this.#stored.delete(id);
      const dead = this.#dead.get(id);
      if (dead === undefined) this.#dead.set(id, new Set([generation]));
      else dead.add(generation);
    }
    for (const [id, value] of records) {
      // A record may be damaged: then there is no telling which key it was.
      const generation = member(value, 'generation');
      const secret = numberOf(member(member(value, 'material'), 'secret'));
      if (typeof generation !== 'string' || this.#stored.get(id) === generation) continue;
      this.#stored.set(id, generation);
      if (secret !== 0) this.#world.learn(generation, secret, 'its record');
    }
  }

  #checkSlots(): void {
    this.#world.seats.forEach((seat, number) => {
      this.#checkSlotsOf(seat);
      this.#checkHolds(seat.host, number);
      this.#checkLanes(seat.host);
    });
  }

  #checkSlotsOf(seat: Seat): void {
    const { host, transactions } = seat;
    const { faults } = this.#world;
    const { operations: operationSize, ...sizes } = host.sizes;
    faults.push(...tableFaults(host.table, { ...sizes, operationSize }));
    for (const { content } of host.table.occupied()) {
      if (!hasEntry(content)) continue;
      const { name, generation, contents } = content.entry;
      if (content.state === 'FULL') {
        if (contents.attributes.lifetime === 'persistent') {
          // A host that has been robbed has copies of who knows what, and may do nothing with them.
          if (this.#world.owns(seat)) this.#checkStored(contents.id, generation);
          if (!transactions.admitted) faults.push(`a host that has left keeps a copy of ${name}`);
        }
      }
      const { key } = contents;
      if (!(key instanceof FakeKey)) throw new TypeError('a key of no driver');
      if (key.wipes > 0) faults.push(`the slot of ${name} holds a wiped key`);
      this.#world.learn(generation, key.number, `a ${content.state} slot`);
    }
  }

  /** A copy that can be read is of a key that exists. Where a deletion is being looked into, that is not known yet. */
  #checkStored(id: string, generation: string): void {
    if (this.#stored.get(id) === generation) return;
    const open = this.#world.history.pending.some(({ input }) => input.kind === 'destroy' && input.id === id);
    if (!open) this.#world.faults.push(`a FULL slot of ${id} is of a key that is not stored`);
  }

  /** A session keeps at most lanes + 1 slots for calls that wait, and none for a call that was not counted. */
  #checkHolds({ sessions, sizes, table }: Host, number: number): void {
    // Those of clients that have gone, too: a call of theirs may still be computing.
    const all = new Set([
      ...sessions,
      ...this.#world.clients.flatMap((client) => client.sessionAt(number) ?? []),
    ]);
    let counted = 0;
    for (const { admitted, scope } of all) {
      counted += admitted;
      this.#expect(`${admitted} calls of ${scope} have chosen a slot`, admitted <= sizes.lanes + 1);
    }
    let holds = 0;
    for (const { content } of table.occupied()) if (content.state === 'FULL') holds += content.holds;
    this.#expect(`${holds} holds, for ${counted} calls`, holds <= counted);
  }

  /** No more work at once than there are lanes, and what blocks the thread one at a time, in a macrotask of its own. */
  #checkLanes({ lanes, sessions }: Host): void {
    const more = [...sessions].some(({ system }) => system) ? 1 : 0;
    for (const { busy, width } of [lanes.webcrypto, lanes.long]) {
      this.#expect(`${busy} at work in ${width} lanes`, busy <= width + more);
    }
  }

  #checkBlocking(): void {
    const { workshop, trace } = this.#world;
    const { blocking } = workshop;
    workshop.blocking = 0;
    const fine = blocking === 0 || (blocking === 1 && trace.at(-1) === 'macrotask');
    this.#expect(`${blocking} pieces of work have blocked the thread in "${trace.at(-1)}"`, fine);
  }

  /** G4: where a destruction has resolved, the host holds no copy of that key. */
  #returned({ input, output, number }: Call): void {
    if (output?.code === 'CORRUPTION_DETECTED') this.#world.faults.push(`call ${number} met a bug`);
    if (input.kind !== 'destroy' || output?.code !== 'OK' || output.unknown === true) return;
    this.#watchRecords();
    // With another destruction of the id under way, a dead key may be that one's to wait for.
    const others = this.#world.history.pending.filter((call) => call.input.kind === 'destroy');
    const its = (generation: string): boolean =>
      input.generation === undefined
        ? others.length === 0 && this.#dead.get(input.id)?.has(generation) === true
        : generation === input.generation;
    const { seats, succession, history, workshop, numbers, faults } = this.#world;
    // What a frozen host holds it cannot wipe. It does nothing with it, and wipes it when it thaws.
    const robbed = succession.kind !== undefined && succession.kind !== 'hand over';
    for (const { host } of robbed ? seats.slice(1) : seats) {
      for (const { content } of host.table.occupied()) {
        if (hasEntry(content) && its(content.entry.generation)) {
          faults.push(`call ${number} destroyed a key that is still in a ${content.state} slot`);
        }
      }
    }
    if (robbed) return;
    // Copies have the same material, and live on.
    if (history.calls.some((call) => call.input.kind === 'copy')) return;
    for (const [generation, material] of numbers) {
      if (its(generation) && workshop.holds(material)) {
        faults.push(`call ${number} destroyed key ${material}, of which there is still a copy in memory`);
      }
    }
  }

  #throwFaults(): void {
    const { faults, workshop } = this.#world;
    const all = [...faults, ...workshop.faults];
    if (all.length > 0) throw new Error(all.join('; '));
  }
}
