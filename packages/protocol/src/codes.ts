import { err, ok, type Result } from './result.ts'

/**
 * Why the relay refuses, in the order of the number that stands on the wire (from 1). New codes go to the end.
 *
 * - `not-found`: no such space, device, invitation, desk or chapter, or not yours: one answer for all (WR5)
 * - `malformed`: bytes that are no message, or a message out of its place
 * - `too-large`: more bytes than the door takes
 * - `too-many`: a limit was reached; `retryAfterMs` says when to come again
 * - `stale-chapter`: the chapter is no longer current
 * - `head-moved`: a batch lost its compare-and-swap
 * - `forbidden`: the device may read and write here, but not do this
 * - `exists`: the id is taken by something else
 * - `expired`, `used`, `declined`, `revoked`: what became of an invitation
 * - `client-too-old`, `relay-too-old`: no common version
 * - `storage-full`: nothing was stored, nothing is lost; the operator must act
 * - `slow-reader`: the connection was closed because its reader fell behind; resume after the last `n`
 * - `stopping`: the relay is going down; come again
 * - `space-full`: the space holds as much as a space may (WR19); time changes nothing, nothing was stored
 */
export const RELAY_CODES = [
  'not-found',
  'malformed',
  'too-large',
  'too-many',
  'stale-chapter',
  'head-moved',
  'forbidden',
  'exists',
  'expired',
  'used',
  'declined',
  'revoked',
  'client-too-old',
  'relay-too-old',
  'storage-full',
  'slow-reader',
  'stopping',
  'space-full',
] as const
export type RelayCode = (typeof RELAY_CODES)[number]

export const codeNumber = (code: RelayCode): number => RELAY_CODES.indexOf(code) + 1

/** The code of a number from the wire; a number that we do not know is refused, since its meaning is. */
export function codeFromNumber(number: number): Result<RelayCode, { readonly code: 'bad-value' }> {
  const code = RELAY_CODES[number - 1]
  return code === undefined ? err({ code: 'bad-value' }) : ok(code)
}
