import { wordsNamedIn } from '@antechamber/core'
import type { LogItem } from '@antechamber/protocol'
import type { DroppedWords } from './dropped-words.ts'
import type { Gone } from './gone.ts'
import type { Landing } from './landing.ts'
import type { Replica } from './replica.ts'
import type { SpaceKeys } from './space-keys.ts'
import type { Appended } from './space-of.ts'

/** What forgetting needs of its space. */
export interface ForgettingOf {
  readonly replica: Replica
  readonly keys: SpaceKeys
  readonly gone: Gone
  readonly dropped: DroppedWords
  /** The relay has less of the log than this device has read. */
  readonly isSetBack: () => boolean
  readonly changed: () => void
}

/** How one space gets rid of what was destroyed in it, and of words that were taken back: here first, and then at the relay. */
export class Forgetting {
  readonly #of: ForgettingOf
  /** The beginning for which words that were sent again behind it are forgotten. */
  #hasNoWordsBefore = 0

  constructor(of: ForgettingOf) {
    this.#of = of
  }

  /** This device's store has nothing of what was destroyed: it has been looked into (DX7). */
  get isDone(): boolean {
    const { replica, gone } = this.#of
    const { beginning, isUnproven } = replica.bridge
    if (isUnproven || this.#hasOldKeys) return false
    return !beginning || (gone.isEmptyBefore(beginning.n) && this.#hasNoWordsBefore >= beginning.n)
  }

  get #hasOldKeys(): boolean {
    const { beginning } = this.#of.replica.bridge
    return beginning !== undefined && !this.#of.keys.areAllSince(beginning.n)
  }

  /** An envelope has come, or has been kept. */
  note(landing: Landing, logEntry: LogItem): void {
    this.#of.gone.note(logEntry)
    if (landing.type === 'words' && landing.ref !== undefined) this.#of.dropped.note(landing.ref, logEntry)
  }

  /** Rejects when the relay cannot be reached; it is then to be asked again. */
  async forget(): Promise<void> {
    const { replica, gone, dropped, isSetBack, changed } = this.#of
    const { bridge, current, state } = replica
    const { beginning } = bridge
    if (beginning && state && current) {
      dropped.leave(beginning.n)
      await gone.delete({ beginning, ends: state.governing.destroyed.map(({ upTo }) => upTo) })
      if (this.#hasNoWordsBefore < beginning.n) await dropped.forgetUnnamed(current.first, wordsNamedIn(state))
      this.#hasNoWordsBefore = beginning.n
    }
    await dropped.forget(state?.dropped ?? [])
    changed()
    await gone.askRelay(isSetBack())
  }

  /**
   * Deletes the sealing keys that destroyed chapters may have been granted to. A chapter that opens at this moment may be
   * granted to them yet; once something has come after the newer key was published, it would have to be made anew.
   *
   * @param saySeen posts something, and resolves when it has come back, or cannot any more because a chapter came before it
   */
  async renewKeys(saySeen: () => Promise<Appended>): Promise<void> {
    const { replica, keys, changed } = this.#of
    const { beginning } = replica.bridge
    if (!beginning || !this.#hasOldKeys) return
    const number = await keys.renew(beginning.n)
    if ((await saySeen()) === 'stale') return
    await keys.dropBefore(number)
    changed()
  }
}
