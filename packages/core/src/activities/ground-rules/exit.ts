import type { Exit } from '../../activity.ts'
import { object } from '../../shape.ts'

/** Met when everyone in the room who has not left has accepted the ground rules; a newcomer opens it again (GR4). */
export const allAffirmed: Exit<object> = {
  settings: object({}),
  met: ({ room: { governing } }) =>
    governing.roster.every(({ id }) => governing.affirmed.includes(id) || governing.leaving.includes(id)),
}
