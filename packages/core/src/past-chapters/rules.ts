import type { Proofs } from '../activity.ts'
import type { Millis } from '../ids.ts'
import { type Seat, seatOf } from '../roster.ts'
import { sideOf } from '../space.ts'
import type { Governing } from '../state.ts'
import { suffices, TURN_MS, type Turns } from '../turns.ts'
import { isPastFor, MAX_GRANTED, type PastChapterEvent, pastGroups, pastQuorum, pastSubject } from './events.ts'

type Of<T extends PastChapterEvent['type']> = Extract<PastChapterEvent, { readonly type: T }>

/** Rules PC1 to PC5 of docs/spec/past-chapters.md. */
export function refusePastChapterEvent(
  governing: Governing,
  by: Seat,
  event: PastChapterEvent,
  proofs: Proofs,
): string | undefined {
  const { leaving, affirmed, paused, past, space } = governing
  if (leaving.includes(by.id)) return 'has-left'
  if (by.role !== 'facilitator') return 'not-a-facilitator'
  if (event.type === 'past.stopped') return past?.asked?.id === event.id ? undefined : 'no-such-request'
  if (sideOf(space) === undefined && !affirmed.includes(by.id)) return 'not-affirmed'
  if (paused) return 'paused'
  return event.type === 'past.asked' ? refuseAsking(governing, event) : refuseGranting(governing, event, proofs)
}

function refuseAsking(governing: Governing, { id, seat, header }: Of<'past.asked'>): string | undefined {
  const { past, roster } = governing
  if (past?.asked) return 'already-asked'
  const granted = past?.granted ?? []
  if (granted.some((one) => one.id === id)) return 'id-taken'
  if (granted.some((one) => one.seat === seat && one.header === header)) return 'already-granted'
  if (granted.length >= MAX_GRANTED) return 'too-many'
  if (!seatOf(roster, seat)) return 'no-such-seat'
  return isPastFor(governing, seat, header) ? undefined : 'no-such-chapter'
}

function refuseGranting(governing: Governing, { id, turns }: Of<'past.granted'>, proofs: Proofs): string | undefined {
  const asked = governing.past?.asked
  if (asked?.id !== id) return 'no-such-request'
  const absent = refusePastAbsence(governing, asked.header, turns)
  if (absent) return absent
  const subject = pastSubject(proofs, governing, asked)
  const signers = pastGroups(governing, asked.header)
    .flat()
    .filter((seat) => turns[seat.id] !== undefined)
  return signers.every((seat) => proofs.signed(seat, subject, turns[seat.id] ?? '')) ? undefined : 'bad-turn'
}

/** Whose yes is missing: of each side those who were there then and are still, two or all where they are fewer (PC3). */
export function refusePastAbsence(
  governing: Governing,
  header: string,
  turns: Turns,
): 'no-people' | 'turn-missing' | undefined {
  const groups = pastGroups(governing, header)
  if (groups.some((group) => group.length === 0)) return 'no-people'
  const quorum = pastQuorum(governing)
  return groups.every((group) => suffices(quorum, group, ({ id }) => turns[id] !== undefined))
    ? undefined
    : 'turn-missing'
}

/** Replays one event that was not refused. */
export function evolvePastChapters(governing: Governing, event: PastChapterEvent): Governing {
  const { asked, granted = [] } = governing.past ?? {}
  if (event.type === 'past.asked') {
    const { id, seat, header } = event
    return withPast(governing, { asked: { id, seat, header, at: governing.time }, granted })
  }
  if (event.type === 'past.stopped' || !asked) return withPast(governing, { granted })
  const { at: _, ...chapter } = asked
  return withPast(governing, { granted: [...granted, chapter] })
}

/** Where nothing is asked and nothing agreed, nothing is kept. */
function withPast(governing: Governing, past: NonNullable<Governing['past']>): Governing {
  const { past: _, ...others } = governing
  return past.asked || past.granted.length > 0 ? { ...others, past } : others
}

/** What becomes of it when a chapter opens: what is about chapters or people that are gone goes too, and what is asked for too long. */
export function pastChaptersAt(governing: Governing, time: Millis): Governing {
  const { past, roster, chapters } = governing
  if (!past) return governing
  const isThere = ({ seat, header }: { readonly seat: Seat['id']; readonly header: string }): boolean =>
    seatOf(roster, seat) !== undefined && chapters.some((mark) => mark.header === header)
  const at = past.asked && past.asked.at > time ? time : past.asked?.at
  const isAlive = past.asked && at !== undefined && isThere(past.asked) && at + TURN_MS > time
  return withPast(governing, {
    ...(past.asked && isAlive && { asked: { ...past.asked, at } }),
    granted: past.granted.filter(isThere),
  })
}
