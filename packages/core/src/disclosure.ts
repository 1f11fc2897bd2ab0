import type { SeatId, SideId } from './ids.ts'
import { type Roster, seatOf } from './roster.ts'
import type { SpaceKind } from './space.ts'
import type { Contribution } from './state.ts'

/** By whose act a thing may go from a space to a wider one. */
export type Act = 'author' | 'turn-of-each-side'

/** Every path from one space to another; what is not listed does not exist (DS1). */
export const MOVES: readonly { readonly from: SpaceKind; readonly to: SpaceKind; readonly act: Act }[] = [
  { from: 'own', to: 'room', act: 'author' },
  { from: 'own', to: 'caucus', act: 'author' },
  { from: 'caucus', to: 'room', act: 'turn-of-each-side' },
  { from: 'room', to: 'outbox', act: 'turn-of-each-side' },
]

export const mayMove = (from: SpaceKind, to: SpaceKind, act: Act): boolean =>
  MOVES.some((move) => move.from === from && move.to === to && move.act === act)

/** Below this many people no figure is given (R42). */
export const SMALLEST_GROUP = 5

/** A count of people, or undefined where so few could be in it that the count would tell who (DS2). */
export const figure = (count: number, of: number): number | undefined => (of >= SMALLEST_GROUP ? count : undefined)

/** How a contribution's origin is shown: a name, a side, or nobody. */
export interface ShownOrigin {
  readonly mine: boolean
  readonly side?: SideId
  readonly name?: string
}

/** What a reader is shown of where a contribution comes from: never more than its author chose (DS3). */
export function shownOrigin(contribution: Contribution, roster: Roster, reader: SeatId): ShownOrigin {
  const mine = contribution.by === reader
  if (contribution.attribution === 'none') return { mine }
  const side = contribution.side === undefined ? {} : { side: contribution.side }
  if (contribution.attribution === 'side') return { mine, ...side }
  const name = seatOf(roster, contribution.by)?.name
  return { mine, ...side, ...(name && { name }) }
}
