import type { ContributionKind, SideMark } from '@antechamber/core'

/** What an author answers to a restatement that leaves something out. */
export type SentBack = 'partly' | 'not-yet'

/** Something that one person says, and how somebody of another side says it back. */
export interface Saying {
  readonly text: string
  /** The restatement that its author confirms. */
  readonly heard: string
  /** An earlier one that its author sends back. */
  readonly heardAtFirst?: { readonly text: string; readonly verdict: SentBack }
}

export interface ScriptedPerson {
  readonly name: string
  /** What they say in the round of each kind; where nothing stands, they pass. */
  readonly says: { readonly [Kind in ContributionKind]?: Saying }
}

export interface ScriptedSide {
  readonly name: string
  readonly mark: SideMark
  readonly people: readonly ScriptedPerson[]
}

export interface ScriptedLine {
  readonly text: string
  /** By side and person: whether they turn the line; who does not says "not yet". */
  readonly turned: readonly (readonly boolean[])[]
}

/** Who says what in a dialogue that is played. Nothing in it depends on time: the same script gives the same brief. */
export interface Script {
  readonly title: string
  readonly convenor: string
  readonly sides: readonly ScriptedSide[]
  /** In the order in which the facilitator proposes them. */
  readonly lines: readonly ScriptedLine[]
}

/** Where a line is cleared: everyone on every side turns it. */
export const isClearedInScript = ({ turned }: ScriptedLine): boolean => turned.every((side) => side.every(Boolean))

/** People by the order of their seats, for telling one from the other. */
export interface SeatNumber {
  readonly side: number
  readonly person: number
}

/**
 * Who says a contribution back: somebody of another side. Each person is given as many as the others, as far as the
 * numbers allow, and it is the same person whatever happens when.
 *
 * @param at the contribution's place among all that its side says, over all rounds
 */
export function listenerOf(sides: readonly ScriptedSide[], speaker: SeatNumber, at: number): SeatNumber {
  const others = sides.flatMap(({ people }, side) =>
    side === speaker.side ? [] : people.map((_, person) => ({ side, person })),
  )
  return others[at % others.length] as SeatNumber
}
