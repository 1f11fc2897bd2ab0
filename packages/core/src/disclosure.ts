import type { EventContext } from './activity.ts'
import type { Confidentiality } from './charter.ts'
import type { ContributionId, SeatId, SideId } from './ids.ts'
import { type Roster, seatOf } from './roster.ts'
import { type SpaceKind, spaceKind } from './space.ts'
import type { Contribution, ContributionKind, SpaceState } from './state.ts'
import { textIn } from './texts.ts'
import { QUORUM_OF, refuseTurns, type TurnPurpose, type Turns } from './turns.ts'

/** By whose act a thing may go from a space to a wider one. */
export type Act = 'turn-of-each-side'

/**
 * Every path from one space to another; what is not listed does not exist (DS1). What a person writes straight into a
 * space is no move: the writing is their act.
 */
export const MOVES: readonly { readonly from: SpaceKind; readonly to: SpaceKind; readonly act: Act }[] = [
  { from: 'caucus', to: 'room', act: 'turn-of-each-side' },
  { from: 'room', to: 'outbox', act: 'turn-of-each-side' },
]

/** Of an event whose content was in a narrower space before: where, by whose act it goes on, and what proves the act. */
export interface Carried<State, Event, Settings> {
  readonly from: SpaceKind
  readonly act: Act
  /** What each side says yes to, and their turns, from the event and its own space. Asked of events that no other rule refuses. */
  proof(
    state: State,
    event: Event,
    context: EventContext<Settings>,
  ): { readonly purpose: TurnPurpose; readonly subject: string; readonly turns: Turns }
}

/** What the table of a kind's events says of where they may be written and what they carry. */
export type EventPaths = Readonly<
  Record<
    string,
    { readonly spaces: readonly SpaceKind[]; readonly carries?: Pick<Carried<never, never, never>, 'from' | 'act'> }
  >
>

/** The events of a table that carry something to where no path leads, each with the space. */
export const pathless = (events: EventPaths): readonly string[] =>
  Object.entries(events).flatMap(([type, { spaces, carries }]) =>
    spaces
      .filter(
        (to) =>
          carries &&
          !MOVES.some(({ from, act, ...path }) => from === carries.from && path.to === to && act === carries.act),
      )
      .map((to) => `${type} > ${to}`),
  )

/** Why an event may not bring to this space what it carries, or undefined. Asked on every device, of each that carries (DS1). */
export function refuseMove<State, Event, Settings>(
  carried: Carried<State, Event, Settings>,
  state: State,
  event: Event,
  context: EventContext<Settings>,
): string | undefined {
  if (spaceKind(context.space) === 'outbox' && !mayLeave(context.charter.confidentiality)) return 'nothing-leaves'
  const { purpose, subject, turns } = carried.proof(state, event, context)
  return refuseTurns(context, subject, turns, QUORUM_OF[purpose])
}

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
  /** Its author has taken it back; of where it came from nothing is shown any more (RD7). */
  readonly withdrawn?: true
}

/** A contribution of this space as this reader may see it. */
export const showContribution = (contribution: Contribution, space: SpaceState, reader: SeatId): ShownContribution => ({
  id: contribution.id,
  kind: contribution.kind,
  ...(contribution.withdrawn
    ? { text: undefined, origin: { mine: contribution.by === reader }, withdrawn: true }
    : {
        text: textIn(space, contribution.id),
        origin: shownOrigin(contribution, space.governing.roster, reader),
      }),
})
