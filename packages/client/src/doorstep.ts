import type { SeatId } from '@antechamber/core'
import type { Landing } from './landing.ts'

/** How often somebody at the door of a caucus asks whether they are in: at first, nearly, and at last. */
const FIRST_MS = 400
const LAST_MS = 15_000

/** The door of one space, from inside and outside. */
export class Doorstep {
  /** Keepers who have tried to bring somebody in whom nobody of the side had said yes to (CH18). */
  readonly planters = new Set<SeatId>()
  #ms = FIRST_MS

  /** From inside: what has come through the log. */
  note(landing: Landing): void {
    if (landing.type === 'set-aside' && landing.reason === 'not-countersigned' && landing.opener)
      this.planters.add(landing.opener)
  }

  /** From outside: the relay tells nobody that they have been let in; they ask, ever more rarely. @returns how long to wait */
  nextWait(): number {
    this.#ms = Math.min(LAST_MS, this.#ms * 1.5)
    return this.#ms
  }
}
