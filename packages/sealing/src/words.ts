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
  ID_BYTES,
  MAX_ENVELOPE_BYTES,
  NONCE_BYTES,
  ok,
  type Result,
  rest,
  sizeClass,
  struct,
  tagged,
  utf8,
  WORDS,
  withdrawable,
} from '@antechamber/protocol'
import { open, seal, TAG_BYTES } from './aead.ts'
import type { OpenChapter } from './chapter.ts'
import { deriveKey, hash, taggedHash } from './hashing.ts'
import { isAllZero, padTo } from './padding.ts'
import type { Random } from './random.ts'
import { reveal } from './secrets.ts'
import type { SigningKey } from './signing.ts'

export const WORDS_SALT_BYTES = 32
/** The most that words come to in UTF-8. */
export const MAX_WORDS_BYTES = 32_000

const sealedWords = struct({ salt: fixed(WORDS_SALT_BYTES), words: bytes(MAX_WORDS_BYTES), padding: rest })

const SEALED_OVERHEAD = ENVELOPE_OVERHEAD + TAG_BYTES

/** Words, and what keeps their commitment from telling them to whoever guesses. */
export interface SaidWords {
  readonly salt: Uint8Array
  readonly words: string
}

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
  const content = encode(sealedWords, { salt, words: text, padding: new Uint8Array(0) })
  const size = sizeClass(WORDS, SEALED_OVERHEAD + content.length)
  if (size === undefined) throw new RangeError(`words of ${content.length} bytes fit no envelope`)
  const { space, chapter: chapterId } = chapter.place
  const nonce = random(NONCE_BYTES)
  const id = idFor(withdrawalSecret(root, space, nonce))
  const plaintext = padTo(size - SEALED_OVERHEAD, content)
  const sealed = seal(reveal(chapter.key), nonce, sealData(chapter, id), plaintext)
  return ok(encodeEnvelope({ kind: WORDS, space, chapter: chapterId, id, nonce, sealed }))
}

/** Why words do not open; as an entry's faults ({@link EntryFault}). */
export type WordsFault = { readonly code: 'late' } | { readonly code: 'unreadable' } | { readonly code: 'malformed' }

/** Opens words of this chapter. Anybody in the space may have sent them. Source: docs/spec/log.md, rule LG12. */
export function openWords(chapter: OpenChapter, envelope: Envelope): Result<SaidWords, WordsFault> {
  if (envelope.kind !== WORDS) return err({ code: 'malformed' })
  if (!equalBytes(envelope.space, chapter.place.space)) return err({ code: 'unreadable' })
  if (!equalBytes(envelope.chapter, chapter.place.chapter)) return err({ code: 'late' })
  const opened = open(reveal(chapter.key), envelope.nonce, sealData(chapter, envelope.id), envelope.sealed)
  if (opened === undefined) return err({ code: 'unreadable' })
  const decoded = decode(sealedWords, opened, MAX_ENVELOPE_BYTES)
  const words = decoded.ok ? fromUtf8(decoded.value.words) : undefined
  if (!decoded.ok || words === undefined || !isAllZero(decoded.value.padding)) return err({ code: 'malformed' })
  return ok({ salt: decoded.value.salt, words })
}
