import type { Role, RunView } from '@antechamber/core'
import { standing } from '../../activities/activity.ts'

/**
 * The activities of a stage as a person meets them: first what is under way; then what is over, the newest first, and
 * what is still to come. A facilitator, who opens things, has what is to come before what is over.
 */
export function inOrder(runs: readonly RunView[], role: Role): readonly RunView[] {
  const of = (wanted: ReturnType<typeof standing>): readonly RunView[] =>
    runs.filter(({ view }) => standing(view) === wanted)
  const done = of('done').toReversed()
  return role === 'facilitator' ? [...of('now'), ...of('ahead'), ...done] : [...of('now'), ...done, ...of('ahead')]
}
