import type { RelayCode } from '@antechamber/protocol'

/**
 * Why something that needs the relay did not happen.
 *
 * - a {@link RelayCode}: the relay refused; nothing was stored
 * - `unreachable`: no answer; nothing is known to have been stored
 * - `not-understood`: the relay answered with bytes that are no answer
 * - `mistyped`: the link or code cannot be one
 * - `unreadable`: the invitation's record does not open with this link or code
 * - `not-kept`: this device's own store failed; what the relay has is safe there
 * - `stopped`: the space was stopped because what the relay serves contradicts itself; see the notices
 */
export type FailureCode =
  | RelayCode
  | 'unreachable'
  | 'not-understood'
  | 'mistyped'
  | 'unreadable'
  | 'not-kept'
  | 'stopped'

/** Thrown by whatever asks the relay; caught where a person can be told. */
export class Failure extends Error {
  readonly code: FailureCode
  readonly retryAfterMs: number
  /** With `mistyped`: the words that are on no list; none where their number is wrong, or where it is no code at all. */
  readonly words: readonly string[]
  constructor(code: FailureCode, retryAfterMs = 0, cause?: unknown, words: readonly string[] = []) {
    super(code, { cause })
    this.code = code
    this.retryAfterMs = retryAfterMs
    this.words = words
  }
}
