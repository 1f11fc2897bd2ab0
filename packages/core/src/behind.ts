import type { Proofs, World } from './activity.ts'
import type { SeatId } from './ids.ts'
import { seatOf } from './roster.ts'
import { presentOf, type Turns } from './turns.ts'

/**
 * Whether a caucus has not been told yet of somebody whom the room has lost: until then the yeses of that side have not
 * lapsed, though they may have to (TN5).
 */
export const isBehind = ({ room, caucuses }: World): boolean =>
  Object.values(caucuses).some(({ governing: { roster, leaving } }) =>
    presentOf(roster, leaving).some((seat) => !seatOf(room.governing.roster, seat.id)),
  )

/**
 * The yeses from caucuses without those that a device has signed which the room has lost, or does not have yet: its caucus
 * may not have been told (DV6).
 *
 * Cost: a signature for each person of whom a caucus knows a device that the room does not know.
 */
export function countedIn({ room, caucuses }: World, turns: Turns, subject: string, proofs: Proofs): Turns {
  const others = Object.values(caucuses).flatMap(({ governing }) => governing.roster)
  const holds = (id: SeatId, signature: string): boolean => {
    const seat = seatOf(room.governing.roster, id)
    const known = seat?.devices.map(({ root }) => root) ?? []
    const isSame = others.every((one) => one.id !== id || one.devices.every(({ root }) => known.includes(root)))
    return isSame || (seat !== undefined && proofs.signed(seat, subject, signature))
  }
  const counted = Object.entries(turns).filter(([id, signature]) => holds(id as SeatId, signature))
  return Object.fromEntries(counted) as Turns
}
