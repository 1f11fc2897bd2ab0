import { type Charter, KNOWN_PARTS, loadProcess, type Role, type SideId, sideOf } from '@antechamber/core'
import { ID_BYTES, type InvitationState } from '@antechamber/protocol'
import {
  type InvitationSecret,
  invitationFromSpokenCode,
  isSealingPublicKey,
  openRecord,
  parseLink,
  parseSpokenCode,
} from '@antechamber/sealing'
import { decoded, parseJson } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { spacesOf } from './identity.ts'
import { type InvitationPurpose, type Welcome, welcomeShape } from './records.ts'
import type { RelayDoors } from './relay-doors.ts'

/** An invitation that this device could open: what a person reads before they decide to join. */
export interface OpenInvitation {
  readonly charter: Charter
  readonly role: Role
  readonly side: SideId | undefined
  /** Left out for somebody new; otherwise the seat is somebody's already, and they come to it with another device. */
  readonly purpose: InvitationPurpose | undefined
  /** What the one who sits there is called; undefined for somebody new. */
  readonly name: string | undefined
  /** For a rescue: the side of whoever helps. */
  readonly helper: SideId | undefined
  readonly expiresAt: number
  readonly [opened]: { readonly invitation: InvitationSecret; readonly record: Uint8Array; readonly welcome: Welcome }
}

/** What joining takes of an open invitation; of no use to anybody else. */
export const opened: unique symbol = Symbol('opened')

/**
 * Reads an invitation by its link or its spoken code. Consumes nothing (IN3).
 *
 * Throws {@link Failure}: `mistyped` before anything is asked of the relay; `not-found`; `used`, `declined`, `revoked` or
 * `expired`; `unreadable` when the record does not open with this secret; `unreachable`.
 */
export async function readInvitation(linkOrCode: string, doors: RelayDoors): Promise<OpenInvitation> {
  const invitation = await parseInvitation(linkOrCode)
  const { state, expiresAt, record } = await doors.readInvitation(invitation.id)
  const closed = CLOSED[state]
  if (closed) throw new Failure(closed)
  const bytes = openRecord(invitation, record)
  const welcome = bytes.ok ? welcomeShape.read(parseJson(bytes.value), '') : bytes
  if (!welcome.ok || !isGood(welcome.value)) throw new Failure('unreadable')
  const { charter, role, side, purpose, seated } = welcome.value
  return {
    charter,
    role,
    side,
    purpose,
    name: seated?.name,
    helper: purpose === 'rescue' ? helperIn(welcome.value) : undefined,
    expiresAt,
    [opened]: { invitation, record, welcome: welcome.value },
  }
}

/** The side of whoever has made a helper's invitation: it has the caucus of that side, and no other. */
export const helperIn = ({ charter, spaces }: Pick<Welcome, 'charter' | 'spaces'>): SideId | undefined =>
  charter.sides.map(({ id }) => id).find((side) => spaces.some(({ name }) => sideOf(name) === side))

/** Whether somebody can join by this: a process that can be held, a seat in it, and exactly the spaces of that seat. */
function isGood({ charter, role, side, joinKey, spaces, purpose, seated }: Welcome): boolean {
  const sides = charter.sides.map(({ id }) => id)
  // A helper shares these with a facilitator, and one caucus: their own.
  const helped = helperIn({ charter, spaces })
  const names =
    purpose === 'rescue'
      ? spacesOf('participant', helped, sides)
      : [...spacesOf(role, side, sides), ...(purpose === 'device' ? (['own'] as const) : [])]
  return (
    (purpose !== 'rescue' || (role === 'facilitator' && helped !== undefined)) &&
    (purpose === undefined) === (seated === undefined) &&
    isSealingPublicKey(decoded(joinKey)) &&
    decoded(charter.dialogue).length === ID_BYTES &&
    loadProcess(charter.process, KNOWN_PARTS).ok &&
    (role === 'participant' ? side !== undefined && sides.includes(side) : side === undefined) &&
    spaces.length === names.length &&
    names.every((name) => spaces.some((space) => space.name === name))
  )
}

/** What an invitation that opens nothing any more is told as. */
const CLOSED: { readonly [S in InvitationState]?: FailureCode } = {
  admitted: 'used',
  declined: 'declined',
  revoked: 'revoked',
  expired: 'expired',
}

/** Asks nothing of the relay. Throws {@link Failure} `mistyped`. */
export async function parseInvitation(linkOrCode: string): Promise<InvitationSecret> {
  const link = parseLink(linkOrCode)
  if (link.ok) return link.value
  const words = await parseSpokenCode(linkOrCode)
  if (!words.ok) throw new Failure('mistyped', 0, undefined, words.error.words)
  return invitationFromSpokenCode(words.value)
}
