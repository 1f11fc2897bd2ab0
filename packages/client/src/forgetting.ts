import { wordsNamedIn } from '@antechamber/core'
import type { LogItem } from '@antechamber/protocol'
import type { DroppedWords } from './dropped-words.ts'
import type { Gone } from './gone.ts'
import type { Landing } from './landing.ts'
import type { Past } from './past/past.ts'
import type { Replica } from './replica.ts'
import type { SpaceKeys } from './space-keys.ts'
import type { Appended } from './space-of.ts'

/** What forgetting needs of its space. */
export interface ForgettingOf {
  readonly replica: Replica
  readonly keys: SpaceKeys
  readonly gone: Gone
  readonly dropped: DroppedWords
  readonly past: Past
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
    const { replica, gone, past } = this.#of
    const { beginning, isUnproven } = replica.bridge
    if (isUnproven || this.#hasOldKeys || !past.isClean) return false
    return !beginning || (gone.isEmptyBefore(beginning.n) && this.#hasNoWordsBefore >= beginning.n)
  }

  get #hasOldKeys(): boolean {
    return !this.#of.keys.areAllSince(this.#keysFrom)
  }

  /** To a sealing key from before that number something may have been granted that has been destroyed. */
  get #keysFrom(): number {
    const { replica, past } = this.#of
    return Math.max(replica.bridge.beginning?.n ?? 0, past.keysFrom)
  }

  /** An envelope has come, or has been kept. */
  note(landing: Landing, logEntry: LogItem): void {
    this.#of.gone.note(logEntry)
    this.#of.past.note(landing, logEntry)
    if (landing.type === 'words' && landing.ref !== undefined) this.#of.dropped.note(landing.ref, logEntry)
  }

  /** Rejects when the relay cannot be reached; it is then to be asked again. */
  async forget(): Promise<void> {
    const { replica, gone, dropped, past, isSetBack, changed } = this.#of
    const { bridge, current, state } = replica
    const { beginning } = bridge
    if (beginning && state && current) {
      dropped.leave(beginning.n)
      await gone.delete({ beginning, ends: state.governing.destroyed.map(({ upTo }) => upTo) })
      if (this.#hasNoWordsBefore < beginning.n) await dropped.forgetUnnamed(current.first, wordsNamedIn(state))
      this.#hasNoWordsBefore = beginning.n
    }
    await past.forget()
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
    const { keys, changed } = this.#of
    if (!this.#hasOldKeys) return
    const number = await keys.renew(this.#keysFrom)
    if ((await saySeen()) === 'stale') return
    await keys.dropBefore(number)
    changed()
  }
}
