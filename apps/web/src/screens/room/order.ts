import type { Role, RunView } from '@antechamber/core'
import { standing } from '../../activities/activity.ts'

/**
 * The activities of a stage as a person meets them: first what is under way; then what is over, the newest first, and
 * what is still to come. For a facilitator, who opens things one after the other, they stay in the order of the process.
 */
export function inOrder(runs: readonly RunView[], role: Role): readonly RunView[] {
  if (role === 'facilitator') return runs
  const of = (wanted: ReturnType<typeof standing>): readonly RunView[] =>
    runs.filter(({ view }) => standing(view) === wanted)
  return [...of('now'), ...of('done').toReversed(), ...of('ahead')]
}
