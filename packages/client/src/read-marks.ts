import type { LegView, SeatId } from '@antechamber/core'
import { object, record, text, whole } from '@antechamber/core/shape'
import { readName } from './records.ts'
import type { Vault } from './vault.ts'

const shape = object({ v: whole(1, 1), read: record(/^[A-Za-z0-9_-]{22}$/, text(22), 1000) })

/** Up to where this person has read what others say to them alone, on this device. Nobody else is ever told (LE9). */
export class ReadMarks {
  readonly #vault: Vault
  readonly #name: string
  #read: Readonly<Record<string, string>> = {}

  constructor(vault: Vault, local: string) {
    this.#vault = vault
    this.#name = readName(local)
  }

  async start(): Promise<void> {
    const kept = shape.read(await this.#vault.readJson(this.#name), '')
    if (kept.ok) this.#read = kept.value.read
  }

  /** How much the other has said since this person last looked. */
  unreadOf({ with: seat, said }: LegView): number {
    const last = said.findIndex(({ id }) => id === this.#read[seat])
    return said.slice(last + 1).filter(({ isMine, isWithdrawn }) => !isMine && !isWithdrawn).length
  }

  /** This person has it before them. Throws StoreError. */
  async note({ with: seat, said }: LegView): Promise<boolean> {
    const last = said.at(-1)?.id
    if (last === undefined || this.#read[seat] === last) return false
    this.#read = { ...this.#read, [seat as SeatId]: last }
    await this.#vault.writeJson(this.#name, { v: 1, read: this.#read })
    return true
  }
}
