import type { Charter } from './charter.ts'
import type { ChapterMark, Destroyed, Destruction, Owing } from './destruction/events.ts'
import type { ContributionId, Millis, RestatementId, RunId, SeatId, SideId } from './ids.ts'
import type { Spoken } from './leg/events.ts'
import type { PastChapters } from './past-chapters/events.ts'
import type { Roster } from './roster.ts'
import type { EndedKey } from './round-key.ts'
import { runShape } from './run.ts'
import { flag, id, object, oneOf, optional, type Shape, where } from './shape.ts'
import { type SpaceName, sideShape } from './space.ts'
import type { KnownWords, WordsRef, WrittenTexts } from './texts.ts'
import type { Standing } from './turns.ts'

/** What a contribution may be. */
export const CONTRIBUTION_KINDS = ['perception', 'fear', 'need'] as const
export type ContributionKind = (typeof CONTRIBUTION_KINDS)[number]

/** `named`: shown under the name its author goes by. `side`: shown as its side's. `none`: shown as somebody's. */
export const ATTRIBUTIONS = ['none', 'side', 'named'] as const
export type Attribution = (typeof ATTRIBUTIONS)[number]

/** Something a person has shared with the space. What they wrote is in {@link SpaceState.texts}, where this device may read it. */
export interface Contribution {
  readonly id: ContributionId
  readonly kind: ContributionKind
  readonly by: SeatId
  readonly side: SideId | undefined
  readonly attribution: Attribution
  readonly run: RunId
  /** The restatement of which its author has said: accurate. */
  readonly confirmed?: { readonly restatement: RestatementId; readonly by: SeatId; readonly side: SideId | undefined }
  /** Its author has taken it back: it stands without its words (RD7). */
  readonly withdrawn?: true
}

export const contributionShape: Shape<Contribution> = object({
  id: id(),
  kind: oneOf(...CONTRIBUTION_KINDS),
  by: id(),
  side: optional(sideShape),
  attribution: oneOf(...ATTRIBUTIONS),
  run: runShape,
  confirmed: optional(object({ restatement: id(), by: id(), side: optional(sideShape) })),
  withdrawn: optional(where(flag, 'true', (value) => value)),
}) as Shape<Contribution>

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
  /** Somebody has asked everyone to stop. Who did is kept nowhere: no rule asks it (DG7). */
  readonly paused?: true
  /** Seats that have accepted the charter's ground rules. Only in the room. */
  readonly affirmed: readonly SeatId[]
  /** Seats whose person has left, and which the next chapter takes out. */
  readonly leaving: readonly SeatId[]
  readonly contributions: readonly Contribution[]
  /** Each run of an activity that something has happened in, as its kind keeps it. */
  readonly runs: Readonly<Record<RunId, unknown>>
  /** When the chapter was opened, by its opener's clock; 0 before the first. What is over is judged by it alone (TN4). */
  readonly time: Millis
  /** The newest chapters, oldest first, this one included; in its own snapshot without it. None in the outbox. */
  readonly chapters: readonly ChapterMark[]
  /** What those who read the space are asked about, or have agreed to, to be destroyed. */
  readonly destruction?: Destruction
  /** What has been destroyed here, in that order; and which devices have yet to say that they have deleted it. */
  readonly destroyed: readonly Destroyed[]
  readonly owing: Owing
  /** Seats that the chapter lets in which is opening; in its own snapshot alone. */
  readonly newcomers?: readonly SeatId[]
  /** What people are asked, and have agreed to, of chapters for those who came after them. In the room and in caucuses. */
  readonly past?: PastChapters
  /** Yeses that stand, but for those of activities. Only in caucuses and in the panel. */
  readonly turns: Standing
  /** What this person has said "not yet" to. Only in `own`. */
  readonly passed: readonly string[]
  /** What the two have said to each other, in that order; left out where nothing is. Only in a leg. */
  readonly spoken?: readonly Spoken[]
}

/** What was written in one chapter: the ids of texts, and what words are named by. */
export interface Said {
  readonly texts: readonly string[]
  readonly words: readonly WordsRef[]
}

/** One space as this device knows it. */
export interface SpaceState {
  readonly governing: Governing
  /** What people wrote, by the id of what they wrote. Never in a snapshot: a late joiner has none from before. */
  readonly texts: WrittenTexts
  /** Words that have come apart from the events that name them. */
  readonly words: KnownWords
  /** Words that were taken back or destroyed, in the order in which that was said. */
  readonly dropped: readonly WordsRef[]
  /** Keys of rounds that this device has seen closing, in that order; since something was destroyed last. */
  readonly ended: readonly EndedKey[]
  /** What was written in this chapter, and in those before, by their headers' hashes; as far as this device has read. */
  readonly now: Said
  readonly said: Readonly<Record<string, Said>>
}

/** A space of which this device knows nothing that was written in it. */
export const unread = (governing: Governing): SpaceState => ({
  governing,
  texts: {},
  words: {},
  dropped: [],
  ended: [],
  now: { texts: [], words: [] },
  said: {},
})

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
  affirmed: [],
  leaving: [],
  contributions: [],
  runs: {},
  time: 0 as Millis,
  chapters: [],
  destroyed: [],
  owing: {},
  turns: {},
  passed: [],
})
