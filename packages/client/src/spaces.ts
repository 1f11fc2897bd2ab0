import { type SpaceName, type SpaceState, sideOf, type World } from '@antechamber/core'
import { Failure } from './errors.ts'
import type { DialogueRecord } from './records.ts'
import { Space, type SpaceOf } from './space.ts'

/** All spaces of one dialogue that this device belongs to. */
export class Spaces {
  readonly #byName: ReadonlyMap<SpaceName, Space>
  readonly #me: DialogueRecord['seat']
  #closed = false

  constructor(record: DialogueRecord, of: SpaceOf) {
    this.#byName = new Map(record.spaces.map((space) => [space.name, new Space(space, of)]))
    this.#me = record.seat
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

  get isLive(): boolean {
    return this.all.every((space) => space.isLive)
  }

  /** What the core sees; undefined until the room can be read. */
  get world(): World | undefined {
    const stateOf = (name: SpaceName): SpaceState | undefined => this.#byName.get(name)?.state
    const room = stateOf('room')
    if (!room) return undefined
    const own = stateOf('own')
    const panel = stateOf('panel')
    const outbox = stateOf('outbox')
    const caucuses: Record<string, SpaceState> = {}
    for (const { name, state } of this.all) {
      const side = sideOf(name)
      if (side !== undefined && state) caucuses[side] = state
    }
    return { me: this.#me, room, ...(own && { own }), ...(panel && { panel }), ...(outbox && { outbox }), caucuses }
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
  }

  /** Resolves when every space is live. */
  async live(): Promise<void> {
    await Promise.all(this.all.map((space) => space.live()))
  }
}
