import type { Proofs } from './activity.ts'
import type { SeatId } from './ids.ts'
import type { Roster, Seat } from './roster.ts'
import { ID, match, record, type Shape, signatureShape } from './shape.ts'
import type { Governing } from './state.ts'

/** Signatures over one subject, by seat. */
export type Turns = Readonly<Record<SeatId, string>>

export const subjectShape = match(/^[A-Za-z0-9_-]{43}$/, 'a subject')
export const turnsShape = record(ID, signatureShape, 200) as Shape<Turns>

/** The participants who have not left. */
export const presentOf = (roster: Roster, leaving: readonly SeatId[]): readonly Seat[] =>
  roster.filter((seat) => seat.role === 'participant' && !leaving.includes(seat.id))

type People = Pick<Governing, 'charter' | 'roster' | 'leaving'>

/** Whose yes is missing for these turns to be everyone's: a side without people has nobody who could say it. */
export function refuseAbsence(
  { charter, roster, leaving }: People,
  turns: Turns,
): 'no-people' | 'turn-missing' | undefined {
  const people = presentOf(roster, leaving)
  if (charter.sides.some((side) => !people.some((seat) => seat.side === side.id))) return 'no-people'
  return people.every((seat) => turns[seat.id] !== undefined) ? undefined : 'turn-missing'
}

/**
 * Why these turns are not a yes of each side to this subject, or undefined: each side has people, and every one of them
 * who has not left has signed it (BR5).
 */
export function refuseTurns(
  people: People & { readonly proofs: Proofs },
  subject: string,
  turns: Turns,
): 'no-people' | 'turn-missing' | 'bad-turn' | undefined {
  const absent = refuseAbsence(people, turns)
  if (absent) return absent
  const present = presentOf(people.roster, people.leaving)
  return present.every((seat) => people.proofs.signed(seat, subject, turns[seat.id] ?? '')) ? undefined : 'bad-turn'
}
