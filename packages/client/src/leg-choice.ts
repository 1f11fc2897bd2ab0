import { type Role, type Seat, type SeatId, seatOf, type World } from '@antechamber/core'
import type { LegNote } from './leg-notes.ts'
import type { SpaceRecord } from './records.ts'
import type { Space } from './space.ts'

/** Whether one of the devices that somebody has in a leg is theirs in the room. */
export const isThere = (there: Seat, known: Seat): boolean =>
  there.devices.some(({ root }) => known.devices.some((one) => one.root === root))

/** The devices that these seats have in the room, but for one's own. @param own this device's root key */
export function devicesOf({ room }: World, seats: readonly SeatId[], own: string): Seat['devices'] {
  const all = seats.flatMap((seat) => seatOf(room.governing.roster, seat)?.devices ?? [])
  return all.filter(({ root }) => root !== own)
}

/**
 * Whether this device's own beginning of a leg gives way to another that it is told of (LE3): nobody has come to it. To one
 * that the other person is in a facilitator's gives way always, of two by devices of one seat the one with the greater id.
 */
export function givesWay(
  leg: Pick<Space, 'state'> | undefined,
  known: Pick<SpaceRecord, 'space'>,
  note: Pick<LegNote, 'from' | 'space'>,
  me: { readonly seat: SeatId; readonly role: Role; readonly root: string },
): boolean {
  const roster = leg?.state?.governing.roster
  if (!roster) return true
  const isAlone = roster.flatMap(({ devices }) => devices).every(({ root }) => root === me.root)
  return isAlone && (note.from === me.seat ? note.space < known.space : me.role === 'facilitator')
}
