import type { PastVisit, RunView, ShownContribution } from '@antechamber/core'
import { expect, test } from 'vitest'
import { merged } from './merge.ts'

const said = (id: string): ShownContribution =>
  ({ id, kind: 'fear', text: `the words of ${id}`, origin: { mine: false } }) as unknown as ShownContribution
const round = (run: string, ...pool: readonly string[]): RunView =>
  ({ run, view: { kind: 'round', pool: pool.map(said) } }) as unknown as RunView
const visit = (n: number, ...runs: readonly RunView[]): PastVisit => ({ stage: 'sharing', visit: n, runs })

test('several parts of one stage are read as one, and visits stay apart', () => {
  const read = merged([
    [visit(1, round('fears', 'a'))],
    [visit(1, round('fears', 'b'), round('needs', 'c')), visit(2, round('fears again', 'd'))],
  ])
  const ids = read.map((one) =>
    one.runs.map(({ view }) => (view.kind === 'round' ? view.pool.map(({ id }) => id) : [])),
  )
  expect(read.map((one) => one.visit)).toEqual([1, 2])
  expect(ids).toEqual([[['a', 'b'], ['c']], [['d']]])
})
