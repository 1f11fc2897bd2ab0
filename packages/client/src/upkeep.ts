import type { CommandQueue } from './command-queue.ts'
import type { Drafts } from './drafts.ts'
import { Keeping } from './keeping.ts'
import { Legs, type LegsOf } from './legs.ts'
import type { AnyCommand } from './status.ts'

/** What a device's upkeep needs of the dialogue. */
export interface UpkeepOf extends Omit<LegsOf, 'pending'> {
  readonly queue: CommandQueue<AnyCommand>
  readonly drafts: Drafts
}

/** All that a device does by itself because time has passed or others have acted. */
export class Upkeep {
  readonly #keeping: Keeping
  readonly #legs: Legs

  constructor(of: UpkeepOf) {
    this.#keeping = new Keeping({ ...of, me: of.record().seat })
    this.#legs = new Legs({ ...of, pending: () => of.queue.pending })
  }

  /** Does what is to be done now. Call it after each change, and from time to time. */
  keep(): void {
    this.#legs.look()
    this.#keeping.keep()
  }

  /** See {@link Keeping.noteRefused}. */
  noteRefused(command: unknown): void {
    this.#keeping.noteRefused(command)
  }
}
