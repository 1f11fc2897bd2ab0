import { toBase64Url } from '@antechamber/protocol'
import { openRoundWords, type RoundWords } from '@antechamber/sealing'

/** More than anybody honest sends while one is away; each is kept in memory until it is looked at. */
const MAX_WAITING = 256

/** What notes need of their space. */
export interface NotesOf {
  readonly space: Uint8Array
  /** The secret of this device's sealing key of that name, while it is kept. */
  readonly secretOf: (name: string) => Promise<Uint8Array | undefined>
}

/**
 * Notes from one device to another of the same space: words that nothing names, sealed to a sealing key of whom they are
 * for (LE4). Everybody in the space has the envelope; who has sent it and for whom only that device can tell.
 */
export class Notes {
  readonly #of: NotesOf
  #waiting: string[] = []

  constructor(of: NotesOf) {
    this.#of = of
  }

  /** Words have come that are sealed to a key; what is for this device is kept until it is {@link take}n. */
  async read(words: RoundWords): Promise<void> {
    const secret = await this.#of.secretOf(toBase64Url(words.key))
    const note = secret && (await openRoundWords(secret, this.#of.space, words))
    if (note && this.#waiting.length < MAX_WAITING) this.#waiting.push(note.words)
  }

  /** What has come since the last time, oldest first. Whoever has put it there may be anybody in the space. */
  take(): readonly string[] {
    const taken = this.#waiting
    this.#waiting = []
    return taken
  }

  /** What could not be done yet. */
  putBack(note: string): void {
    this.#waiting.push(note)
  }
}
