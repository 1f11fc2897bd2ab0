import {
  encode,
  equalBytes,
  err,
  NONCE_BYTES,
  ok,
  type Result,
  SEALING_ENC_BYTES,
  tagged,
  utf8,
} from '@antechamber/protocol'
import { open, seal, TAG_BYTES } from './aead.ts'
import type { OpenChapter } from './chapter.ts'
import { deriveKey, taggedHash } from './hashing.ts'
import { hpkeOpen, hpkeSeal, publicKeyOfSeed } from './hpke.ts'
import { padTo } from './padding.ts'
import type { Random } from './random.ts'
import { KEY_BYTES } from './secrets.ts'
import type { SigningKey } from './signing.ts'
import {
  encodeRoundWords,
  type RoundWords,
  readSaid,
  roomFor,
  type SaidWords,
  saidCodec,
  sealContent,
  wordsRef,
} from './words.ts'

/** The most that words for a round come to in UTF-8. */
export const MAX_ROUND_WORDS_BYTES = 30_000

/** An X-Wing key that what is written in a round is sealed to: `secret` 32 bytes, `publicKey` 1,216. */
export interface RoundKey {
  readonly secret: Uint8Array
  readonly publicKey: Uint8Array
}

/** The key of a secret that a closed round has published, or that a device keeps. Costs about 5 ms. */
export const roundKeyOf = async (secret: Uint8Array): Promise<RoundKey> => ({
  secret,
  publicKey: await publicKeyOfSeed(secret),
})

/** The secret that a device draws for a round that it opens; the same each time that the command is carried out. */
export const roundSecret = (root: SigningKey, ...command: readonly Uint8Array[]): Uint8Array =>
  deriveKey(root.secret, undefined, tagged('round-secret', ...command))

/** What words name the round key by that they are sealed to: 32 bytes. */
export const roundKeyName = (publicKey: Uint8Array): Uint8Array => taggedHash('round-key', publicKey)

/**
 * What the words themselves are sealed under. Their author's device can derive it again from what they are named by;
 * everyone else is given it by the round's key. It seals these words and nothing else, so its nonce need not change.
 */
const keyFor = (root: SigningKey, space: Uint8Array, ref: Uint8Array): Uint8Array =>
  deriveKey(root.secret, undefined, tagged('round-words-key', space, ref))
const NONCE = new Uint8Array(NONCE_BYTES)

const sealData = (space: Uint8Array, ref: Uint8Array): Uint8Array => tagged('round-words', space, ref)
const wrapInfo = (space: Uint8Array, ref: Uint8Array): Uint8Array => tagged('round-words-wrap', space, ref)

/** Form, ref and the name of the key before what is wrapped and sealed. */
const BEFORE = 1 + 2 * 32 + SEALING_ENC_BYTES + KEY_BYTES + TAG_BYTES

/**
 * Seals words so that the whole space has them and nobody but their author opens them before the round's secret is
 * published; under the chapter too. How long they are shows in the size of the envelope alone. Costs about 6 ms.
 *
 * @param publicKey one that `isSealingPublicKey`
 * @returns the whole envelope; `too-large` for more than 30,000 bytes
 *
 * Source: docs/spec/log.md, rule LG17.
 */
export async function sealRoundWords(
  chapter: OpenChapter,
  root: SigningKey,
  said: SaidWords,
  publicKey: Uint8Array,
  random: Random,
): Promise<Result<Uint8Array, { readonly code: 'too-large' }>> {
  const text = utf8(said.words)
  if (text.length > MAX_ROUND_WORDS_BYTES) return err({ code: 'too-large' })
  const { space } = chapter.place
  const ref = wordsRef(said)
  const key = keyFor(root, space, ref)
  const content = encode(saidCodec, { salt: said.salt, words: text, padding: new Uint8Array(0) })
  const padded = padTo(roomFor(BEFORE + content.length + TAG_BYTES) - BEFORE - TAG_BYTES, content)
  const { enc, ciphertext } = await hpkeSeal(publicKey, wrapInfo(space, ref), key, random)
  const sealed = seal(key, NONCE, sealData(space, ref), padded)
  const words = { ref, key: roundKeyName(publicKey), enc, wrapped: ciphertext, sealed }
  return ok(sealContent(chapter, root, encodeRoundWords(words), random))
}

/** What was said, if this key opens it and it is what the words are named by. */
function openWith(key: Uint8Array, space: Uint8Array, { ref, sealed }: RoundWords): SaidWords | undefined {
  const opened = open(key, NONCE, sealData(space, ref), sealed)
  const said = opened && readSaid(opened)
  return said && equalBytes(wordsRef(said), ref) ? said : undefined
}

/** Words that this device has sent itself, or undefined for those of others. */
export const openOwnRoundWords = (root: SigningKey, space: Uint8Array, words: RoundWords): SaidWords | undefined =>
  openWith(keyFor(root, space, words.ref), space, words)

/**
 * Words whose round has closed. Costs about 7 ms.
 *
 * @returns undefined when they were not sealed to this key, or are not what they are named by: alike on every device
 *
 * Source: docs/spec/log.md, rule LG18.
 */
export async function openRoundWords(
  secret: Uint8Array,
  space: Uint8Array,
  words: RoundWords,
): Promise<SaidWords | undefined> {
  const key = await hpkeOpen(secret, wrapInfo(space, words.ref), words.enc, words.wrapped)
  return key && openWith(key, space, words)
}
