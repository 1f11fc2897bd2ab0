import { tagged, utf8 } from '@antechamber/protocol'
import { slowHash } from './argon2.ts'
import { loadWordList } from './word-list.ts'

/** Six words of eleven bits: 66 bits behind a slow hash, so that nobody makes a key with somebody else's words. */
export const SAFETY_WORDS = 6
const WORD_BITS = 11
const HASH_BYTES = 9
const SALT = 'antechamber/v1/safety-words'

/**
 * The words that a person reads aloud so that the others can compare. Where the language has no list yet, each is a
 * number of four digits, 0000 to 2047. Costs about 0.3 s.
 *
 * @param keys the public keys of the person's anchor and of the device that signs for them: words that agree vouch for both
 * @param language of the dialogue, a BCP 47 tag: everybody in it sees the same words
 *
 * Source: docs/spec/invitation.md, rule IN9.
 */
export async function safetyWords(
  { anchor, root }: { readonly anchor: Uint8Array; readonly root: Uint8Array },
  language: string,
): Promise<readonly string[]> {
  const list = await loadWordList(language)
  const hashed = await slowHash(tagged('safety-words', anchor, root), utf8(SALT), HASH_BYTES)
  const bits = [...hashed].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from({ length: SAFETY_WORDS }, (_, i) => {
    const index = Number.parseInt(bits.slice(i * WORD_BITS, (i + 1) * WORD_BITS), 2)
    return list?.[index] ?? String(index).padStart(4, '0')
  })
}
