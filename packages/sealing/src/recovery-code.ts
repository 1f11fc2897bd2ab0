import { type Result, utf8 } from '@antechamber/protocol'
import { type CodeLength, drawCode, type MistypedCode, readCode } from './code-text.ts'
import { taggedHash } from './hashing.ts'
import type { Random } from './random.ts'
import { type SigningKey, signingKeyFromSecret } from './signing.ts'

/** Twelve words of eleven bits: 132 bits, and no other code has as many. */
export const RECOVERY_WORDS = 12
/** Ten groups of four digits: 132 bits. */
export const RECOVERY_GROUPS = 10
const LENGTH: CodeLength = { words: RECOVERY_WORDS, groups: RECOVERY_GROUPS, digits: 4 }

/**
 * A new recovery code, to be written down: twelve words of the language's list, or ten groups of four digits where there
 * is none.
 *
 * @param language of the person, a BCP 47 tag
 *
 * Source: docs/spec/devices.md, rule DV1.
 */
export const newRecoveryCode = (language: string, random: Random): Promise<readonly string[]> =>
  drawCode(LENGTH, language, random)

/** What somebody typed, read as leniently as a spoken code (IN2). Source: docs/spec/devices.md, rule DV1. */
export const parseRecoveryCode = (text: string): Promise<Result<readonly string[], MistypedCode>> =>
  readCode(LENGTH, text)

/**
 * The anchor that a recovery code stands for. No slow hash: there are too many codes to try.
 *
 * Source: docs/spec/devices.md, rule DV1.
 */
export const anchorFromRecoveryCode = (words: readonly string[]): SigningKey =>
  signingKeyFromSecret(taggedHash('recovery-code', utf8(words.join(' '))))
