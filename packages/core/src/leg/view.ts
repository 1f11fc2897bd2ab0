import type { World } from '../activity.ts'
import type { SeatId } from '../ids.ts'
import { seatOf } from '../roster.ts'
import { pairOf } from '../space.ts'
import { textIn } from '../texts.ts'

/** One thing that was said in a leg. */
export interface Spoke {
  readonly id: string
  readonly isMine: boolean
  /** Undefined where it was taken back, or this device may not read it. */
  readonly text: string | undefined
  readonly isWithdrawn: boolean
}

/** A leg as one of the two meets it. */
export interface LegView {
  /** The other person. */
  readonly with: SeatId
  /** The name that they go by there, also once they are gone; empty for none. */
  readonly name: string | undefined
  /** They read what is said; otherwise they are not there yet, or no more. */
  readonly isThere: boolean
  /** In the order of the log. */
  readonly said: readonly Spoke[]
}

/** What this person sees of their legs. */
export const viewLegs = ({ me, room, legs = {} }: World): readonly LegView[] =>
  Object.values(legs).flatMap((leg) => {
    const pair = pairOf(leg.governing.space)
    if (!pair) return []
    const other = pair.participant === me ? pair.facilitator : pair.participant
    const { roster, spoken = [] } = leg.governing
    const there = seatOf(roster, other)
    return [
      {
        with: other,
        name: (there ?? seatOf(room.governing.roster, other))?.name,
        isThere: there !== undefined,
        said: spoken.map(({ id, by, withdrawn }) => ({
          id,
          isMine: by === me,
          text: textIn(leg, id),
          isWithdrawn: withdrawn === true,
        })),
      },
    ]
  })
