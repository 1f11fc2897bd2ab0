import { ID_BYTES } from '@antechamber/protocol'
import {
  type EntryFields,
  type OpenChapter,
  type Random,
  type SaidWords,
  type SigningKey,
  sealEntry,
  sealWords,
} from '@antechamber/sealing'
import { Failure } from './errors.ts'

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

  /** The envelope of words. Throws {@link Failure} `too-large`. */
  words(chapter: OpenChapter, said: SaidWords): Uint8Array {
    const sealed = sealWords(chapter, this.#root, said, this.#random)
    if (!sealed.ok) throw new Failure('too-large')
    return sealed.value
  }
}
