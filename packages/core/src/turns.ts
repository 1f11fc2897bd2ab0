import type { Proofs } from './activity.ts'
import type { Millis, SeatId } from './ids.ts'
import type { Roster, Seat } from './roster.ts'
import { ID, match, object, record, type Shape, signatureShape, whole } from './shape.ts'
import type { Governing } from './state.ts'

/** Signatures over one subject, by seat. */
export type Turns = Readonly<Record<SeatId, string>>

export const subjectShape = match(/^[A-Za-z0-9_-]{43}$/, 'a subject')
export const turnsShape = record(ID, signatureShape, 200) as Shape<Turns>

/** A yes that nobody has used dies with the first chapter that opens so long after the one in which it was given (TN4). */
export const TURN_MS = 14 * 24 * 60 * 60 * 1000

/** A person's yes, as the space keeps it that it was given in. */
export interface Turn {
  readonly subject: string
  readonly signature: string
  /** When the chapter was opened in which it was given. */
  readonly at: Millis
}

/** The yeses that stand in a space: by what they are about, then by seat. */
export type Standing = Readonly<Record<string, Readonly<Record<SeatId, Turn>>>>

export const millisShape = whole<Millis>(0, 8_640_000_000_000_000)

/** @param max most things that yeses are about */
export const standingShape = (max: number): Shape<Standing> =>
  record(
    ID,
    record(ID, object({ subject: subjectShape, signature: signatureShape, at: millisShape }), 200),
    max,
  ) as Shape<Standing>

/** Whose yes a thing takes of each side: of all its people who have not left, or of two of them, of all if they are fewer (TN2). */
export type Quorum = 'everyone' | 'two'

/** What sides say yes to, and whose yes that takes. The name is part of what is signed (CH15). */
export const QUORUM_OF = {
  'brief-line': 'everyone',
  destruction: 'two',
} as const satisfies Readonly<Record<string, Quorum>>
export type TurnPurpose = keyof typeof QUORUM_OF

/** The yeses with one more, in the place of what the person said before about the same thing. */
export const withTurn = (standing: Standing, about: string, seat: SeatId, turn: Turn): Standing => ({
  ...standing,
  [about]: { ...standing[about], [seat]: turn },
})

/** The yeses without what this person said about that. */
export const withoutTurn = (standing: Standing, about: string, seat: SeatId): Standing =>
  kept(standing, (turn, at, by) => (at === about && by === seat ? undefined : turn))

/**
 * The yeses that are still alive when a chapter opens (TN4). One that was dated by a clock that was ahead is dated anew, so
 * that it does not live for ever.
 */
export const aliveTurns = (standing: Standing, time: Millis): Standing =>
  kept(standing, (turn) => {
    if (turn.at > time) return { ...turn, at: time }
    return turn.at + TURN_MS > time ? turn : undefined
  })

/** The same object where nothing changes. */
function kept(standing: Standing, keep: (turn: Turn, about: string, seat: SeatId) => Turn | undefined): Standing {
  let isSame = true
  const all: Record<string, Record<SeatId, Turn>> = {}
  for (const [about, bySeat] of Object.entries(standing)) {
    for (const [seat, turn] of Object.entries(bySeat) as [SeatId, Turn][]) {
      const now = keep(turn, about, seat)
      isSame &&= now === turn
      if (now) all[about] = { ...all[about], [seat]: now }
    }
  }
  return isSame ? standing : all
}

/** Whether this person has said yes to exactly this. */
export const hasTurned = (standing: Standing, about: string, subject: string, seat: SeatId): boolean =>
  standing[about]?.[seat]?.subject === subject

/** The signatures over exactly this that stand there. */
export function turnsOver(standing: Standing, about: string, subject: string): Turns {
  const turns: Record<SeatId, string> = {}
  for (const [seat, turn] of Object.entries(standing[about] ?? {}))
    if (turn.subject === subject) turns[seat as SeatId] = turn.signature
  return turns
}

/** The participants who have not left. */
export const presentOf = (roster: Roster, leaving: readonly SeatId[]): readonly Seat[] =>
  roster.filter((seat) => seat.role === 'participant' && !leaving.includes(seat.id))

/** Whether so many yeses are enough of these people; nobody is never enough. */
export const suffices = (quorum: Quorum, people: readonly Seat[], said: (seat: Seat) => boolean): boolean => {
  const needed = quorum === 'everyone' ? people.length : Math.min(2, people.length)
  return people.length > 0 && people.filter(said).length >= needed
}

type People = Pick<Governing, 'charter' | 'roster' | 'leaving'>

/** Whose yes is missing for these turns to be each side's: a side without people has nobody who could say it. */
export function refuseAbsence(
  { charter, roster, leaving }: People,
  turns: Turns,
  quorum: Quorum,
): 'no-people' | 'turn-missing' | undefined {
  const people = presentOf(roster, leaving)
  const sides = charter.sides.map(({ id }) => people.filter((seat) => seat.side === id))
  if (sides.some((side) => side.length === 0)) return 'no-people'
  const isComplete = sides.every((side) => suffices(quorum, side, ({ id }) => turns[id] !== undefined))
  return isComplete ? undefined : 'turn-missing'
}

/**
 * Why these turns are not a yes of each side to this subject, or undefined: each side has people, as many of them as it
 * takes have signed it, and nobody's signature is false who is there (TN1, TN2).
 */
export function refuseTurns(
  people: People & { readonly proofs: Proofs },
  subject: string,
  turns: Turns,
  quorum: Quorum,
): 'no-people' | 'turn-missing' | 'bad-turn' | undefined {
  const absent = refuseAbsence(people, turns, quorum)
  if (absent) return absent
  const signers = presentOf(people.roster, people.leaving).filter(({ id }) => turns[id] !== undefined)
  return signers.every((seat) => people.proofs.signed(seat, subject, turns[seat.id] ?? '')) ? undefined : 'bad-turn'
}
