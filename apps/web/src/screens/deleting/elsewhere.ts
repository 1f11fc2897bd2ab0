import { type DestructionView, type DialogueView, type SpaceName, spaceKind } from '@antechamber/core'

/** What can be deleted elsewhere than in the room, as the screens call it. */
export type OtherKind = 'caucus' | 'panel' | 'own'

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
