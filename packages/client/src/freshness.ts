import type { SeatId, SpaceState } from '@antechamber/core'
import { object, whole } from '@antechamber/core/shape'
import { freshnessName } from './records.ts'
import type { Vault } from './vault.ts'

const HOUR_MS = 60 * 60 * 1000

/** After so long without a sign of anybody else, what a device shows may be an old state (LG15). */
export const UNCONFIRMED_MS = 24 * HOUR_MS
/** A device that has been silent for between these says that it is there (LG14). */
export const SILENT_MS = { from: 8 * HOUR_MS, to: 16 * HOUR_MS }
/** What is written down may be that old: it is about hours. */
const SAVE_MS = 10 * 60 * 1000

/** What freshness needs of its space. */
export interface FreshnessOf {
  readonly vault: Vault
  /** The space's id in base64url. */
  readonly space: string
  readonly now: () => number
  readonly random: (length: number) => Uint8Array
}

const time = whole(0, 8_640_000_000_000_000)
const recordShape = object({ v: whole(1, 1), heardAt: time, wroteAt: time })

/**
 * When this device has last heard anybody else in a space, and last written there itself, by its own clock. A relay that
 * holds the newest envelopes back cannot make others' signatures: so it is noticed by their silence.
 */
export class Freshness {
  readonly #of: FreshnessOf
  #heardAt: number
  #wroteAt: number
  #savedAt = 0
  #patience: number

  constructor(of: FreshnessOf) {
    this.#of = of
    this.#heardAt = of.now()
    this.#wroteAt = of.now()
    this.#patience = this.#draw()
  }

  /** Goes on from what was written down. */
  async load(): Promise<void> {
    const { vault, space } = this.#of
    const read = recordShape.read(await vault.readJson(freshnessName(space)), '')
    if (!read.ok) return
    this.#heardAt = read.value.heardAt
    this.#wroteAt = read.value.wroteAt
  }

  /** Somebody else has written, and it counts. */
  heard(): void {
    this.#heardAt = this.#of.now()
  }

  /** This device has written. */
  wrote(): void {
    this.#wroteAt = this.#of.now()
    this.#patience = this.#draw()
  }

  /** Nobody else has been heard of for a day. */
  get isUnconfirmed(): boolean {
    return this.#of.now() - this.#heardAt >= UNCONFIRMED_MS
  }

  /** This device has been silent for so long that it should say that it is there. */
  get isSilent(): boolean {
    return this.#of.now() - this.#wroteAt >= this.#patience
  }

  /** Writes it down, unless that was done a short while ago. */
  async save(): Promise<void> {
    const { vault, space, now } = this.#of
    const newest = Math.max(this.#heardAt, this.#wroteAt)
    if (newest - this.#savedAt < SAVE_MS) return
    this.#savedAt = now()
    await vault.writeJson(freshnessName(space), { v: 1, heardAt: this.#heardAt, wroteAt: this.#wroteAt })
  }

  /** At random, so that nobody's silence has a rhythm that the relay could tell them by. */
  #draw(): number {
    const [high = 0, low = 0] = this.#of.random(2)
    return SILENT_MS.from + ((high * 256 + low) / 65_536) * (SILENT_MS.to - SILENT_MS.from)
  }
}

/** Whether somebody else is in a space of whom one could hear. */
export function hasOthers(space: SpaceState | undefined, me: SeatId): boolean {
  const { roster = [], leaving = [] } = space?.governing ?? {}
  return roster.some(({ id }) => id !== me && !leaving.includes(id))
}
