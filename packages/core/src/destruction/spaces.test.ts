import { expect, test } from 'vitest'
import { caucusOf, type SpaceName } from '../space.ts'
import { TestDialogue } from '../testing/dialogue.ts'
import { ada, ben, chi, fay, idOf, NORTH, SOUTH, type Someone, signAs, someone } from '../testing/people.ts'
import { DELAY_MS } from './effect.ts'
import type { DestructionView } from './view.ts'

const north = caucusOf(NORTH)
const gus = someone('Gus', 'facilitator')
const hal = someone('Hal', 'facilitator')

const begun = (...people: Someone[]): TestDialogue =>
  (people.length > 0 ? new TestDialogue(people) : new TestDialogue()).affirmAll()
const shown = (table: TestDialogue, who: Someone, space: SpaceName): DestructionView =>
  table.view(who).destructionElsewhere.find((one) => one.space === space)?.destruction as DestructionView
/** Two chapters; the first can be destroyed. */
function extentIn(table: TestDialogue, who: Someone, space: SpaceName): string {
  table.chapter(space, 1, who)
  table.chapter(space, 2, who)
  return shown(table, who, space).extents[0]?.upTo ?? ''
}

test('[DX12] a caucus is destroyed up to a chapter by two of its side, whom nobody else is asked for', () => {
  const table = begun()
  const upTo = extentIn(table, ada, north)
  const current = table.state(ada, north).governing.chapters.at(-1)?.header as string
  expect(table.act(ada, { type: 'askDestruction', space: north, upTo: current })).toBe('no-such-chapter')
  expect(table.act(chi, { type: 'askDestruction', space: north, upTo })).toBe('not-in-this-space')
  expect(shown(table, ada, north).extents).toEqual([{ upTo, visits: [], until: 2 }])
  expect(table.act(ada, { type: 'askDestruction', space: north, upTo })).toBeUndefined()
  expect(shown(table, ben, north).asked?.until).toBe(2)
  const answer = (who: Someone, type: 'turnDestruction' | 'holdDestruction') => table.act(who, { type, space: north })
  expect(answer(fay, 'turnDestruction')).toBe('not-a-participant')
  answer(ada, 'turnDestruction')
  table.settle()
  expect(shown(table, ben, north).asked).toMatchObject({ isAgreed: false, mine: 'undecided', side: false, sides: [] })
  answer(ben, 'turnDestruction')
  table.settle()
  expect(shown(table, ben, north).asked).toMatchObject({ isAgreed: true, mine: 'turned', side: true })
  table.chapter(north, 10)
  expect(answer(ben, 'holdDestruction')).toBeUndefined()
  expect(shown(table, ada, north).asked).toBeUndefined()
  expect(table.act(fay, { type: 'askDestruction', space: north, upTo })).toBeUndefined()
  for (const who of [ada, ben]) answer(who, 'turnDestruction')
  table.settle()
  table.chapter(north, 20)
  table.chapter(north, 20 + DELAY_MS)
  const [gone] = shown(table, ada, north).destroyed
  expect(gone).toMatchObject({ visits: [], untold: 0 })
  expect(table.state(ada, north).governing.chapters.some(({ header }) => header === upTo)).toBe(false)
  expect(table.state(fay, caucusOf(SOUTH)).governing.destroyed).toEqual([])
  expect(table.room.destroyed).toEqual([])
  const device = ada.seat.devices[0]?.device ?? ''
  const confirm = { type: 'confirmDestruction', space: north, destruction: gone?.id ?? '', device } as const
  expect(table.act(ada, confirm)).toBeUndefined()
  expect(shown(table, ben, north).destroyed[0]?.seats.map(({ confirmed }) => confirmed)).toEqual([1, 0, 0])
})

test('[DX12] a yes to the room’s destruction is none to the caucus’ own, whatever it is about', () => {
  const table = begun()
  const upTo = extentIn(table, ada, north)
  table.act(ada, { type: 'askDestruction', space: north, upTo })
  const { id } = table.state(ada, north).governing.destruction as { id: string }
  const turns = Object.fromEntries(
    [ada, ben].map((who) => [
      who.seat.id,
      signAs(who, table.proofs.subject(table.room.charter, 'destruction', `${id}\n${upTo}`)),
    ]),
  )
  expect(table.write(fay, north, { v: 1, type: 'destruction.agreed', id, turns })).toBe('bad-turn')
})

test('[DX12] the panel is destroyed by more than half of its facilitators', () => {
  const table = begun(ada, chi, fay, gus, hal)
  table.act(fay, { type: 'enterStage', stage: 'sharing', reason: 'A reason that was noted.' })
  const upTo = extentIn(table, fay, 'panel')
  table.chapter('panel', 3)
  expect(table.act(ada, { type: 'askDestruction', space: 'panel', upTo })).toBe('not-in-this-space')
  table.act(gus, { type: 'askDestruction', space: 'panel', upTo })
  const yes = { type: 'turnDestruction', space: 'panel' } as const
  expect(table.act(fay, { type: 'holdDestruction', space: 'panel' })).toBe('not-turned')
  table.act(fay, yes)
  table.settle()
  expect(shown(table, hal, 'panel').asked).toMatchObject({ isAgreed: false, mine: 'undecided', side: false })
  table.act(hal, yes)
  table.settle()
  expect(shown(table, gus, 'panel').asked).toMatchObject({ isAgreed: true, mine: 'undecided', side: true })
  table.chapter('panel', 10)
  table.chapter('panel', 10 + DELAY_MS)
  expect(shown(table, fay, 'panel').destroyed).toHaveLength(1)
})

test('[DX12] of one’s own space one asks nobody; what one has passed on there goes with it, also while the room is paused', () => {
  const table = begun()
  table.act(ada, { type: 'pause' })
  const upTo = extentIn(table, ada, 'own')
  table.write(ada, 'own', { v: 1, type: 'turn.passed', about: idOf('a destruction') })
  expect(table.act(ada, { type: 'askDestruction', space: 'own', upTo })).toBeUndefined()
  expect(shown(table, ada, 'own').asked).toMatchObject({ isAgreed: true, mine: undefined, dueAt: undefined })
  table.chapter('own', 10, ada)
  expect(table.act(ada, { type: 'dropDestruction', space: 'own' })).toBeUndefined()
  table.chapter('own', 10 + DELAY_MS, ada)
  expect(table.state(ada, 'own').governing.passed).toHaveLength(1)
  table.act(ada, { type: 'askDestruction', space: 'own', upTo })
  table.chapter('own', 20 + DELAY_MS, ada)
  table.chapter('own', 20 + 2 * DELAY_MS, ada)
  expect(table.state(ada, 'own').governing).toMatchObject({ passed: [], runs: {}, destroyed: [{ upTo }] })
})

test('[DX12] what has left the room stays: the outbox has no destruction', () => {
  const table = begun()
  const asked = { v: 1, type: 'destruction.asked', id: idOf('d'), upTo: 'x'.repeat(43) }
  expect(table.write(fay, 'outbox', asked)).toBe('not-in-this-space')
  expect(table.view(fay).destructionElsewhere.map(({ space }) => space)).not.toContain('outbox')
})
