import type { SeatId } from '../ids.ts'
import type { Governing } from '../state.ts'
import { QUORUM_OF, refuseAbsence, withoutTurn, withTurn } from '../turns.ts'
import type { DestructionEvent } from './events.ts'

/** Replays one event that was not refused. */
export function evolveDestruction(governing: Governing, by: SeatId, event: DestructionEvent): Governing {
  const { time, turns, destruction } = governing
  switch (event.type) {
    case 'destruction.asked':
      return { ...governing, destruction: { id: event.id, upTo: event.upTo, at: time } }
    case 'destruction.agreed':
      return destruction ? { ...governing, destruction: { ...destruction, turns: event.turns } } : governing
    case 'destruction.stopped':
      return stopped(governing, by)
    case 'destruction.confirmed':
      return {
        ...governing,
        destroyed: governing.destroyed.map((one) =>
          one.id === event.id ? { ...one, confirmed: [...one.confirmed, event.device] } : one,
        ),
      }
    case 'turn.given': {
      const { about, subject, signature } = event
      return { ...governing, turns: withTurn(turns, about, by, { subject, signature, at: time }) }
    }
    case 'turn.revoked':
      return { ...governing, turns: withoutTurn(turns, event.about, by) }
    case 'turn.passed':
      return governing.passed.includes(event.about)
        ? governing
        : { ...governing, passed: [...governing.passed, event.about] }
  }
}

/** A facilitator drops it, or one yes less carries it: it ends where a side's yeses are too few (DX4). */
function stopped(governing: Governing, by: SeatId): Governing {
  const { destruction, ...others } = governing
  if (!destruction?.turns) return others
  const { [by]: _, ...turns } = destruction.turns
  return refuseAbsence(governing, turns, QUORUM_OF.destruction) === undefined
    ? { ...governing, destruction: { ...destruction, turns } }
    : others
}

/**
 * Nobody's "no" is got rid of with the person: when somebody has been taken out who had not left, what was agreed is so no
 * more, and each side is asked again (TN5).
 */
export function askAgain({ destruction, ...others }: Governing): Governing {
  if (!destruction) return { ...others, turns: {} }
  const { turns: _, since: __, ...asked } = destruction
  return { ...others, turns: {}, destruction: asked }
}
