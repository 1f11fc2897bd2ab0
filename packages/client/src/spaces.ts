import { type SpaceName, type SpaceState, sideOf, spaceKind, type World } from '@antechamber/core'
import { Agreement } from './agreement.ts'
import { Failure } from './errors.ts'
import { Gate } from './gate.ts'
import type { StopCode } from './landing.ts'
import { keeperRoots } from './opener.ts'
import type { DialogueRecord, SpaceRecord } from './records.ts'
import { Space, type SpaceOf } from './space.ts'

/** Stops that may be over when the device is started again; the others stay. */
const PASSING: readonly StopCode[] = ['not-kept', 'wrong-share']

/** All spaces of one dialogue that this device belongs to. */
export class Spaces {
  readonly #byName: Map<SpaceName, Space>
  readonly #of: SpaceOf
  /** Legs that this device has read in before it was started. */
  readonly #entered: ReadonlySet<SpaceName>
  readonly #me: DialogueRecord['seat']
  readonly #agreement: Agreement
  readonly #gate = new Gate()
  readonly #opened = new Set<SpaceName>()
  #closed = false

  constructor(record: DialogueRecord, of: Omit<SpaceOf, 'room'>) {
    const changed = (): void => {
      this.#gate.check()
      of.changed()
    }
    const room = { facilitators: () => this.#facilitators, known: () => this.#roomKnown() }
    this.#of = { ...of, changed, room }
    this.#byName = new Map(record.spaces.map((space) => [space.name, new Space(space, this.#of)]))
    this.#me = record.seat
    this.#entered = new Set(record.spaces.flatMap(({ name, wasIn }) => (wasIn ? [name] : [])))
    this.#agreement = new Agreement(record)
  }

  get all(): readonly Space[] {
    return [...this.#byName.values()]
  }

  /** Without the legs: what happens in one of these keeps nothing else back. */
  get main(): readonly Space[] {
    return this.all.filter(({ name }) => spaceKind(name) !== 'leg')
  }

  get legs(): readonly Space[] {
    return this.all.filter(({ name }) => spaceKind(name) === 'leg')
  }

  /** A leg is there, or another is in its place. It is opened once this device is told that it is let in. */
  put(record: SpaceRecord): Space {
    this.#byName.get(record.name)?.close()
    const space = new Space(record, this.#of)
    this.#byName.set(record.name, space)
    this.#agreement.add(record)
    if (record.openers && !this.#closed) space.open()
    return space
  }

  find(name: SpaceName): Space | undefined {
    return this.#byName.get(name)
  }

  /** Nothing comes or goes in a leg any more: it has stopped, or the relay knows this device there no longer. */
  isOver(leg: Space): boolean {
    const wasIn = leg.state !== undefined || this.#entered.has(leg.name)
    return this.stopOf(leg) !== undefined || (leg.lost === 'not-found' && wasIn)
  }

  /** It is not there after all. */
  drop(name: SpaceName): void {
    this.#byName.get(name)?.close()
    this.#byName.delete(name)
  }

  /** Throws {@link Failure} `not-found` for a space that this device does not belong to. */
  get(name: SpaceName): Space {
    const space = this.#byName.get(name)
    if (!space) throw new Failure('not-found')
    return space
  }

  get #facilitators(): readonly string[] {
    const { world } = this
    return world ? keeperRoots('room', world.room.governing) : []
  }

  #roomKnown(): Promise<void> {
    const room = this.get('room')
    return this.#gate.until(() => room.isLive || this.stopOf(room) !== undefined)
  }

  get isLive(): boolean {
    return this.main.every((space) => (space.isLive || space.isAtDoor) && this.stopOf(space) === undefined)
  }

  /** Why a space has stopped, of itself or because it is not what this person has accepted; undefined while it goes on. */
  stopOf({ name, stop, state }: Space): StopCode | undefined {
    return stop ?? (state === undefined || this.#agreement.holds(name, state) ? undefined : 'charter-differs')
  }

  /** Whether what has stopped may go on when the device is started again. */
  get mayGoOn(): boolean {
    const stops = this.main.map((space) => this.stopOf(space)).filter((stop) => stop !== undefined)
    return stops.length > 0 && stops.every((stop) => PASSING.includes(stop))
  }

  /** What the core sees; undefined until the room can be read. */
  get world(): World | undefined {
    const stateOf = (name: SpaceName): SpaceState | undefined => this.#stateOf(this.#byName.get(name))
    const room = stateOf('room')
    if (!room) return undefined
    const own = stateOf('own')
    const panel = stateOf('panel')
    const outbox = stateOf('outbox')
    const caucuses: Record<string, SpaceState> = {}
    const legs: Record<string, SpaceState> = {}
    for (const space of this.all) {
      const side = sideOf(space.name)
      const state = this.#stateOf(space)
      if (side !== undefined && state) caucuses[side] = state
      if (spaceKind(space.name) === 'leg' && state) legs[space.name] = state
    }
    return {
      me: this.#me,
      room,
      ...(own && { own }),
      ...(panel && { panel }),
      ...(outbox && { outbox }),
      caucuses,
      legs,
    }
  }

  #stateOf(space: Space | undefined): SpaceState | undefined {
    return space && this.stopOf(space) !== 'charter-differs' ? space.state : undefined
  }

  /** Nobody else has been heard of for a day in one of them (LG15). */
  get isUnconfirmed(): boolean {
    return this.main.some((space) => space.isUnconfirmed)
  }

  /** @param record the same as this was made with: a leg that nobody has let this device in to yet is not asked for */
  open({ spaces }: Pick<DialogueRecord, 'spaces'>): void {
    for (const { name, openers } of spaces) if (spaceKind(name) !== 'leg' || openers) this.openOne(name)
  }

  /** Opens one before the others. */
  openOne(name: SpaceName): void {
    if (this.#opened.has(name)) return
    this.#opened.add(name)
    this.get(name).open()
  }

  retryNow(): void {
    for (const space of this.all) space.retryNow()
  }

  get isClosed(): boolean {
    return this.#closed
  }

  close(): void {
    this.#closed = true
    for (const space of this.all) space.close()
    this.#gate.close()
  }

  /** Resolves when every space is live that this person has been let in to. */
  async live(): Promise<void> {
    await Promise.all(this.main.map((space) => space.liveOrAtDoor()))
  }

  /**
   * What the work gives, unless a space stops or shuts this device out first. The work itself may go on then: what it
   * writes, it writes once.
   *
   * @param leg one that the work needs as well
   *
   * Throws what the work throws, or {@link Failure}: `stopped`, `shut-out`, or `unreachable` when this is closed.
   */
  async unlessOver<T>(work: Promise<T>, leg?: Space): Promise<T> {
    let isDone = false
    const needed = [...this.main, ...(leg ? [leg] : [])]
    const over = this.#gate.until(() => isDone || this.#goesOn(needed))
    try {
      return await Promise.race([work, over.then(() => work)])
    } finally {
      isDone = true
      this.#gate.check()
    }
  }

  /** Never true: it is asked by somebody who waits for the end. */
  #goesOn(needed: readonly Space[]): false {
    for (const space of needed) {
      if (this.stopOf(space) !== undefined) throw new Failure('stopped')
      if (space.lost === 'not-found' && !space.isAtDoor) throw new Failure('shut-out')
    }
    return false
  }
}
