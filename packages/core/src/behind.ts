import type { World } from './activity.ts'
import { seatOf } from './roster.ts'
import { presentOf } from './turns.ts'

/**
 * Whether a caucus has not been told yet of somebody whom the room has lost: until then the yeses of that side have not
 * lapsed, though they may have to (TN5).
 */
export const isBehind = ({ room, caucuses }: World): boolean =>
  Object.values(caucuses).some(({ governing: { roster, leaving } }) =>
    presentOf(roster, leaving).some((seat) => !seatOf(room.governing.roster, seat.id)),
  )
