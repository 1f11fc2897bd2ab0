import type { Proofs } from '../activity.ts'
import type { SeatId } from '../ids.ts'
import { type Roster, seatOf } from '../roster.ts'
import { spaceKind } from '../space.ts'
import type { Governing } from '../state.ts'
import { keptTurns, refuseAbsence, type Turns, withoutTurn, withTurn } from '../turns.ts'
import { type Destroyed, type DestructionEvent, MAX_PASSED, MAX_UNTOLD, type Owing } from './events.ts'
import { quorumIn, subjectOf } from './extent.ts'

/** Replays one event that was not refused. */
export function evolveDestruction(governing: Governing, by: SeatId, event: DestructionEvent): Governing {
  const { time, turns, destruction, passed } = governing
  switch (event.type) {
    case 'destruction.asked': {
      const asked = { id: event.id, upTo: event.upTo, at: time }
      // To ask is all that it takes of an `own`'s author.
      return { ...governing, destruction: spaceKind(governing.space) === 'own' ? { ...asked, turns: {} } : asked }
    }
    case 'destruction.agreed':
      return destruction ? { ...governing, destruction: { ...destruction, turns: event.turns } } : governing
    case 'destruction.stopped':
      return stopped(governing, by)
    case 'destruction.confirmed':
      return { ...governing, owing: told(governing, event.id, event.device) }
    case 'turn.given': {
      const { about, purpose, subject, signature } = event
      return { ...governing, turns: withTurn(turns, about, by, { purpose, subject, signature, at: time }) }
    }
    case 'turn.revoked':
      return { ...governing, turns: withoutTurn(turns, event.about, by) }
    case 'turn.passed':
      return passed.includes(event.about)
        ? governing
        : { ...governing, passed: [...passed, event.about].slice(-MAX_PASSED) }
  }
}

/** A facilitator drops it, or one yes less carries it: it ends where the yeses are too few (DX4). */
function stopped(governing: Governing, by: SeatId): Governing {
  const { destruction, ...others } = governing
  if (!destruction?.turns || spaceKind(governing.space) === 'own') return others
  const { [by]: _, ...turns } = destruction.turns
  return refuseAbsence(governing, turns, quorumIn(governing)) === undefined
    ? { ...governing, destruction: { ...destruction, turns } }
    : others
}

/** A device that has deleted this has deleted all that was before it. */
function told({ owing, destroyed }: Governing, id: string, device: string): Owing {
  const { [device]: _, ...others } = owing
  const next = 1 + destroyed.findIndex((one) => one.id === id)
  return next < destroyed.length ? { ...others, [device]: next } : others
}

/** The ids of what a device has yet to say that it has deleted, in the order in which that was destroyed. */
export const owedBy = ({ owing, destroyed }: Pick<Governing, 'owing' | 'destroyed'>, device: string) =>
  destroyed.slice(owing[device] ?? destroyed.length).map(({ id }) => id)

/**
 * Nobody's "no" is got rid of with the person: when somebody has been taken out who had not left, what was agreed is so no
 * more, and each side is asked again (TN5).
 */
export function askAgain({ destruction, ...others }: Governing): Governing {
  return { ...others, turns: {}, ...(destruction && { destruction: withoutTurns(destruction) }) }
}

const withoutTurns = ({ turns: _, since: __, untold: ___, ...asked }: NonNullable<Governing['destruction']>) => asked

/**
 * What a device has signed that has been taken out proves nothing any more (DV6): yeses that no device of their seat has
 * signed now lapse, and what they carried is agreed no more where the rest are too few.
 *
 * @param seats those that have lost a device
 */
export function withoutLost(governing: Governing, seats: ReadonlySet<SeatId>, proofs: Proofs): Governing {
  const { destruction, roster, turns } = governing
  const holds = (id: SeatId, subject: string, signature: string): boolean => {
    const seat = seats.has(id) ? seatOf(roster, id) : undefined
    return !seats.has(id) || (seat !== undefined && proofs.signed(seat, subject, signature))
  }
  const kept = { ...governing, turns: keptTurns(turns, (id, turn) => holds(id, turn.subject, turn.signature)) }
  if (!destruction?.turns || spaceKind(governing.space) === 'own') return kept
  const subject = subjectOf(proofs, governing, destruction)
  const left = Object.fromEntries(
    Object.entries(destruction.turns).filter(([id, signature]) => holds(id as SeatId, subject, signature)),
  ) as Turns
  // Where nothing has lapsed it stays agreed, though more people would be asked by now.
  if (Object.keys(left).length === Object.keys(destruction.turns).length) return kept
  const isComplete = refuseAbsence(kept, left, quorumIn(kept)) === undefined
  return { ...kept, destruction: isComplete ? { ...destruction, turns: left } : withoutTurns(destruction) }
}

/** Devices that are taken out are waited for no more, and it is kept that of them nobody can tell (DX6). */
export function withoutOwing(governing: Governing): Governing {
  const there = new Set(devicesOf(governing.roster))
  const lost = Object.entries(governing.owing).filter(([device]) => !there.has(device))
  if (lost.length === 0) return governing
  const untold = (at: number): number => lost.filter(([, from]) => from <= at).length
  const destroyed = governing.destroyed.map(
    (one, at): Destroyed => ({ ...one, untold: Math.min(MAX_UNTOLD, one.untold + untold(at)) }),
  )
  const owing = Object.fromEntries(Object.entries(governing.owing).filter(([device]) => there.has(device)))
  return { ...governing, owing, destroyed }
}

/** Those that go while a destruction is agreed have what it is about, and will not be asked: they are counted with it. */
export function withUntold(governing: Governing, before: Roster): Governing {
  const { destruction, roster } = governing
  const there = new Set(devicesOf(roster))
  const gone = devicesOf(before).filter((device) => !there.has(device)).length
  if (!destruction?.turns || gone === 0) return governing
  const untold = Math.min(MAX_UNTOLD, (destruction.untold ?? 0) + gone)
  return { ...governing, destruction: { ...destruction, untold } }
}

const devicesOf = (roster: Roster): readonly string[] =>
  roster.flatMap(({ devices }) => devices.map(({ device }) => device))
