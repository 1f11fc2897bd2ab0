import { err, ok, type Result } from '@antechamber/protocol'
import type { Random } from './random.ts'
import { LIST_WORDS, loadWordList } from './word-list.ts'

/** `words`: those that are in no list, as typed but for case; empty when only their number is wrong. */
export interface MistypedCode {
  readonly code: 'mistyped'
  readonly words: readonly string[]
}

/** How long a code is: so many words of a list, or, in languages without one, so many groups of so many digits. */
export interface CodeLength {
  readonly words: number
  readonly groups: number
  readonly digits: number
}

/** English words of the list are told apart by their first four letters. */
const PREFIX_LETTERS = 4

/** A number below `limit`, each equally likely; `limit` at most 65,536. Draws two bytes at a time. */
function drawBelow(limit: number, random: Random): number {
  const fair = 65_536 - (65_536 % limit)
  for (;;) {
    const [high, low] = random(2) as unknown as [number, number]
    const drawn = high * 256 + low
    if (drawn < fair) return drawn % limit
  }
}

/** Words of the language's list, or groups of digits where there is none. @param language a BCP 47 tag */
export async function drawCode(
  { words, groups, digits }: CodeLength,
  language: string,
  random: Random,
): Promise<readonly string[]> {
  const list = await loadWordList(language)
  return list === undefined
    ? Array.from({ length: groups }, () => String(drawBelow(10 ** digits, random)).padStart(digits, '0'))
    : Array.from({ length: words }, () => list[drawBelow(LIST_WORDS, random)] as string)
}

/** Arabic-Indic U+0660 and Persian U+06F0 digits as ASCII digits. */
const asciiDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) as number) & 15))

/**
 * What somebody typed, as {@link drawCode} gave it. Takes any case, anything that is no letter or digit between the words,
 * words cut after four letters or later, Arabic-Indic and Persian digits, and digits in groups of any size.
 */
export async function readCode(length: CodeLength, text: string): Promise<Result<readonly string[], MistypedCode>> {
  const typed = asciiDigits(text.normalize('NFKC').toLowerCase()).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return typed.every((word) => /^[0-9]+$/.test(word)) ? readGroups(length, typed) : readWords(length, typed)
}

function readGroups({ groups, digits }: CodeLength, typed: readonly string[]): Result<readonly string[], MistypedCode> {
  const all = typed.join('')
  if (all.length !== groups * digits) return err({ code: 'mistyped', words: [] })
  return ok(Array.from({ length: groups }, (_, i) => all.slice(i * digits, (i + 1) * digits)))
}

async function readWords(
  { words: length }: CodeLength,
  typed: readonly string[],
): Promise<Result<readonly string[], MistypedCode>> {
  const list = (await loadWordList('en')) as readonly string[]
  const known = new Set(list)
  const words = typed.map((word) => {
    if (known.has(word)) return word
    return word.length < PREFIX_LETTERS ? undefined : list.find((whole) => whole.startsWith(word))
  })
  const unknown = typed.filter((_, i) => words[i] === undefined)
  return unknown.length > 0 || words.length !== length
    ? err({ code: 'mistyped', words: unknown })
    : ok(words as readonly string[])
}
