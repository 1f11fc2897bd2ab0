import type { EndedKey, WordsRef } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import {
  type OpenedWords,
  openOwnRoundWords,
  openRoundWords,
  type RoundWords,
  roundKeyName,
  type SaidWords,
  type SigningKey,
  wordsRef,
} from '@antechamber/sealing'
import { decoded } from './encoding.ts'
import type { Notes } from './notes.ts'

/** Words that can be read, and what they are named by. */
export interface Readable {
  readonly ref: WordsRef
  readonly said: SaidWords
}

/** Words that have come. `said`: if they can be read now. `isSent`: whoever would send them need not. */
export interface Landed {
  readonly ref: WordsRef
  readonly said: SaidWords | undefined
  readonly isSent: boolean
}

/**
 * How many envelopes under one name are tried: that of its author is the first, unless somebody in the room and the relay
 * work together, who could as well leave it out. Each try costs every device some milliseconds.
 */
const MAX_TRIES = 8

/** What opens the words of a round, unless nothing does, and the number of the envelope that its closing came in. */
interface Ended {
  readonly opens: Uint8Array | undefined
  readonly n: number
}

/** Words that were written in rounds of one space, from when they come until they can be read (LG17, LG18, RD9). */
export class SealedWords {
  readonly #root: SigningKey
  readonly #space: Uint8Array
  readonly #notes: Notes | undefined
  /** Of rounds that are open, in the order in which they came, by what whoever has sent them names them by. */
  readonly #waiting = new Map<string, RoundWords[]>()
  /** This device's own, which it reads from the first; with the name of the key that they are sealed to. */
  readonly #own = new Map<string, { readonly said: SaidWords; readonly key: string }>()
  /** What opens the words of rounds that have closed, by the name of their key. */
  readonly #ended = new Map<string, Ended>()
  readonly #unshared = new Map<string, SaidWords>()

  constructor(root: SigningKey, space: Uint8Array, notes?: Notes) {
    this.#root = root
    this.#space = space
    this.#notes = notes
  }

  /** This device's own words that nobody else can read although their round has closed. */
  get unshared(): readonly SaidWords[] {
    return [...this.#unshared.values()]
  }

  /**
   * Words have come, in clear or for a round.
   *
   * @param named what something names; nothing else is worth opening
   */
  async land(opened: OpenedWords, named: () => ReadonlySet<string>): Promise<Landed> {
    if (opened.form === 'clear') {
      const ref = toBase64Url(wordsRef(opened.said)) as WordsRef
      this.#unshared.delete(ref)
      return { ref, said: opened.said, isSent: true }
    }
    const { words } = opened
    const [ref, key] = [toBase64Url(words.ref) as WordsRef, toBase64Url(words.key)]
    const own = openOwnRoundWords(this.#root, this.#space, words)
    if (own) {
      this.#own.set(ref, { said: own, key })
      return { ref, said: own, isSent: true }
    }
    await this.#notes?.read(words)
    const ended = this.#ended.get(key)
    const waiting = this.#waiting.get(ref) ?? []
    if (!ended && waiting.filter((one) => toBase64Url(one.key) === key).length < MAX_TRIES)
      this.#waiting.set(ref, [...waiting, words])
    const said = ended?.opens && named().has(ref) ? await openRoundWords(ended.opens, this.#space, words) : undefined
    return { ref, said, isSent: false }
  }

  /**
   * A round has closed. Only what something names is opened.
   *
   * @param n the number of the envelope that says so
   * @returns what can be read now
   */
  async end({ key, secret }: EndedKey, named: ReadonlySet<string>, n: number): Promise<readonly Readable[]> {
    const name = toBase64Url(roundKeyName(decoded(key)))
    const opens = secret && decoded(secret)
    this.#ended.set(name, { opens, n })
    if (!opens) {
      for (const [ref, own] of this.#own) if (own.key === name && named.has(ref)) this.#unshared.set(ref, own.said)
    }
    const readable: Readable[] = []
    for (const [ref, all] of this.#waiting) {
      const ofIt = all.filter((words) => toBase64Url(words.key) === name)
      const said = opens && named.has(ref) && !this.#own.has(ref) ? await this.#first(ofIt, opens) : undefined
      if (said) readable.push({ ref: ref as WordsRef, said })
      const others = all.filter((words) => !ofIt.includes(words))
      if (others.length > 0) this.#waiting.set(ref, others)
      else this.#waiting.delete(ref)
    }
    return readable
  }

  /** Forgets words that were taken back. */
  drop(ref: string): void {
    for (const known of [this.#waiting, this.#own, this.#unshared]) known.delete(ref)
  }

  /**
   * Forgets what was destroyed: words that nothing names any more, whether they could be read or not, so that they are not
   * sent again either; and what opens the rounds that were closed there.
   *
   * @param begins the number that the log begins with again
   */
  forget(begins: number, named: ReadonlySet<string>): void {
    for (const known of [this.#waiting, this.#own, this.#unshared])
      for (const ref of known.keys()) if (!named.has(ref)) known.delete(ref)
    for (const [key, { n }] of this.#ended) if (n < begins) this.#ended.delete(key)
  }

  /** The first that opens: whoever seals something else under the name of another's words comes after them. */
  async #first(words: readonly RoundWords[], secret: Uint8Array): Promise<SaidWords | undefined> {
    for (const one of words) {
      const said = await openRoundWords(secret, this.#space, one)
      if (said) return said
    }
    return undefined
  }
}
