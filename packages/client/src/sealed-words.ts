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

/** Words that were written in rounds of one space, from when they come until they can be read (LG17, LG18, RD9). */
export class SealedWords {
  readonly #root: SigningKey
  readonly #space: Uint8Array
  /** Of rounds that are open, in the order in which they came, by what whoever has sent them names them by. */
  readonly #waiting = new Map<string, RoundWords[]>()
  /** This device's own, which it reads from the first; with the name of the key that they are sealed to. */
  readonly #own = new Map<string, { readonly said: SaidWords; readonly key: string }>()
  /** What opens the words of rounds that have closed, by the name of their key. */
  readonly #ended = new Map<string, Uint8Array | undefined>()
  readonly #unshared = new Map<string, SaidWords>()

  constructor(root: SigningKey, space: Uint8Array) {
    this.#root = root
    this.#space = space
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
    const secret = this.#ended.get(key)
    if (!this.#ended.has(key)) this.#waiting.set(ref, [...(this.#waiting.get(ref) ?? []), words])
    const said = secret && named().has(ref) ? await openRoundWords(secret, this.#space, words) : undefined
    return { ref, said, isSent: false }
  }

  /** A round has closed. Only what something names is opened. @returns what can be read now */
  async end({ key, secret }: EndedKey, named: ReadonlySet<string>): Promise<readonly Readable[]> {
    const name = toBase64Url(roundKeyName(decoded(key)))
    const opens = secret && decoded(secret)
    this.#ended.set(name, opens)
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

  /** The first that opens: whoever seals something else under the name of another's words comes after them. */
  async #first(words: readonly RoundWords[], secret: Uint8Array): Promise<SaidWords | undefined> {
    for (const one of words) {
      const said = await openRoundWords(secret, this.#space, one)
      if (said) return said
    }
    return undefined
  }
}
