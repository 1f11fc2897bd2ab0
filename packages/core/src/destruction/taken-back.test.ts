import { beforeEach, expect, test } from 'vitest'
import { caucusOf } from '../space.ts'
import { TestDialogue } from '../testing/dialogue.ts'
import { ada, ben, chi, dov, fay, NORTH, SOUTH, someone } from '../testing/people.ts'
import { TURN_MS } from '../turns.ts'
import { DELAY_MS } from './effect.ts'

const north = caucusOf(NORTH)
const eva = someone('Eva', 'participant', SOUTH)

let dialogue: TestDialogue
beforeEach(() => {
  dialogue = new TestDialogue([ada, ben, chi, dov, eva, fay]).affirmAll()
  dialogue.chapter('room', 1)
  dialogue.enter('sharing')
  const upTo = dialogue.chapter('room', 2)
  dialogue.enter('hearing')
  dialogue.chapter('room', 3)
  dialogue.act(fay, { type: 'askDestruction', upTo })
  for (const who of [ada, ben, chi, dov]) dialogue.act(who, { type: 'turnDestruction' })
})
const asked = (who = dov) => dialogue.view(who).destruction?.asked

/** Dov takes his yes back while Fay's device has what it has read a moment ago on its way. */
function overtake(): void {
  const decided = dialogue.decide(fay, { type: 'agreeDestruction' })
  if (!decided.ok) throw new Error(decided.error)
  expect(dialogue.act(dov, { type: 'holdDestruction' })).toBeUndefined()
  expect(asked()?.mine).toBe('not-yet')
  for (const { space, event } of decided.value) expect(dialogue.write(fay, space, event)).toBeUndefined()
}

test('[DX4] [TN3] a yes that was taken back and is used all the same shows as one, and its person stops it', () => {
  overtake()
  expect(asked()).toMatchObject({ isAgreed: true, mine: 'turned' })
  expect(dialogue.act(dov, { type: 'holdDestruction' })).toBeUndefined()
  expect(asked()).toBeUndefined()
})

test('[DX4] [TN3] their device stops it by itself, and nobody else’s does', () => {
  overtake()
  dialogue.settle()
  expect(asked()).toBeUndefined()
})

test('[DX4] where enough are left it goes on without them, and their device is content', () => {
  dialogue.act(eva, { type: 'turnDestruction' })
  overtake()
  dialogue.settle()
  expect(asked()).toMatchObject({ isAgreed: true, mine: 'not-yet' })
  expect(Object.keys(dialogue.room.destruction?.turns ?? {})).not.toContain(dov.seat.id)
})

test('[DX12] a yes that dies of its age once it is used is not taken for one that was taken back', () => {
  dialogue.settle()
  dialogue.chapter('room', 10)
  for (const space of [north, caucusOf(SOUTH)] as const) dialogue.chapter(space, TURN_MS)
  dialogue.settle()
  expect(asked()).toMatchObject({ isAgreed: true, mine: 'turned' })
  dialogue.chapter('room', 10 + DELAY_MS)
  expect(dialogue.room.destroyed).toHaveLength(1)
})

test('[DX12] in a caucus, where the yeses are read with it, one that was taken back is none', () => {
  dialogue.chapter(north, 1)
  const upTo = dialogue.state(ada, north).governing.chapters[0]?.header as string
  dialogue.chapter(north, 2)
  expect(dialogue.act(ada, { type: 'askDestruction', space: north, upTo })).toBeUndefined()
  for (const who of [ada, ben]) dialogue.act(who, { type: 'turnDestruction', space: north })
  const decided = dialogue.decide(fay, { type: 'agreeDestruction', space: north })
  if (!decided.ok) throw new Error(decided.error)
  dialogue.act(ben, { type: 'holdDestruction', space: north })
  expect(dialogue.write(fay, north, decided.value[0]?.event)).toBe('turn-missing')
})

test('[DX2] [DX4] what somebody says of the one that they were shown is no answer to another that is asked by then', () => {
  const { id: destruction } = asked() ?? {}
  expect(dialogue.act(fay, { type: 'dropDestruction' })).toBeUndefined()
  const { upTo = '' } = dialogue.view(fay).destruction?.extents[0] ?? {}
  expect(dialogue.act(fay, { type: 'askDestruction', upTo })).toBeUndefined()
  expect(asked()).toMatchObject({ mine: 'undecided', isAgreed: false })
  for (const type of ['turnDestruction', 'holdDestruction', 'dropDestruction'] as const)
    expect(dialogue.act(type === 'dropDestruction' ? fay : ada, { type, destruction })).toBe('no-such-destruction')
  expect(dialogue.act(ada, { type: 'turnDestruction', destruction: asked()?.id })).toBeUndefined()
})
