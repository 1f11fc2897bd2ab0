import type { DestructionView, DialogueView, SpaceName } from '@antechamber/core'
import { expect, test } from 'vitest'
import { othersOf } from './elsewhere.ts'

const destruction: DestructionView = { asked: undefined, destroyed: [], extents: [] }

const shown = (role: 'participant' | 'facilitator', spaces: readonly SpaceName[]): readonly string[] =>
  othersOf({
    me: { role },
    destructionElsewhere: spaces.map((space) => ({ space, destruction })),
  } as unknown as DialogueView).map(({ kind }) => kind)

test('[DX12] people are shown what is theirs to delete: a side its own room, facilitators theirs and no side’s', () => {
  expect(shown('participant', ['caucus:a', 'own'])).toEqual(['caucus', 'own'])
  expect(shown('facilitator', ['caucus:a', 'caucus:b', 'panel'])).toEqual(['panel'])
})
