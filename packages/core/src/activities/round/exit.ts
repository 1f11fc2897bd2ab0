import type { Exit } from '../../exits.ts'
import { runOf } from '../../run.ts'
import { object } from '../../shape.ts'
import type { Governing } from '../../state.ts'
import type { Round } from './events.ts'

/** Met when every round of the stage has closed. */
export const roundsClosed: Exit<object> = {
  settings: object({}),
  met: ({ stage, charter, runs }: Governing) => {
    if (!stage) return false
    const activities = charter.process.stages.find((one) => one.id === stage.stage)?.activities ?? []
    return activities
      .filter((one) => one.kind === 'round')
      .every((one) => (runs[runOf(stage, one.id)] as Round | undefined)?.status === 'closed')
  },
}
