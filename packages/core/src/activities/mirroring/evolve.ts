import type { EventContext, Evolved } from '../../activity.ts'
import type { RestatementId } from '../../ids.ts'
import {
  type Attempt,
  isAttemptOf,
  type Mirroring,
  type MirroringEvent,
  type MirroringSettings,
  type Verdict,
} from './events.ts'

/** Replays one event. */
export function evolveMirroring(
  state: Mirroring,
  event: MirroringEvent,
  context: EventContext<MirroringSettings>,
): Evolved<Mirroring> {
  switch (event.type) {
    case 'mirroring.passed':
      return state.passed.includes(event.contribution)
        ? { state }
        : { state: { ...state, passed: [...state.passed, event.contribution] } }
    case 'restatement.offered': {
      const { id: by, side } = context.by
      const attempt: Attempt = {
        id: event.id,
        contribution: event.contribution,
        by,
        ...(side !== undefined && { side }),
        verdict: 'waiting',
      }
      const others = state.attempts.filter((one) => !isAttemptOf(one, event.contribution, by))
      const replaced = state.attempts.filter((one) => isAttemptOf(one, event.contribution, by))
      return {
        state: { ...state, attempts: [...others, attempt] },
        texts: { [event.id]: { ref: event.words } },
        withdrawn: replaced.map(({ id }) => id),
      }
    }
    case 'restatement.judged':
      return judged(state, event.restatement, event.verdict, context)
  }
}

/** Once the author has said "accurate", the contribution is confirmed, and all other attempts at it are over (MI4). */
function judged(
  state: Mirroring,
  restatement: RestatementId,
  verdict: Verdict,
  { contributions }: EventContext<MirroringSettings>,
): Evolved<Mirroring> {
  if (verdict !== 'accurate') {
    const attempts = state.attempts.map((one) => (one.id === restatement ? { ...one, verdict } : one))
    return { state: { ...state, attempts } }
  }
  const attempt = state.attempts.find((one) => one.id === restatement)
  return {
    state: { ...state, attempts: state.attempts.filter((one) => one.contribution !== attempt?.contribution) },
    contributions: contributions
      .filter((one) => one.id === attempt?.contribution)
      .map((one) => (attempt ? { ...one, confirmed: { restatement, by: attempt.by, side: attempt.side } } : one)),
  }
}
