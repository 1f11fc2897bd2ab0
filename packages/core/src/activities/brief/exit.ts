import type { Exit } from '../../activity.ts'
import { currentRuns } from '../../run.ts'
import { object } from '../../shape.ts'
import type { Brief } from './events.ts'

/** Met when every brief of the stage has been released. */
export const briefReleased: Exit<object> = {
  settings: object({}),
  met: ({ room, outbox }) =>
    currentRuns(room.governing, 'brief').every(
      ({ run }) => (outbox?.governing.runs[run] as Brief | undefined)?.released !== undefined,
    ),
}
