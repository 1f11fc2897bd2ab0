import type { Proofs } from './activity.ts'
import type { Millis, SeatId } from './ids.ts'
import type { Roster, Seat } from './roster.ts'
import { ID, match, object, oneOf, optional, record, type Shape, signatureShape, whole } from './shape.ts'
import { pairOf, sideOf, spaceKind } from './space.ts'
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
  /** What it is a yes to; only of yeses that are given outside activities. */
  readonly purpose?: TurnPurpose | undefined
}

/** The yeses that stand in a space: by what they are about, then by seat. */
export type Standing = Readonly<Record<string, Readonly<Record<SeatId, Turn>>>>

export const millisShape = whole<Millis>(0, 8_640_000_000_000_000)

/** Whose yes a thing takes of some people who have not left (TN2): all of them, one, two (all, if they are fewer), or more than half. */
export type Quorum = 'everyone' | 'one' | 'two' | 'most'

/** What people say yes to, and whose yes that takes. The name is part of what is signed (CH15). */
export const QUORUM_OF = {
  'brief-line': 'everyone',
  'caucus-entry': 'one',
  destruction: 'two',
  'caucus-destruction': 'two',
  'panel-destruction': 'most',
  'leg-destruction': 'everyone',
  'past-chapter': 'two',
  'caucus-past-chapter': 'two',
} as const satisfies Readonly<Record<string, Quorum>>
export type TurnPurpose = keyof typeof QUORUM_OF

/** How many yeses of a purpose stand of one person (TN6). Several may be at the door of a caucus at once, and each is let in for themselves. */
export const standingOf = (purpose: TurnPurpose): number => (purpose === 'caucus-entry' ? 8 : 1)

export const purposeShape = oneOf(...(Object.keys(QUORUM_OF) as TurnPurpose[]))

/** @param max most things that yeses are about */
export const standingShape = (max: number): Shape<Standing> =>
  record(
    ID,
    record(
      ID,
      object({ subject: subjectShape, signature: signatureShape, at: millisShape, purpose: optional(purposeShape) }),
      200,
    ),
    max,
  ) as Shape<Standing>

/**
 * The yeses with one more, in the place of what the person said before about the same thing; outside activities, in the
 * place of the oldest of the same purpose where there are too many (TN6).
 */
export function withTurn(standing: Standing, about: string, seat: SeatId, turn: Turn): Standing {
  const others = turn.purpose === undefined ? standing : withRoomFor(turn.purpose, standing, about, seat)
  return { ...others, [about]: { ...others[about], [seat]: turn } }
}

/** Those of one chapter go by the ids of what they are about, alike on every device. */
function withRoomFor(purpose: TurnPurpose, standing: Standing, about: string, seat: SeatId): Standing {
  const others = withoutTurn(standing, about, seat)
  const same = Object.entries(others).flatMap(([of, { [seat]: one }]) =>
    one?.purpose === purpose ? [{ of, at: one.at }] : [],
  )
  const oldestFirst = same.sort((a, b) => a.at - b.at || (a.of < b.of ? -1 : 1))
  const over = oldestFirst.slice(0, Math.max(0, same.length + 1 - standingOf(purpose)))
  return over.reduce((left, { of }) => withoutTurn(left, of, seat), others)
}

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

/** The yeses of which `holds` says so; the same object where that is all of them. */
export const keptTurns = (standing: Standing, holds: (seat: SeatId, turn: Turn) => boolean): Standing =>
  kept(standing, (turn, _, seat) => (holds(seat, turn) ? turn : undefined))

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
export function suffices(quorum: Quorum, people: readonly Seat[], said: (seat: Seat) => boolean): boolean {
  const { length } = people
  const needed = { everyone: length, one: 1, two: Math.min(2, length), most: Math.floor(length / 2) + 1 }[quorum]
  return length > 0 && people.filter(said).length >= needed
}

type People = Pick<Governing, 'space' | 'charter' | 'roster' | 'leaving'>

/** Who has to say yes in a space, each group for itself: a caucus' side, the panel's facilitators, each of the two in a leg, each side elsewhere; in `own` nobody has to. */
export function groupsOf({ space, charter, roster, leaving }: People): readonly (readonly Seat[])[] {
  const kind = spaceKind(space)
  if (kind === 'own') return []
  if (kind === 'panel') return [roster.filter(({ id, role }) => role === 'facilitator' && !leaving.includes(id))]
  const pair = pairOf(space)
  if (pair) return Object.values(pair).map((seat) => roster.filter(({ id }) => id === seat && !leaving.includes(id)))
  const people = presentOf(roster, leaving)
  const sides = kind === 'caucus' ? [sideOf(space)] : charter.sides.map(({ id }) => id)
  return sides.map((side) => people.filter((seat) => seat.side === side))
}

/** Whose yes is missing for these turns to be each group's: one without people has nobody who could say it. */
export function refuseAbsence(people: People, turns: Turns, quorum: Quorum): 'no-people' | 'turn-missing' | undefined {
  const groups = groupsOf(people)
  if (groups.some((group) => group.length === 0)) return 'no-people'
  const isComplete = groups.every((group) => suffices(quorum, group, ({ id }) => turns[id] !== undefined))
  return isComplete ? undefined : 'turn-missing'
}

/**
 * Why these turns are not a yes of each group to this subject, or undefined: each has people, as many of them as it takes
 * have signed it, and nobody's signature is false who is there (TN1, TN2).
 */
export function refuseTurns(
  people: People & { readonly proofs: Proofs },
  subject: string,
  turns: Turns,
  quorum: Quorum,
): 'no-people' | 'turn-missing' | 'bad-turn' | undefined {
  const absent = refuseAbsence(people, turns, quorum)
  if (absent) return absent
  const signers = groupsOf(people)
    .flat()
    .filter(({ id }) => turns[id] !== undefined)
  return signers.every((seat) => people.proofs.signed(seat, subject, turns[seat.id] ?? '')) ? undefined : 'bad-turn'
}
