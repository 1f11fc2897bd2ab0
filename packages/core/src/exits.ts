import type { World } from './activity.ts'
import { exitOf } from './registry.ts'

/** Whether the stage that the room is in may end without a reason (DG8). */
export function exitMet(world: World): boolean {
  const { stage, charter } = world.room.governing
  const exit = charter.process.stages.find((one) => one.id === stage?.stage)?.exit
  return (exit && exitOf(exit.when)?.met(world, (exit.settings ?? {}) as never)) ?? false
}
