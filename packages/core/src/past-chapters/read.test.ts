import { expect, test } from 'vitest'
import type { RoundView } from '../activities/round/view.ts'
import { ada, chi, fay, NORTH, SOUTH, someone } from '../testing/people.ts'
import { dialogueIn, idFor, offer } from '../testing/steps.ts'
import { readPastChapter } from './read.ts'

const eli = someone('Eli', 'participant', NORTH)
const WELL = 'that the well runs dry'
const ASKS = 'that nobody asks us'
const TAKEN_BEFORE = 'from the chapter before'

test('[PC8] a chapter is shown as its authors chose, with nothing of other chapters, and without what was taken back since', () => {
  const table = dialogueIn('sharing')
  table.do(fay, 'needs', { type: 'openRound' })
  const before = { type: 'offerContribution', text: TAKEN_BEFORE, attribution: 'side' } as const
  table.do(ada, 'needs', before)
  table.do(fay, 'needs', { type: 'closeRound' })
  table.chapter('room', 5)
  table.do(fay, 'fears', { type: 'openRound' })
  offer(table, ada, WELL)
  offer(table, chi, ASKS, 'named')
  table.do(fay, 'fears', { type: 'closeRound' })
  const then = table.state(ada, 'room')
  table.letIn(eli, 6)
  const read = () => readPastChapter(then, table.state(eli, 'room'), eli.seat, table.proofs)
  const poolOf = () => read().flatMap(({ runs }) => runs.map(({ view }) => (view as RoundView).pool))
  expect(read().map(({ stage, visit, runs }) => [stage, visit, runs.length])).toEqual([['sharing', 1, 1]])
  expect(poolOf()).toHaveLength(1)
  const shown = () => poolOf()[0]?.map(({ text, origin }) => [text, origin])
  expect(shown()).toHaveLength(2)
  expect(shown()).toEqual(
    expect.arrayContaining([
      [WELL, { mine: false, side: NORTH }],
      [ASKS, { mine: false, side: SOUTH, name: 'Chi' }],
    ]),
  )
  const contribution = idFor(table, ASKS)
  table.do(chi, 'fears', { type: 'withdrawContribution', contribution })
  expect(JSON.stringify(read())).not.toContain(ASKS)
  expect(JSON.stringify(read())).not.toContain(TAKEN_BEFORE)
  expect(shown()).toContainEqual([undefined, { mine: false }])
  expect(shown()).toContainEqual([WELL, { mine: false, side: NORTH }])
})

test('[PC8] what was written in a round that was closed in a later chapter is shown, once that is so', () => {
  const table = dialogueIn('sharing')
  table.do(fay, 'fears', { type: 'openRound' })
  offer(table, ada, WELL)
  const then = table.state(ada, 'room')
  table.letIn(eli, 6)
  const read = () => JSON.stringify(readPastChapter(then, table.state(eli, 'room'), eli.seat, table.proofs))
  expect(read()).toBe('[]')
  table.do(fay, 'fears', { type: 'closeRound' })
  expect(read()).toContain(WELL)
  expect(read()).not.toContain('Ada')
})
