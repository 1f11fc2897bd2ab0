import {
  type Charter,
  newSpace,
  type Seat,
  type SpaceName,
  type SpaceState,
  seatOf,
  writeSnapshot,
} from '@antechamber/core'
import { ownSeat } from './founding.ts'
import type { DialogueRecord, SpaceRecord } from './records.ts'

/** The same text for the same charter, wherever it has come from. */
const textOf = (charter: Charter): string => writeSnapshot(newSpace('own', charter, []))

/**
 * What this person has accepted when they joined or founded: the charter, and how they sit. Every space has both in its
 * state; one that says otherwise has been opened on something else (GR6).
 */
export class Agreement {
  readonly #charter: string
  readonly #seats: Map<SpaceName, Seat>
  readonly #record: DialogueRecord
  /** Charters that have been compared: they come anew with each chapter only. */
  readonly #compared = new WeakMap<Charter, boolean>()

  constructor(record: DialogueRecord) {
    this.#record = record
    this.#charter = textOf(record.charter)
    this.#seats = new Map(record.spaces.map((space) => [space.name, ownSeat(record, space)]))
  }

  /** There is another space. */
  add(space: SpaceRecord): void {
    this.#seats.set(space.name, ownSeat(this.#record, space))
  }

  /** Whether a space stands on this charter, and seats this person so, unless they have been taken out. */
  holds(name: SpaceName, { governing }: SpaceState): boolean {
    return this.#isCharter(governing.charter) && this.#isSeat(name, governing.roster)
  }

  #isCharter(charter: Charter): boolean {
    const known = this.#compared.get(charter) ?? textOf(charter) === this.#charter
    this.#compared.set(charter, known)
    return known
  }

  #isSeat(name: SpaceName, roster: readonly Seat[]): boolean {
    const own = this.#seats.get(name)
    const seat = own && seatOf(roster, own.id)
    if (!own || !seat) return true
    const [device] = own.devices
    return (
      seat.role === own.role &&
      seat.side === own.side &&
      seat.name === own.name &&
      seat.anchor === own.anchor &&
      seat.devices.some((one) => one.device === device?.device && one.root === device?.root)
    )
  }
}
