import type { SeatId } from '../ids.ts'
import type { Seat } from '../roster.ts'
import type { Governing, SpaceState } from '../state.ts'
import { withoutText, withWritten } from '../texts.ts'
import type { LegEvent } from './events.ts'

/** Rules LE5 and LE6 of docs/spec/leg.md. */
export function refuseLegEvent({ leaving, spoken = [] }: Governing, by: Seat, event: LegEvent): string | undefined {
  if (leaving.includes(by.id)) return 'has-left'
  const known = spoken.find(({ id }) => id === event.id)
  if (event.type === 'leg.said') return known ? 'id-taken' : undefined
  if (!known) return 'no-such-words'
  if (known.by !== by.id) return 'not-the-author'
  return known.withdrawn ? 'already-withdrawn' : undefined
}

/** Replays one event that was not refused. */
export function evolveLeg(space: SpaceState, event: LegEvent, by: SeatId): SpaceState {
  const { governing } = space
  const { spoken = [] } = governing
  if (event.type === 'leg.said') {
    const said = { ...space, governing: { ...governing, spoken: [...spoken, { id: event.id, by }] } }
    return withWritten(said, { [event.id]: { ref: event.words } })
  }
  const left = spoken.map((one) => (one.id === event.id ? { ...one, withdrawn: true as const } : one))
  return withoutText({ ...space, governing: { ...governing, spoken: left } }, event.id)
}
