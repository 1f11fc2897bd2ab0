import type { RelayCode } from '@antechamber/protocol'
import { StoreError } from './ports.ts'

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
 * - `shut-out`: the relay lets this device in no more: removed, or the dialogue is over
 * - `bad-text`: something that was given is too long, or holds what cannot be kept
 * - `passphrase-needed`: whoever facilitates on this device must set a passphrase first
 * - `code-needed`: everything hangs on one device, and its recovery code is not on paper yet (DV8)
 * - `other-code`: a recovery code, but not the one of this seat
 * - `helpers-differ`: invitations of helpers that are not to one seat, one of each side, or tell different things (DV13)
 * - `unexpected`: a mistake of ours
 */
export type FailureCode =
  | RelayCode
  | 'unreachable'
  | 'not-understood'
  | 'mistyped'
  | 'unreadable'
  | 'not-kept'
  | 'stopped'
  | 'shut-out'
  | 'bad-text'
  | 'passphrase-needed'
  | 'code-needed'
  | 'other-code'
  | 'helpers-differ'
  | 'unexpected'

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

/** Codes that pass by themselves: whoever asked tries again. */
const PASSING: readonly FailureCode[] = ['unreachable', 'too-many', 'stopping']
export const isPassing = ({ code }: Failure): boolean => PASSING.includes(code)

/** Whether something was foreseen to go wrong, with the relay or with the device's store. */
export const isForeseen = (failure: unknown): failure is Failure | StoreError =>
  failure instanceof Failure || failure instanceof StoreError

/** Whether something was refused with one of these codes. */
export const isCode = (failure: unknown, codes: readonly FailureCode[]): boolean =>
  failure instanceof Failure && codes.includes(failure.code)

/** What a person is told of anything that was thrown. */
export const codeOf = (failure: unknown): FailureCode =>
  failure instanceof Failure ? failure.code : failure instanceof StoreError ? 'not-kept' : 'unexpected'

/** A chapter that our own rules refuse to open; `code` is the roster's word for why. */
export class RefusedChapter extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}
