import type { Exit } from '../../activity.ts'
import { currentRuns } from '../../run.ts'
import { object } from '../../shape.ts'
import type { Round } from './events.ts'

/** Met when every round of the stage has closed. */
export const roundsClosed: Exit<object> = {
  settings: object({}),
  met: ({ room: { governing } }) =>
    currentRuns(governing, 'round').every(({ run }) => (governing.runs[run] as Round | undefined)?.status === 'closed'),
}
