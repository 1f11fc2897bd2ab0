import { type Roster, type Seat, type SeatId, seatOf } from '@antechamber/core'
import { list, object, record, type Shape, text, whole } from '@antechamber/core/shape'
import { knownDevicesName } from './records.ts'
import type { Vault } from './vault.ts'

/** How the devices of somebody in the room have changed since this person was last told. */
export interface DeviceNews {
  readonly seat: SeatId
  readonly added: number
  readonly removed: number
  /** How many they are there with now. */
  readonly devices: number
  /** They kept the room alone and had lost all their devices: who has helped them back (DV14); else nobody. */
  readonly helpedBy: readonly SeatId[]
}

type Known = Readonly<Record<string, readonly string[]>>

const shape: Shape<Known> = record(/^[A-Za-z0-9_-]{22}$/, list(text(22), 16), 1000)
const kept = object({ v: whole(1, 1), known: shape })

/**
 * With which devices everybody is in the room, as this person has been told: a change is told in plain words, and never
 * accepted silently (DV5).
 */
export class DeviceWatch {
  readonly #vault: Vault
  readonly #name: string
  readonly #roster: () => Roster | undefined
  /** The room as it was when it was last live: what is said of it on the way there would be said too early. */
  #seen: Roster = []
  #known: Known | undefined
  #isLoaded = false
  #news: readonly DeviceNews[] = []

  /** @param roster of the room, as it is now; undefined while it is not live */
  constructor(vault: Vault, local: string, roster: () => Roster | undefined) {
    this.#vault = vault
    this.#roster = roster
    this.#name = knownDevicesName(local)
  }

  async start(): Promise<void> {
    const read = kept.read(await this.#vault.readJson(this.#name), '')
    this.#known = read.ok ? read.value.known : undefined
    this.#isLoaded = true
  }

  get news(): readonly DeviceNews[] {
    return this.#news
  }

  /** Compares with the room as it is now. Whoever is new there, or gone, is no news here. */
  look(): void {
    this.#seen = this.#roster() ?? this.#seen
    if (!this.#isLoaded || this.#seen.length === 0) return
    const told = this.#known ?? {}
    this.#known = Object.fromEntries(this.#seen.map((seat) => [seat.id, told[seat.id] ?? namesOf(seat)]))
    if (this.#seen.some(({ id }) => !told[id])) void this.#save().catch(() => undefined)
    this.#news = this.#seen.flatMap((seat) => newsOf(seat, told[seat.id]))
  }

  /** This person has read what is news of a seat. Throws StoreError. */
  async dismiss(seat: SeatId): Promise<void> {
    const now = seatOf(this.#seen, seat)
    if (now) this.#known = { ...this.#known, [seat]: namesOf(now) }
    this.look()
    await this.#save()
  }

  #save(): Promise<void> {
    return this.#vault.writeJson(this.#name, { v: 1, known: this.#known })
  }
}

const namesOf = ({ devices }: Seat): readonly string[] => devices.map(({ device }) => device)

/** @param told the devices that this person knows of; undefined for somebody who is new in the room */
function newsOf(seat: Seat, told: readonly string[] | undefined): readonly DeviceNews[] {
  const now = namesOf(seat)
  const added = told ? now.filter((device) => !told.includes(device)).length : 0
  const removed = told ? told.filter((device) => !now.includes(device)).length : 0
  // Where one is left that this person knew, they came back by that, whatever there was before.
  const helpedBy = removed > 0 && removed === told?.length ? (seat.helpedBy ?? []) : []
  return added + removed > 0 ? [{ seat: seat.id, added, removed, devices: now.length, helpedBy }] : []
}
