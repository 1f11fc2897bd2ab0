import { err, ID_BYTES, ok, type Result, utf8 } from '@antechamber/protocol'
import { slowHash } from './argon2.ts'
import type { InvitationSecret } from './invitation.ts'
import type { Random } from './random.ts'
import { KEY_BYTES } from './secrets.ts'
import { LIST_WORDS, loadWordList } from './word-list.ts'

/** Eight words of eleven bits: 88 bits. */
export const SPOKEN_WORDS = 8
/** Nine groups of three digits: 89 bits. */
export const SPOKEN_GROUPS = 9
const GROUP_DIGITS = 3
/** English words of the list are told apart by their first four letters. */
const PREFIX_LETTERS = 4
const SALT = 'antechamber/v1/spoken'

/** `words`: those that are in no list, as typed but for case; empty when only their number is wrong. */
export interface MistypedCode {
  readonly code: 'mistyped'
  readonly words: readonly string[]
}

/** A number below `limit`, each equally likely; `limit` at most 65,536. Draws two bytes at a time. */
function drawBelow(limit: number, random: Random): number {
  const fair = 65_536 - (65_536 % limit)
  for (;;) {
    const [high, low] = random(2) as unknown as [number, number]
    const drawn = high * 256 + low
    if (drawn < fair) return drawn % limit
  }
}

/**
 * A new code to be read aloud: eight words of the language's list, or nine groups of three digits where there is none.
 *
 * @param language of the dialogue, a BCP 47 tag
 */
export async function newSpokenCode(language: string, random: Random): Promise<readonly string[]> {
  const list = await loadWordList(language)
  return list === undefined
    ? Array.from({ length: SPOKEN_GROUPS }, () => String(drawBelow(1000, random)).padStart(GROUP_DIGITS, '0'))
    : Array.from({ length: SPOKEN_WORDS }, () => list[drawBelow(LIST_WORDS, random)] as string)
}

/** Arabic-Indic U+0660 and Persian U+06F0 digits as ASCII digits. */
const asciiDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) as number) & 15))

/**
 * What somebody typed, as the words or groups that {@link newSpokenCode} gave. Takes any case, anything that is no letter
 * or digit between the words, words cut after four letters or later, Arabic-Indic and Persian digits, and digits in groups
 * of any size.
 *
 * Source: docs/spec/invitation.md, rule IN2.
 */
export async function parseSpokenCode(text: string): Promise<Result<readonly string[], MistypedCode>> {
  const typed = asciiDigits(text.normalize('NFKC').toLowerCase()).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return typed.every((word) => /^[0-9]+$/.test(word)) ? parseGroups(typed) : parseWords(typed)
}

function parseGroups(typed: readonly string[]): Result<readonly string[], MistypedCode> {
  const digits = typed.join('')
  if (digits.length !== SPOKEN_GROUPS * GROUP_DIGITS) return err({ code: 'mistyped', words: [] })
  return ok(digits.match(/.../g) as readonly string[])
}

async function parseWords(typed: readonly string[]): Promise<Result<readonly string[], MistypedCode>> {
  const list = (await loadWordList('en')) as readonly string[]
  const known = new Set(list)
  const words = typed.map((word) => {
    if (known.has(word)) return word
    return word.length < PREFIX_LETTERS ? undefined : list.find((whole) => whole.startsWith(word))
  })
  const unknown = typed.filter((_, i) => words[i] === undefined)
  return unknown.length > 0 || words.length !== SPOKEN_WORDS
    ? err({ code: 'mistyped', words: unknown })
    : ok(words as readonly string[])
}

/**
 * The invitation of a parsed code. Costs about 0.3 s and 64 MiB: whoever guesses pays it for each guess.
 *
 * Source: docs/spec/invitation.md, rule IN2.
 */
export async function invitationFromSpokenCode(words: readonly string[]): Promise<InvitationSecret> {
  const bytes = await slowHash(utf8(words.join(' ')), utf8(SALT), ID_BYTES + KEY_BYTES)
  return { id: bytes.slice(0, ID_BYTES), secret: bytes.slice(ID_BYTES) }
}
