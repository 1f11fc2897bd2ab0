import type { FailureCode } from '@antechamber/client'

/** Why a code or link did not open anything. */
export type CodeProblem =
  /** The words that are on no list; none where their number is wrong, or where it is no code at all. */
  | { readonly code: 'mistyped'; readonly words: readonly string[] }
  | { readonly code: Exclude<FailureCode, 'mistyped'> }
  /** A link that was cut short, or is none of ours. */
  | { readonly code: 'bad-link' }
  /** The address has come without its secret part: it was taken before, or lost on the way. */
  | { readonly code: 'half-link' }
