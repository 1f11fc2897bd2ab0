import { type Governing, labelOfRun } from '@antechamber/core'
import type { CommandQueue } from './command-queue.ts'
import type { Drafts } from './drafts.ts'
import type { AnyCommand } from './status.ts'

/** The run whose name a text begins with, and nothing or a slash behind it. */
const RUN_AT_FIRST = /^([a-z0-9-]+\/[a-z0-9-]+#[0-9]+)(?:\/|$)/

/**
 * What this device's person was writing, or could not say, in visits that were destroyed: drafts, and commands that were
 * refused with their words. It goes with what was said there (DX7).
 */
export class Leftovers {
  readonly #drafts: Drafts
  readonly #queue: CommandQueue<AnyCommand>
  /** The destruction that the drafts have been looked through for; from then on they keep nothing of it. */
  #lookedFor: string | undefined

  constructor(drafts: Drafts, queue: CommandQueue<AnyCommand>) {
    this.#drafts = drafts
    this.#queue = queue
  }

  /** @returns false while something of it is still being carried out: it is to be asked again */
  async delete({ destroyed }: Pick<Governing, 'destroyed'>): Promise<boolean> {
    const visits = new Set(destroyed.flatMap((one) => one.visits))
    const isOver = (run: string | undefined): boolean => run !== undefined && visits.has(labelOfRun(run))
    const last = destroyed.at(-1)?.id
    if (this.#lookedFor !== last) await this.#drafts.delete((field) => isOver(RUN_AT_FIRST.exec(field)?.[1]))
    this.#lookedFor = last
    const ofThem = this.#queue.pending.filter(({ command }) => 'run' in command && isOver(command.run))
    for (const { id } of ofThem) await this.#queue.dismiss(id)
    return ofThem.every(({ refusal }) => refusal !== undefined)
  }
}
