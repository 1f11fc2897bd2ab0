import { equalBytes, toBase64Url } from '@antechamber/protocol'
import { type OpenChapter, wordsRef } from '@antechamber/sealing'
import type { Connection } from './connection.ts'
import { Failure } from './errors.ts'
import type { Replica } from './replica.ts'
import type { Appended, NewEntry } from './space-of.ts'
import type { SentWords, Writer } from './writer.ts'

/** An entry that is set aside so often was made wrong by our own code. */
const MAX_ATTEMPTS = 5

/** What sending needs of its space. */
export interface OutgoingOf {
  readonly device: Uint8Array
  readonly connection: Connection
  readonly replica: Replica
  readonly writer: Writer
  /** Resolves when the space is live; rejects with {@link Failure} `stopped`. */
  readonly live: () => Promise<void>
  readonly isLive: () => boolean
  /** Resolves too when the connection is lost. Rejects with {@link Failure} `stopped`. */
  readonly untilOrLost: (holds: () => boolean) => Promise<void>
  readonly pause: (ms: number) => Promise<void>
  /** The relay has taken an envelope. */
  readonly wrote: () => void
  /** The relay has answered with a number at which something else stands (LG16). */
  readonly overtaken: () => void
}

/** Sends what this device writes into one space, one envelope at a time; done is what has come back through the log. */
export class Outgoing {
  readonly #of: OutgoingOf

  constructor(of: OutgoingOf) {
    this.#of = of
  }

  /**
   * Writes an entry, once: however often it is called with the same `entryId`, one entry of that id counts (LG9).
   *
   * @param said the words that it names, sent before it in the same chapter
   * @param asOfNow `stale` too where it has to wait for the connection: what it says may not hold any more by then
   */
  async append(entry: NewEntry, said: readonly SentWords[] = [], asOfNow = false): Promise<Appended> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; ) {
      if (asOfNow && !this.#of.isLive()) return 'stale'
      await this.#of.live()
      const landing = this.#landingOf(entry.entryId)
      if (landing) return landing
      const chapter = this.#of.replica.current?.chapter
      if (!chapter) throw new Failure('stopped')
      try {
        for (const words of said) await this.#say(chapter, words)
        await this.#send(this.#seal(chapter, entry))
        attempt += 1
      } catch (failure) {
        if ((await this.#isStale(failure, chapter.headerHash)) || asOfNow) return 'stale'
      }
    }
    throw new Failure('stopped')
  }

  /** Whether an entry of this device has come back, for all that the log has told by now. Waits for the connection. */
  async hasLanded(entryId: Uint8Array): Promise<boolean> {
    await this.#of.live()
    return this.#landingOf(entryId) !== undefined
  }

  #landingOf(entryId: Uint8Array): Exclude<Appended, 'stale'> | undefined {
    return this.#of.replica.landingOf(toBase64Url(this.#of.device), toBase64Url(entryId))
  }

  async #send(sealed: Uint8Array | Promise<Uint8Array>): Promise<void> {
    const envelope = await sealed
    const before = this.#of.replica.head
    const { n } = await this.#of.connection.request({ type: 'append', envelope }, 'appended')
    // Something else stands there, which we have read (LG16).
    if (n <= before) this.#of.overtaken()
    this.#of.wrote()
    await this.#of.untilOrLost(() => this.#of.replica.head >= n)
  }

  async #say(chapter: OpenChapter, words: SentWords): Promise<void> {
    if (!this.#of.replica.hasWords(toBase64Url(wordsRef(words))))
      await this.#send(this.#of.writer.words(chapter, words))
  }

  #seal(chapter: OpenChapter, entry: NewEntry): Uint8Array {
    const seen = { n: this.#of.replica.head, logHash: this.#of.replica.logHash }
    const counter = this.#of.replica.nextCounter(toBase64Url(this.#of.device))
    return this.#of.writer.entry(chapter, { ...entry, counter, seen })
  }

  /** What a failed append means: stale (after the new chapter has come), try again (false), or it is thrown on. */
  async #isStale(failure: unknown, headerHash: Uint8Array): Promise<boolean> {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code === 'stale-chapter') {
      const hasFollowed = (): boolean => !equalBytes(this.#of.replica.headerHash, headerHash)
      await this.#of.untilOrLost(hasFollowed)
      return hasFollowed()
    }
    if (failure.code === 'too-many') await this.#of.pause(failure.retryAfterMs)
    else if (failure.code !== 'unreachable' && failure.code !== 'stopping') throw failure
    return false
  }

  /** Sends words that nothing names, of which nobody waits for an answer. Throws {@link Failure}. */
  async whisper(words: SentWords): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      await this.#of.live()
      const chapter = this.#of.replica.current?.chapter
      if (!chapter) throw new Failure('stopped')
      try {
        return await this.#send(this.#of.writer.words(chapter, words))
      } catch (failure) {
        await this.#isStale(failure, chapter.headerHash)
      }
    }
    throw new Failure('unreachable')
  }

  /** Sends this device's own words again that a round was closed without opening (RD9). The pause is waited for. */
  async shareUnopened(): Promise<void> {
    for (;;) {
      const [words] = this.#of.replica.unshared
      const chapter = this.#of.replica.current?.chapter
      if (!words || !chapter || !this.#of.isLive() || this.#of.replica.state?.governing.paused) return
      await this.#send(this.#of.writer.words(chapter, words))
    }
  }
}
