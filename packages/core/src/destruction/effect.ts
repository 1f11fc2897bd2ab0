import type { Millis } from '../ids.ts'
import { labelOfRun, visitLabel } from '../run.ts'
import type { Governing } from '../state.ts'
import { TURN_MS } from '../turns.ts'
import type { Destruction } from './events.ts'
import { visitsUpTo } from './extent.ts'

/** How long everybody has to take their yes back, once every side has agreed (DX5). */
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

/** Without what was said up to there: the runs of the visits that it holds, and what was shared in them. */
function destroyed(governing: Governing, { id, upTo }: Destruction, at: Millis): Governing {
  const { chapters } = governing
  const kept = chapters.slice(1 + chapters.findIndex(({ header }) => header === upTo))
  const labels = new Set([visitLabel(governing), ...kept].map(({ visit }) => visit))
  const isKept = (run: string): boolean => labels.has(labelOfRun(run))
  const visits = visitsUpTo(governing, upTo) ?? []
  return {
    ...governing,
    chapters: kept,
    contributions: governing.contributions.filter(({ run }) => isKept(run)),
    runs: Object.fromEntries(Object.entries(governing.runs).filter(([run]) => isKept(run))),
    destroyed: [...governing.destroyed, { id, upTo, visits, at, confirmed: [] }],
  }
}
