import type { Proofs, RunContext } from '../../activity.ts'
import { countedIn, isBehind } from '../../behind.ts'
import type { Charter } from '../../charter.ts'
import { atDoorOf } from '../../door.ts'
import type { LineId, RunId, SeatId, SideId } from '../../ids.ts'
import { peopleOf, type Roster } from '../../roster.ts'
import { caucusOf } from '../../space.ts'
import { hasTurned, QUORUM_OF, refuseAbsence, suffices, type Turns, turnsOver } from '../../turns.ts'
import type { Brief, BriefSettings, Line } from './events.ts'

/**
 * What a turn signs for a line. The run and the line are in it beside the words, so that a yes given once cannot be
 * used for the same words proposed again (BR3).
 */
export const subjectOf = (proofs: Proofs, charter: Charter, run: RunId, line: LineId, text: string): string =>
  proofs.subject(charter, 'brief-line', `${run}\n${line}\n${text}`)

export const participantsOf = (roster: Roster): readonly SeatId[] =>
  roster.filter((seat) => seat.role === 'participant').map((seat) => seat.id)

/** Whether a line is cleared for the people who are in the room now: whoever came since must turn too (BR6). */
export const isCleared = (line: Line, roster: Roster): boolean =>
  line.cleared.length > 0 && participantsOf(roster).every((seat) => line.cleared.includes(seat))

export type Clearance = 'cleared' | 'not-yet'

/**
 * A side's own clearance of a line, from its caucus: every one of its people who has not left has turned (BR4). Whoever is
 * still at its door could not (CH18).
 */
export function sideClearance(context: RunContext<BriefSettings, Brief>, side: SideId, line: Line): Clearance {
  const caucus = context.world.caucuses[side]?.governing
  if (!caucus || atDoorOf(context.world, side).length > 0) return 'not-yet'
  const { turns } = context.stateIn(caucusOf(side))
  const people = peopleOf(caucus.roster, side).filter((seat) => !caucus.leaving.includes(seat.id))
  const all = suffices(QUORUM_OF['brief-line'], people, ({ id }) => hasTurned(turns, line.id, line.subject, id))
  return all ? 'cleared' : 'not-yet'
}

/** The turns over exactly this line that stand in the caucuses this person reads. */
export function turnsFor({ world, stateIn, proofs }: RunContext<BriefSettings, Brief>, line: Line): Turns {
  const all = Object.keys(world.caucuses).map((side) =>
    turnsOver(stateIn(caucusOf(side as SideId)).turns, line.id, line.subject),
  )
  return countedIn(world, Object.assign({}, ...all), line.subject, proofs)
}

/** Whether everyone in the room who has not left has turned for this line, as far as this person reads. */
export const isTurnedByAll = ({ world, ...context }: RunContext<BriefSettings, Brief>, line: Line): boolean =>
  !isBehind(world) &&
  refuseAbsence(world.room.governing, turnsFor({ ...context, world }, line), QUORUM_OF['brief-line']) === undefined
