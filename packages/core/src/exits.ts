import { roundsClosed } from './activities/round/exit.ts'
import { object, type Shape } from './shape.ts'
import type { Governing } from './state.ts'

/** A named predicate over the room: may the stage that it is in end without a reason being noted? */
export interface Exit<Settings> {
  readonly settings: Shape<Settings>
  readonly met: (room: Governing, settings: Settings) => boolean
}

/** An exit whose own type the table has forgotten. */
export interface AnyExit {
  readonly settings: Shape<unknown>
  readonly met: (room: Governing, settings: never) => boolean
}

/** Every exit that a process may name. `declared` is the facilitator's judgment: its reason is always noted. */
export const EXITS: Readonly<Record<string, AnyExit | undefined>> = {
  declared: { settings: object({}), met: () => false },
  'rounds-closed': roundsClosed,
}

/** Whether the stage that the room is in may end without a reason (DG8). */
export function exitMet(room: Governing): boolean {
  const stage = room.charter.process.stages.find((one) => one.id === room.stage?.stage)
  const exit = stage && EXITS[stage.exit.when]
  return exit?.met(room, (stage?.exit.settings ?? {}) as never) ?? false
}
