import type { Charter } from './charter.ts'
import type { ContributionId, RunId, SeatId, SideId } from './ids.ts'
import type { Roster } from './roster.ts'
import type { SpaceName } from './space.ts'

export type ContributionKind = 'perception' | 'fear' | 'need'

/** `named`: shown under the name its author goes by. `side`: shown as its side's. `none`: shown as somebody's. */
export type Attribution = 'none' | 'side' | 'named'

/** Something a person has shared with the space. What they wrote is in {@link SpaceState.texts}, where this device may read it. */
export interface Contribution {
  readonly id: ContributionId
  readonly kind: ContributionKind
  readonly by: SeatId
  readonly side: SideId | undefined
  readonly attribution: Attribution
  readonly run: RunId
}

/** Where the dialogue is: a stage, and how often it has been entered. */
export interface StageState {
  readonly stage: string
  readonly visits: Readonly<Record<string, number>>
}

/**
 * All that later rules of a space depend on: the same on every device at the same place of the log, kept in each
 * chapter's snapshot, and free of anything that a person wrote in the space (CH11, DG5).
 */
export interface Governing {
  readonly space: SpaceName
  readonly charter: Charter
  readonly roster: Roster
  /** Only in the room. */
  readonly stage?: StageState
  readonly pausedBy?: SeatId
  readonly leaving: readonly SeatId[]
  readonly contributions: readonly Contribution[]
  /** Each run of an activity that something has happened in, as its kind keeps it. */
  readonly runs: Readonly<Record<RunId, unknown>>
}

/** An entry that breaks a rule, and the rule's code. It is on every device that reads this part of the log (LG10). */
export interface SetAside {
  readonly entry: string
  readonly reason: string
}

/** One space as this device knows it. */
export interface SpaceState {
  readonly governing: Governing
  /** What people wrote, by the id of what they wrote. Never in a snapshot: a late joiner has none from before. */
  readonly texts: Readonly<Record<string, string>>
  readonly setAside: readonly SetAside[]
}

/** The space as its first chapter opens. */
export const newSpace = (space: SpaceName, charter: Charter, roster: Roster): Governing => ({
  space,
  charter,
  roster,
  ...(space === 'room' && {
    stage: {
      stage: (charter.process.stages[0] as { id: string }).id,
      visits: { [(charter.process.stages[0] as { id: string }).id]: 1 },
    },
  }),
  leaving: [],
  contributions: [],
  runs: {},
})
