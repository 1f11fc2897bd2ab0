import type { Exit } from '../../activity.ts'
import type { SideId } from '../../ids.ts'
import { seatOf } from '../../roster.ts'
import { currentRuns } from '../../run.ts'
import { object, whole } from '../../shape.ts'
import type { Governing } from '../../state.ts'
import { isMirrored, type MirroringSettings } from './events.ts'

/**
 * Met when at least `perSide` contributions of each side have been confirmed, or all of them that still can be: what
 * its author, having left, can confirm no more, is not waited for (MI8).
 */
export const mirrored: Exit<{ readonly perSide: number }> = {
  settings: object({ perSide: whole(1, 99) }),
  met: ({ room: { governing } }, { perSide }) =>
    governing.charter.sides.every((side) => isHeard(governing, side.id, perSide)),
}

function isHeard(room: Governing, side: SideId, perSide: number): boolean {
  const settings = currentRuns(room, 'mirroring').map(({ activity }) => activity.settings as MirroringSettings)
  const pool = room.contributions.filter((one) => one.side === side && settings.some((set) => isMirrored(one, set)))
  const confirmed = pool.filter((one) => one.confirmed).length
  const waiting = pool.filter((one) => !one.confirmed && seatOf(room.roster, one.by) && !room.leaving.includes(one.by))
  return confirmed >= Math.min(perSide, confirmed + waiting.length)
}
