import { legOf, type SpaceName } from '../space.ts'
import { newSpace, unread } from '../state.ts'
import type { TestDialogue } from './dialogue.ts'
import type { Someone } from './people.ts'

/** Two people have their leg: what either's device knows of it. @returns its name */
export function openLeg(dialogue: TestDialogue, participant: Someone, facilitator: Someone): SpaceName {
  const name = legOf(participant.seat.id, facilitator.seat.id)
  const both = [facilitator, participant]
  const governing = newSpace(
    name,
    dialogue.room.charter,
    both.map(({ seat }) => seat),
  )
  for (const one of both) dialogue.device(one).set(name, unread(governing))
  return name
}
