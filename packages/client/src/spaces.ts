import { type SpaceName, type SpaceState, sideOf, type World } from '@antechamber/core'
import { Agreement } from './agreement.ts'
import { Failure } from './errors.ts'
import { Gate } from './gate.ts'
import type { StopCode } from './landing.ts'
import { keeperRoots } from './opener.ts'
import type { DialogueRecord } from './records.ts'
import { Space, type SpaceOf } from './space.ts'

/** Stops that may be over when the device is started again; the others stay. */
const PASSING: readonly StopCode[] = ['not-kept', 'wrong-share']

/** All spaces of one dialogue that this device belongs to. */
export class Spaces {
  readonly #byName: ReadonlyMap<SpaceName, Space>
  readonly #me: DialogueRecord['seat']
  readonly #agreement: Agreement
  readonly #gate = new Gate()
  #closed = false

  constructor(record: DialogueRecord, of: Omit<SpaceOf, 'room'>) {
    const changed = (): void => {
      this.#gate.check()
      of.changed()
    }
    const all = { ...of, changed, room: { facilitators: () => this.#facilitators, known: () => this.#roomKnown() } }
    this.#byName = new Map(record.spaces.map((space) => [space.name, new Space(space, all)]))
    this.#me = record.seat
    this.#agreement = new Agreement(record)
  }

  get all(): readonly Space[] {
    return [...this.#byName.values()]
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
    return this.all.every((space) => (space.isLive || space.isAtDoor) && this.stopOf(space) === undefined)
  }

  /** Why a space has stopped, of itself or because it is not what this person has accepted; undefined while it goes on. */
  stopOf({ name, stop, state }: Space): StopCode | undefined {
    return stop ?? (state === undefined || this.#agreement.holds(name, state) ? undefined : 'charter-differs')
  }

  /** Whether what has stopped may go on when the device is started again. */
  get mayGoOn(): boolean {
    const stops = this.all.map((space) => this.stopOf(space)).filter((stop) => stop !== undefined)
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
    for (const space of this.all) {
      const side = sideOf(space.name)
      const state = this.#stateOf(space)
      if (side !== undefined && state) caucuses[side] = state
    }
    return { me: this.#me, room, ...(own && { own }), ...(panel && { panel }), ...(outbox && { outbox }), caucuses }
  }

  #stateOf(space: Space | undefined): SpaceState | undefined {
    return space && this.stopOf(space) !== 'charter-differs' ? space.state : undefined
  }

  /** Nobody else has been heard of for a day in one of them (LG15). */
  get isUnconfirmed(): boolean {
    return this.all.some((space) => space.isUnconfirmed)
  }

  open(): void {
    for (const space of this.all) space.open()
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
    await Promise.all(this.all.map((space) => space.liveOrAtDoor()))
  }

  /**
   * What the work gives, unless a space stops or shuts this device out first. The work itself may go on then: what it
   * writes, it writes once.
   *
   * Throws what the work throws, or {@link Failure}: `stopped`, `shut-out`, or `unreachable` when this is closed.
   */
  async unlessOver<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const over = this.#gate.until(() => isDone || this.#goesOn())
    try {
      return await Promise.race([work, over.then(() => work)])
    } finally {
      isDone = true
      this.#gate.check()
    }
  }

  /** Never true: it is asked by somebody who waits for the end. */
  #goesOn(): false {
    for (const space of this.all) {
      if (this.stopOf(space) !== undefined) throw new Failure('stopped')
      if (space.lost === 'not-found' && !space.isAtDoor) throw new Failure('shut-out')
    }
    return false
  }
}
