import {
  bytes,
  decode,
  ENVELOPE_OVERHEAD,
  type Envelope,
  encode,
  encodeEnvelope,
  equalBytes,
  err,
  fixed,
  fromUtf8,
  HASH_BYTES,
  ID_BYTES,
  MAX_ENVELOPE_BYTES,
  NONCE_BYTES,
  ok,
  type Result,
  rest,
  SEALING_ENC_BYTES,
  sizeClass,
  struct,
  tagged,
  u8,
  utf8,
  WORDS,
  withdrawable,
} from '@antechamber/protocol'
import { open, seal, TAG_BYTES } from './aead.ts'
import type { OpenChapter } from './chapter.ts'
import { deriveKey, hash, taggedHash } from './hashing.ts'
import { isAllZero, padTo } from './padding.ts'
import type { Random } from './random.ts'
import { KEY_BYTES, reveal } from './secrets.ts'
import type { SigningKey } from './signing.ts'

export const WORDS_SALT_BYTES = 32
/** The most that words come to in UTF-8. */
export const MAX_WORDS_BYTES = 32_000

/** The first byte of what is sealed: words that the whole space reads, or words for a round's key (LG17). */
export const CLEAR = 0
export const FOR_A_ROUND = 1

export const saidCodec = struct({ salt: fixed(WORDS_SALT_BYTES), words: bytes(MAX_WORDS_BYTES), padding: rest })
const clearWords = struct({ form: u8, said: saidCodec })
const roundWords = struct({
  form: u8,
  ref: fixed(HASH_BYTES),
  key: fixed(HASH_BYTES),
  enc: fixed(SEALING_ENC_BYTES),
  wrapped: fixed(KEY_BYTES + TAG_BYTES),
  sealed: rest,
})

/** How much longer an envelope is than what is sealed in it. */
export const SEALED_OVERHEAD = ENVELOPE_OVERHEAD + TAG_BYTES

/** Words, and what keeps their commitment from telling them to whoever guesses. */
export interface SaidWords {
  readonly salt: Uint8Array
  readonly words: string
}

/** Words that only the round's key opens, and the device that has sent them (LG17). */
export interface RoundWords {
  /** What the words are named by, as whoever has sent them says: only opening them shows it. */
  readonly ref: Uint8Array
  /** Which round key they are sealed to ({@link roundKeyName}). */
  readonly key: Uint8Array
  readonly enc: Uint8Array
  readonly wrapped: Uint8Array
  readonly sealed: Uint8Array
}

/** What comes in an envelope of words. */
export type OpenedWords =
  | { readonly form: 'clear'; readonly said: SaidWords }
  | { readonly form: 'for-a-round'; readonly words: RoundWords }

/** What an event names words by: 32 bytes that tell nothing of them (DG15). */
export const wordsRef = ({ salt, words }: SaidWords): Uint8Array => taggedHash('words', salt, utf8(words))

/** The salt of the words that a command says as its n-th, the same each time that it is carried out. */
export const wordsSalt = (root: SigningKey, ...command: readonly Uint8Array[]): Uint8Array =>
  deriveKey(root.secret, undefined, tagged('words-salt', ...command))

/**
 * What shows the relay that this device has sent an envelope of words (LG13). 32 bytes, and of no use for another one.
 *
 * @param nonce of the envelope
 */
export const withdrawalSecret = (root: SigningKey, space: Uint8Array, nonce: Uint8Array): Uint8Array =>
  deriveKey(root.secret, undefined, tagged('withdrawal', space, nonce))

/** Whether a device has sent this envelope of words. */
export const isOwnWords = (root: SigningKey, { id, space, nonce }: Envelope): boolean =>
  equalBytes(id, idFor(withdrawalSecret(root, space, nonce)))

const idFor = (secret: Uint8Array): Uint8Array => hash(withdrawable(secret)).slice(0, ID_BYTES)

const sealData = ({ place, headerHash }: OpenChapter, envelopeId: Uint8Array): Uint8Array =>
  tagged('words-seal', place.space, place.chapter, envelopeId, headerHash)

/**
 * Seals words under the chapter. They are not signed: the event that names them is.
 *
 * @returns the whole envelope, of the smallest size class that holds it; `too-large` for more than 32,000 bytes
 *
 * Source: docs/spec/log.md, rule LG12.
 */
export function sealWords(
  chapter: OpenChapter,
  root: SigningKey,
  { salt, words }: SaidWords,
  random: Random,
): Result<Uint8Array, { readonly code: 'too-large' }> {
  const text = utf8(words)
  if (text.length > MAX_WORDS_BYTES) return err({ code: 'too-large' })
  const said = { salt, words: text, padding: new Uint8Array(0) }
  const content = encode(clearWords, { form: CLEAR, said })
  return ok(sealContent(chapter, root, padTo(roomFor(content.length), content), random))
}

/** How much is sealed in the smallest envelope that has room for `length` bytes. */
export function roomFor(length: number): number {
  const size = sizeClass(WORDS, SEALED_OVERHEAD + length)
  if (size === undefined) throw new RangeError(`words of ${length} bytes fit no envelope`)
  return size - SEALED_OVERHEAD
}

/** The envelope of words of whatever form, padded already. */
export function sealContent(chapter: OpenChapter, root: SigningKey, content: Uint8Array, random: Random): Uint8Array {
  const { space, chapter: chapterId } = chapter.place
  const nonce = random(NONCE_BYTES)
  const id = idFor(withdrawalSecret(root, space, nonce))
  const sealed = seal(reveal(chapter.key), nonce, sealData(chapter, id), content)
  return encodeEnvelope({ kind: WORDS, space, chapter: chapterId, id, nonce, sealed })
}

/** What is sealed for a round, as it stands in the envelope. */
export const encodeRoundWords = (words: RoundWords): Uint8Array => encode(roundWords, { form: FOR_A_ROUND, ...words })

/** Why words do not open; as an entry's faults ({@link EntryFault}). */
export type WordsFault = { readonly code: 'late' } | { readonly code: 'unreadable' } | { readonly code: 'malformed' }

/** Opens an envelope of words of this chapter. Anybody in the space may have sent it. Source: docs/spec/log.md, rule LG12. */
export function openWords(chapter: OpenChapter, envelope: Envelope): Result<OpenedWords, WordsFault> {
  if (envelope.kind !== WORDS) return err({ code: 'malformed' })
  if (!equalBytes(envelope.space, chapter.place.space)) return err({ code: 'unreadable' })
  if (!equalBytes(envelope.chapter, chapter.place.chapter)) return err({ code: 'late' })
  const opened = open(reveal(chapter.key), envelope.nonce, sealData(chapter, envelope.id), envelope.sealed)
  if (opened === undefined) return err({ code: 'unreadable' })
  if (opened[0] === FOR_A_ROUND) {
    const decoded = decode(roundWords, opened, MAX_ENVELOPE_BYTES)
    if (!decoded.ok) return err({ code: 'malformed' })
    const { form: _, ...words } = decoded.value
    return ok({ form: 'for-a-round', words })
  }
  const said = opened[0] === CLEAR ? readSaid(opened.subarray(1)) : undefined
  return said ? ok({ form: 'clear', said }) : err({ code: 'malformed' })
}

/** Salt, words and padding, or undefined when the bytes are laid out in any other way. */
export function readSaid(content: Uint8Array): SaidWords | undefined {
  const decoded = decode(saidCodec, content, MAX_ENVELOPE_BYTES)
  const words = decoded.ok ? fromUtf8(decoded.value.words) : undefined
  if (!decoded.ok || words === undefined || !isAllZero(decoded.value.padding)) return undefined
  return { salt: decoded.value.salt, words }
}
