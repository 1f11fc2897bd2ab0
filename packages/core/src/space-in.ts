import type { World } from './activity.ts'
import { type SpaceName, sideOf, spaceKind } from './space.ts'
import type { SpaceState } from './state.ts'

/** The space of that name, if this device can read it. */
export function spaceIn(world: World, name: SpaceName): SpaceState | undefined {
  const side = sideOf(name)
  if (spaceKind(name) === 'leg') return world.legs?.[name]
  if (side !== undefined) return world.caucuses[side]
  return name === 'room' ? world.room : name === 'own' ? world.own : name === 'panel' ? world.panel : world.outbox
}
