import type { Confidentiality } from './charter.ts'
import type { ContributionId, SeatId, SideId } from './ids.ts'
import { type Roster, seatOf } from './roster.ts'
import type { SpaceKind } from './space.ts'
import type { Contribution, ContributionKind, SpaceState } from './state.ts'
import { textIn } from './texts.ts'

/** By whose act a thing may go from a space to a wider one. */
export type Act = 'author' | 'turn-of-each-side'

/** Where an event's content comes from, when it was in a narrower space before. */
export interface Moved {
  readonly from: SpaceKind
  readonly act: Act
}

/**
 * Every path from one space to another; what is not listed does not exist (DS1). What a person writes straight into a
 * space is no move: the writing is their act.
 */
export const MOVES: readonly (Moved & { readonly to: SpaceKind })[] = [
  { from: 'caucus', to: 'room', act: 'turn-of-each-side' },
  { from: 'room', to: 'outbox', act: 'turn-of-each-side' },
]

export const mayMove = (moved: Moved, to: SpaceKind): boolean =>
  MOVES.some((move) => move.from === moved.from && move.to === to && move.act === moved.act)

/** Whether a text that every side has cleared may leave the room (DS4). */
export const mayLeave = (level: Confidentiality): boolean => level !== 'nothing-leaves'

/** Below this many people no figure is given (R42). */
export const SMALLEST_GROUP = 5

/** A count of people, or undefined where so few could be in it that the count would tell who (DS2). */
export const figure = (count: number, of: number): number | undefined => (of >= SMALLEST_GROUP ? count : undefined)

/** How the origin of what somebody wrote is shown: a name, a side, or nobody. */
export interface ShownOrigin {
  /** The reader wrote it. */
  readonly mine: boolean
  readonly side?: SideId
  readonly name?: string
}

/** What a reader is shown of where something comes from: never more than its author chose (DS3). */
export function shownOrigin(
  written: Pick<Contribution, 'by' | 'side' | 'attribution'>,
  roster: Roster,
  reader: SeatId,
): ShownOrigin {
  const mine = written.by === reader
  if (written.attribution === 'none') return { mine }
  const side = written.side === undefined ? {} : { side: written.side }
  if (written.attribution === 'side') return { mine, ...side }
  const name = seatOf(roster, written.by)?.name
  return { mine, ...side, ...(name && { name }) }
}

/** A contribution as a reader meets it. */
export interface ShownContribution {
  readonly id: ContributionId
  readonly kind: ContributionKind
  /** Undefined where this device may not read it: it was written before this person came, or has been destroyed. */
  readonly text: string | undefined
  readonly origin: ShownOrigin
}

/** A contribution of this space as this reader may see it. */
export const showContribution = (contribution: Contribution, space: SpaceState, reader: SeatId): ShownContribution => ({
  id: contribution.id,
  kind: contribution.kind,
  text: textIn(space, contribution.id),
  origin: shownOrigin(contribution, space.governing.roster, reader),
})
