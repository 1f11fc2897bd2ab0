import type { SideId } from './ids.ts'
import { match, type Shape } from './shape.ts'

/** Who can read: the author, one side and its facilitator, the third party, all, or a product's recipients. */
export type SpaceKind = 'own' | 'caucus' | 'panel' | 'room' | 'outbox'

/** One space of a dialogue as its members name it. A caucus belongs to a side; an `own` to whoever reads it. */
export type SpaceName = 'own' | 'panel' | 'room' | 'outbox' | `caucus:${string}`

/** Sides are keys of objects, so none has a name that every object has by birth. */
const SIDE = '(?!constructor$)[a-z][a-z0-9]{0,15}'
export const sideShape: Shape<SideId> = match(new RegExp(`^${SIDE}$`), 'a side')
export const spaceShape: Shape<SpaceName> = match(new RegExp(`^(own|panel|room|outbox|caucus:${SIDE})$`), 'a space')

export const caucusOf = (side: SideId): SpaceName => `caucus:${side}`

export const spaceKind = (name: SpaceName): SpaceKind => (name.startsWith('caucus:') ? 'caucus' : (name as SpaceKind))

/** The side whose caucus it is, or undefined. */
export const sideOf = (name: SpaceName): SideId | undefined =>
  name.startsWith('caucus:') ? (name.slice('caucus:'.length) as SideId) : undefined
