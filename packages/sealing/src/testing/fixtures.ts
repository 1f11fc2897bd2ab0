import { env } from 'node:process'
import { decodeEnvelope, type Envelope, type Result, utf8 } from '@antechamber/protocol'
import { hash } from '../hashing.ts'
import {
  type ChapterPlace,
  createHeader,
  type EntryFields,
  newContentKey,
  newSigningKey,
  type OpenChapter,
  openHeader,
  type PreviousHead,
  type Random,
  type SigningKey,
  sealEntry,
} from '../index.ts'

/** How often a property is tried: enough to notice on every run, many more with LONG=1. */
export const runs = (quick: number): number => (env.LONG === '1' ? quick * 25 : quick)

/** The same bytes for the same seed, for ever: SHA-256 of seed and counter. */
export function seeded(seed: string): Random {
  let block = new Uint8Array(0)
  let used = 0
  let counter = 0
  return (length) => {
    const drawn = new Uint8Array(length)
    for (let i = 0; i < length; i++) {
      if (used === block.length) {
        block = Uint8Array.from(hash(utf8(`${seed}/${counter++}`)))
        used = 0
      }
      drawn[i] = block[used++] as number
    }
    return drawn
  }
}

/** 16 bytes that a reader of a failure recognises: the name, filled up with dots. */
export const idOf = (name: string): Uint8Array => utf8(name.padEnd(16, '.').slice(0, 16))

/** The value, or a failed test that shows the fault. */
export function must<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`)
  return result.value
}

/** The code of the fault, or a failed test. */
export function codeOf<C>(result: Result<unknown, { readonly code: C }>): C {
  if (result.ok) throw new Error('expected a fault')
  return result.error.code
}

export const START: PreviousHead = { headerHash: new Uint8Array(32), n: 0, logHash: new Uint8Array(32) }

/** Ada opens the first chapter of a room. */
export function openFirstChapter(seed = 'first chapter') {
  const random = seeded(seed)
  const place: ChapterPlace = { dialogue: idOf('dialogue'), space: idOf('room'), chapter: idOf('chapter one') }
  const ada = newSigningKey(random)
  const share = random(32)
  const contentKey = newContentKey(random)
  const snapshot = utf8('a roster, as far as this package is concerned')
  const envelopeId = random(16)
  const made = createHeader({ place, share, contentKey, envelopeId, previous: START, snapshot, root: ada, random })
  return { ...made, random, place, ada, share, contentKey, snapshot, envelopeId, decoded: read(made.envelope) }
}

export const read = (bytes: Uint8Array): Envelope => must(decodeEnvelope(bytes))

/** What a device would do with a header that arrives: opened, not yet verified. */
export const reopen = (made: ReturnType<typeof openFirstChapter>) =>
  must(openHeader(made.decoded, made.place.dialogue, made.contentKey, made.share))

export const entryFields = (change: Partial<EntryFields> = {}): EntryFields => ({
  device: idOf('ada phone'),
  counter: 0,
  entryId: idOf('entry one'),
  seen: { n: 1, logHash: hash(utf8('head')) },
  kind: 7,
  body: utf8('We were afraid to be the first to say it.'),
  ...change,
})

export const sealOne = (
  chapter: OpenChapter,
  root: SigningKey,
  random: Random,
  change: Partial<EntryFields> = {},
): Uint8Array => must(sealEntry(chapter, root, entryFields(change), random(16), random))

/** The bytes with one bit turned. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const at = Math.floor(bit / 8) % bytes.length
  changed[at] = (changed[at] as number) ^ (1 << (bit % 8))
  return changed
}
