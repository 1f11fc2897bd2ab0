import { ID_BYTES } from '@antechamber/protocol'
import {
  type EntryFields,
  type OpenChapter,
  type Random,
  type SaidWords,
  type SigningKey,
  sealEntry,
  sealRoundWords,
  sealWords,
} from '@antechamber/sealing'
import { Failure } from './errors.ts'

/** Words to be sent; `to`: the key of the round that they are for. */
export interface SentWords extends SaidWords {
  readonly to?: Uint8Array
}

/** Seals what this device writes into one space. */
export class Writer {
  readonly #root: SigningKey
  readonly #device: Uint8Array
  readonly #random: Random

  constructor(root: SigningKey, device: Uint8Array, random: Random) {
    this.#root = root
    this.#device = device
    this.#random = random
  }

  /** The envelope of an entry. Throws {@link Failure} `too-large`. */
  entry(chapter: OpenChapter, entry: Omit<EntryFields, 'device'>): Uint8Array {
    const fields = { ...entry, device: this.#device }
    const sealed = sealEntry(chapter, this.#root, fields, this.#random(ID_BYTES), this.#random)
    if (!sealed.ok) throw new Failure('too-large')
    return sealed.value
  }

  /** The envelope of words, sealed to a round's key if they have one. Throws {@link Failure} `too-large`. */
  async words(chapter: OpenChapter, { to, ...said }: SentWords): Promise<Uint8Array> {
    const sealed = to
      ? await sealRoundWords(chapter, this.#root, said, to, this.#random)
      : sealWords(chapter, this.#root, said, this.#random)
    if (!sealed.ok) throw new Failure('too-large')
    return sealed.value
  }
}
