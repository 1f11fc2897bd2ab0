import type { Role, SeatId, SideId } from '@antechamber/core'
import { linkPath } from '@antechamber/sealing'
import { decoded } from './encoding.ts'
import type { Arrival, Seen } from './joins.ts'
import type { InvitationPurpose, InvitationRecord } from './records.ts'

/** An invitation as the facilitator sees it. `two-joins`: more than one person has used it, and none is admitted (IN6). */
export interface InvitationView {
  readonly id: string
  /** Left out for somebody new. */
  readonly purpose: InvitationPurpose | undefined
  readonly label: string
  /** The seat that it opens: whoever came by it sits there. */
  readonly seat: SeatId
  readonly role: Role
  readonly side: SideId | undefined
  /** Empty once it opens nothing any more. */
  readonly link: string
  readonly spokenCode: readonly string[] | undefined
  readonly expiresAt: number
  readonly state: InvitationRecord['state'] | 'expired' | 'arrived' | 'two-joins'
  readonly arrival: Arrival | undefined
}

/**
 * How an invitation is shown.
 *
 * @param seen the valid joins of those who have used it
 * @param isOver it is past its time, or the relay does not know it any more
 */
export function viewInvitation(
  record: InvitationRecord,
  origin: string,
  seen: readonly Seen[],
  isOver: boolean,
): InvitationView {
  const { id, purpose, label, seat, role, side, opening, expiresAt, state } = record
  const isOpen = state === 'open'
  const arrived = seen.length > 1 ? 'two-joins' : seen.length === 1 ? 'arrived' : 'open'
  return {
    id,
    purpose,
    label,
    seat,
    role,
    side,
    link: opening ? `${origin}${linkPath({ id: decoded(id), secret: decoded(opening.secret) })}` : '',
    spokenCode: opening?.spokenCode,
    expiresAt,
    state: isOpen ? (isOver ? 'expired' : arrived) : state,
    arrival: isOpen && seen.length === 1 ? seen[0]?.arrival : undefined,
  }
}
