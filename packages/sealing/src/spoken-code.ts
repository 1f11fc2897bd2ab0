import { ID_BYTES, type Result, utf8 } from '@antechamber/protocol'
import { slowHash } from './argon2.ts'
import { type CodeLength, drawCode, type MistypedCode, readCode } from './code-text.ts'
import type { InvitationSecret } from './invitation.ts'
import type { Random } from './random.ts'
import { KEY_BYTES } from './secrets.ts'

/** Eight words of eleven bits: 88 bits. */
export const SPOKEN_WORDS = 8
/** Nine groups of three digits: 89 bits. */
export const SPOKEN_GROUPS = 9
const LENGTH: CodeLength = { words: SPOKEN_WORDS, groups: SPOKEN_GROUPS, digits: 3 }
const SALT = 'antechamber/v1/spoken'

/**
 * A new code to be read aloud: eight words of the language's list, or nine groups of three digits where there is none.
 *
 * @param language of the dialogue, a BCP 47 tag
 */
export const newSpokenCode = (language: string, random: Random): Promise<readonly string[]> =>
  drawCode(LENGTH, language, random)

/**
 * What somebody typed, as the words or groups that {@link newSpokenCode} gave. Takes any case, anything that is no letter
 * or digit between the words, words cut after four letters or later, Arabic-Indic and Persian digits, and digits in groups
 * of any size.
 *
 * Source: docs/spec/invitation.md, rule IN2.
 */
export const parseSpokenCode = (text: string): Promise<Result<readonly string[], MistypedCode>> =>
  readCode(LENGTH, text)

/**
 * The invitation of a parsed code. Costs about 0.3 s and 64 MiB: whoever guesses pays it for each guess.
 *
 * Source: docs/spec/invitation.md, rule IN2.
 */
export async function invitationFromSpokenCode(words: readonly string[]): Promise<InvitationSecret> {
  const bytes = await slowHash(utf8(words.join(' ')), utf8(SALT), ID_BYTES + KEY_BYTES)
  return { id: bytes.slice(0, ID_BYTES), secret: bytes.slice(ID_BYTES) }
}
