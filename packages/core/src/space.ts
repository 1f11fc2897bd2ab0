import type { SeatId, SideId } from './ids.ts'
import { match, type Shape } from './shape.ts'

/** Who can read: the author, one participant and one facilitator, one side and its facilitator, the third party, all, or a product's recipients. */
export type SpaceKind = 'own' | 'leg' | 'caucus' | 'panel' | 'room' | 'outbox'

/** One space of a dialogue as its members name it. A caucus belongs to a side; an `own` to whoever reads it; a leg to two seats. */
export type SpaceName = 'own' | 'panel' | 'room' | 'outbox' | `caucus:${string}` | `leg:${string}:${string}`

/** Sides are keys of objects, so none has a name that every object has by birth. */
const SIDE = '(?!constructor$)[a-z][a-z0-9]{0,15}'
export const sideShape: Shape<SideId> = match(new RegExp(`^${SIDE}$`), 'a side')
const SEAT = '[A-Za-z0-9_-]{22}'
export const spaceShape: Shape<SpaceName> = match(
  new RegExp(`^(own|panel|room|outbox|caucus:${SIDE}|leg:${SEAT}:${SEAT})$`),
  'a space',
)

export const caucusOf = (side: SideId): SpaceName => `caucus:${side}`

export const legOf = (participant: SeatId, facilitator: SeatId): SpaceName => `leg:${participant}:${facilitator}`

export const spaceKind = (name: SpaceName): SpaceKind => name.replace(/:.*$/, '') as SpaceKind

/** The side whose caucus it is, or undefined. */
export const sideOf = (name: SpaceName): SideId | undefined =>
  name.startsWith('caucus:') ? (name.slice('caucus:'.length) as SideId) : undefined

/** The two seats whose leg it is, or undefined. */
export function pairOf(name: SpaceName): { readonly participant: SeatId; readonly facilitator: SeatId } | undefined {
  const [kind, participant, facilitator] = name.split(':')
  return kind === 'leg' ? { participant: participant as SeatId, facilitator: facilitator as SeatId } : undefined
}
