import type { SideId } from './ids.ts'

/** Who can read: the author, one side and its facilitator, the third party, all, or a product's recipients. */
export type SpaceKind = 'own' | 'caucus' | 'panel' | 'room' | 'outbox'

/** One space of a dialogue as its members name it. A caucus belongs to a side; an `own` to whoever reads it. */
export type SpaceName = 'own' | 'panel' | 'room' | 'outbox' | `caucus:${string}`

export const caucusOf = (side: SideId): SpaceName => `caucus:${side}`

export const spaceKind = (name: SpaceName): SpaceKind => (name.startsWith('caucus:') ? 'caucus' : (name as SpaceKind))

/** The side whose caucus it is, or undefined. */
export const sideOf = (name: SpaceName): SideId | undefined =>
  name.startsWith('caucus:') ? (name.slice('caucus:'.length) as SideId) : undefined
