import type { Millis } from '../ids.ts'
import type { Governing } from '../state.ts'
import { TURN_MS } from '../turns.ts'
import type { Destruction, Owing } from './events.ts'
import { leftBehind, staysWith, visitsUpTo } from './extent.ts'

/** How long everybody has to take their yes back, once it is agreed (DX5). */
export const DELAY_MS = 24 * 60 * 60 * 1000

/** What becomes of a destruction that was asked for when a chapter opens: it waits, it is dropped, or it takes effect. */
export function effectAt(governing: Governing, time: Millis): Governing {
  const { destruction: asked, ...others } = governing
  if (!asked) return governing
  if (!asked.turns) {
    const at = asked.at > time ? time : asked.at
    return at + TURN_MS > time ? { ...governing, destruction: { ...asked, at } } : others
  }
  // A clock that was ahead starts the day anew: nothing hangs for ever, and nothing is early by it.
  const since = asked.since === undefined || asked.since > time ? time : asked.since
  return time < since + DELAY_MS ? { ...governing, destruction: { ...asked, since } } : destroyed(others, asked, time)
}

/**
 * Without what was said up to there. In the room: the runs of the visits that it holds, and what was shared in them. In
 * `own`: what its author has passed on, and to what they have said "not yet".
 */
function destroyed(governing: Governing, { id, upTo }: Destruction, at: Millis): Governing {
  const { space, contributions, runs, passed } = governing
  const chapters = leftBehind(governing, upTo) ?? []
  const stays = space === 'room' ? staysWith(governing, chapters) : () => space !== 'own'
  return {
    ...governing,
    chapters,
    contributions: contributions.filter(({ run }) => stays(run)),
    runs: Object.fromEntries(Object.entries(runs).filter(([run]) => stays(run))),
    passed: space === 'own' ? [] : passed,
    destroyed: [...governing.destroyed, { id, upTo, visits: visitsUpTo(governing, upTo) ?? [], at, untold: 0 }],
    owing: owing(governing),
  }
}

/** Every device that is there has to say that it has deleted it. */
function owing({ roster, owing: before, destroyed: { length } }: Governing): Owing {
  const all = roster.flatMap(({ devices }) => devices.map(({ device }) => [device, before[device] ?? length] as const))
  return Object.fromEntries(all)
}
