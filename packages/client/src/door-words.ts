import { type SeatId, seatOf } from '@antechamber/core'
import { safetyWords } from '@antechamber/sealing'
import { decoded } from './encoding.ts'
import type { Knock } from './knock.ts'
import type { Spaces } from './spaces.ts'

/** The safety words of those who wait at the door of a caucus, worked out once for each: that takes a second on a phone. */
export class DoorWords {
  readonly #spaces: Spaces
  readonly #changed: () => void
  readonly #words = new Map<string, readonly string[]>()
  #isBusy = false

  constructor(spaces: Spaces, changed: () => void) {
    this.#spaces = spaces
    this.#changed = changed
  }

  /** By seat, as far as they are known by now. */
  get all(): ReadonlyMap<SeatId, readonly string[]> {
    return new Map(
      this.#waiting().flatMap((knock) => {
        const words = this.#words.get(nameOf(knock))
        return words ? [[knock.seat.id, words] as const] : []
      }),
    )
  }

  /** After each change. What fails is tried again after the next one. */
  look(): void {
    const next = this.#waiting().find((knock) => !this.#words.has(nameOf(knock)))
    if (!next || this.#isBusy) return
    this.#isBusy = true
    const { anchor, devices } = next.seat
    safetyWords({ anchor: decoded(anchor), root: decoded(devices[0]?.root ?? '') }, next.language)
      .then(
        (words) => void this.#words.set(nameOf(next), words),
        () => undefined,
      )
      .finally(() => {
        this.#isBusy = false
        if (this.#words.has(nameOf(next))) this.#changed()
      })
  }

  /** Those who are in the room as who they have knocked as: the words are of what a yes is about (CH18). */
  #waiting(): readonly Knock[] {
    const room = this.#spaces.world?.room.governing.roster ?? []
    return this.#spaces.all.flatMap(({ asked, state }) =>
      asked.knocks.all.filter(({ seat: { id, anchor, devices } }) => {
        const known = seatOf(room, id)
        const isSame = known?.anchor === anchor && known.devices.at(-1)?.root === devices[0]?.root
        return isSame && !seatOf(state?.governing.roster ?? [], id)
      }),
    )
  }
}

const nameOf = ({ seat, language }: Knock): string => `${seat.anchor} ${seat.devices[0]?.root} ${language}`
