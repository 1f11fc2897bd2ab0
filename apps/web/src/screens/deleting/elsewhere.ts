import {
  type DestructionView,
  type DialogueView,
  pairOf,
  type SeatId,
  type SpaceName,
  spaceKind,
} from '@antechamber/core'

/** What can be deleted elsewhere than in the room, as the screens call it. */
export type OtherKind = 'caucus' | 'panel' | 'own' | 'leg'

/** One of the other spaces that this person may have something deleted in. */
export interface Other {
  readonly space: SpaceName
  readonly kind: OtherKind
  readonly destruction: DestructionView
}

/**
 * What this person is shown of it: participants their side's room and what only they can see; facilitators their own
 * room, for what a side keeps is that side's to delete.
 */
export function othersOf({ me, destructionElsewhere }: DialogueView): readonly Other[] {
  return destructionElsewhere.flatMap(({ space, destruction }): readonly Other[] => {
    const kind = spaceKind(space)
    if (kind === 'panel') return [{ space, kind, destruction }]
    return me.role === 'participant' && (kind === 'caucus' || kind === 'own') ? [{ space, kind, destruction }] : []
  })
}

/** What two people have said to each other alone; undefined where there is nothing yet. */
export function legOf({ destructionElsewhere }: DialogueView, other: SeatId | undefined): Other | undefined {
  const found = destructionElsewhere.find(({ space }) => other && Object.values(pairOf(space) ?? {}).includes(other))
  return found && { ...found, kind: 'leg' }
}
