import { expect, test } from 'vitest'
import { nextRound, type RoundRun, roundsIn } from './order.ts'

const rounds = (...status: readonly RoundRun['status'][]): readonly RoundRun[] =>
  status.map((one, n) => ({ run: `${n + 1}` as RoundRun['run'], status: one }))

test('the next round is the first that has not been open, while no other is', () => {
  expect(nextRound(rounds('not-open', 'not-open', 'not-open'))).toBe('1')
  expect(nextRound(rounds('closed', 'not-open', 'not-open'))).toBe('2')
  expect(nextRound(rounds('not-open', 'closed', 'not-open'))).toBe('1')
  expect(nextRound(rounds('closed', 'open', 'not-open'))).toBeUndefined()
  expect(nextRound(rounds('closed', 'closed'))).toBeUndefined()
})

test('rounds are counted among rounds only', () => {
  const of = (kind: string, run: string) => ({ run, view: { kind, status: 'closed' } }) as never
  expect(roundsIn([of('ground-rules', 'a'), of('round', 'b'), of('round', 'c')]).map(({ run }) => run)).toEqual([
    'b',
    'c',
  ])
})
