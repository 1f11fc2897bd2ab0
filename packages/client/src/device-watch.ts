import type { Roster, SeatId } from '@antechamber/core'
import { list, object, record, type Shape, text } from '@antechamber/core/shape'
import { knownDevicesName } from './records.ts'
import type { Vault } from './vault.ts'

/** How the devices of somebody in the room have changed since this person was last told. */
export interface DeviceNews {
  readonly seat: SeatId
  readonly added: number
  readonly removed: number
  /** How many they are there with now. */
  readonly devices: number
}

type Known = Readonly<Record<string, readonly string[]>>

const shape: Shape<Known> = record(/^[A-Za-z0-9_-]{22}$/, list(text(22), 16), 1000)
const kept = object({ v: { read: (value) => ({ ok: true, value }) }, known: shape })

/**
 * With which devices everybody is in the room, as this person has been told: a change is told in plain words, and never
 * accepted silently (DV5).
 */
export class DeviceWatch {
  readonly #vault: Vault
  readonly #name: string
  readonly #roster: () => Roster
  #known: Known | undefined
  #isLoaded = false
  #news: readonly DeviceNews[] = []

  /** @param roster of the room, as it is now; empty until it can be read */
  constructor(vault: Vault, local: string, roster: () => Roster) {
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
    if (!this.#isLoaded) return
    const roster = this.#roster()
    const known: Record<string, readonly string[]> = { ...this.#known }
    for (const { id, devices } of roster) known[id] ??= devices.map(({ device }) => device)
    const isMore = Object.keys(known).length > Object.keys(this.#known ?? {}).length
    this.#known = known
    if (isMore) void this.#save().catch(() => undefined)
    this.#news = roster.flatMap(({ id, devices }): readonly DeviceNews[] => {
      const now = devices.map(({ device }) => device)
      const told = known[id] ?? []
      const added = now.filter((device) => !told.includes(device)).length
      const removed = told.filter((device) => !now.includes(device)).length
      return added + removed > 0 ? [{ seat: id, added, removed, devices: now.length }] : []
    })
  }

  /** This person has read what is news of a seat. Throws StoreError. */
  async dismiss(seat: SeatId): Promise<void> {
    const devices = this.#roster().find(({ id }) => id === seat)?.devices ?? []
    this.#known = { ...this.#known, [seat]: devices.map(({ device }) => device) }
    this.look()
    await this.#save()
  }

  #save(): Promise<void> {
    return this.#vault.writeJson(this.#name, { v: 1, known: this.#known })
  }
}
