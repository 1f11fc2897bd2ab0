import type { Proofs, RunContext, World } from '../../activity.ts'
import type { Charter } from '../../charter.ts'
import type { LineId, RunId, SeatId, SideId } from '../../ids.ts'
import { peopleOf, type Roster, seatOf } from '../../roster.ts'
import { caucusOf } from '../../space.ts'
import { presentOf, refuseAbsence, type Turns } from '../../turns.ts'
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

/** A side's own clearance of a line, from its caucus: every one of its people who has not left has turned (BR4). */
export function sideClearance(context: RunContext<BriefSettings, Brief>, side: SideId, line: Line): Clearance {
  const caucus = context.world.caucuses[side]?.governing
  if (!caucus) return 'not-yet'
  const turns = context.stateIn(caucusOf(side)).turns[line.id]
  const people = peopleOf(caucus.roster, side).filter((seat) => !caucus.leaving.includes(seat.id))
  const all = people.length > 0 && people.every((seat) => turns?.[seat.id]?.subject === line.subject)
  return all ? 'cleared' : 'not-yet'
}

/** The turns over exactly this line that stand in the caucuses this person reads. */
export function turnsFor({ world, stateIn }: RunContext<BriefSettings, Brief>, line: Line): Turns {
  const turns: Record<SeatId, string> = {}
  for (const side of Object.keys(world.caucuses) as SideId[]) {
    for (const [seat, turn] of Object.entries(stateIn(caucusOf(side)).turns[line.id] ?? {})) {
      if (turn.subject === line.subject) turns[seat as SeatId] = turn.signature
    }
  }
  return turns
}

/** Whether everyone in the room who has not left has turned for this line, as far as this person reads. */
export const isTurnedByAll = ({ world, ...context }: RunContext<BriefSettings, Brief>, line: Line): boolean =>
  !isBehind(world) && refuseAbsence(world.room.governing, turnsFor({ ...context, world }, line)) === undefined

/**
 * Whether a caucus has not been told yet of somebody whom the room has lost: until then the yeses of that side have not
 * lapsed, though they may have to (BR11).
 */
export const isBehind = ({ room, caucuses }: World): boolean =>
  Object.values(caucuses).some(({ governing: { roster, leaving } }) =>
    presentOf(roster, leaving).some((seat) => !seatOf(room.governing.roster, seat.id)),
  )
