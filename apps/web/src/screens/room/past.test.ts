import type { PastVisit } from '@antechamber/core'
import { expect, test } from 'vitest'
import { ofKind, readAgain } from './past.ts'

const visit = (stage: string, n: number, ...kinds: readonly string[]): PastVisit =>
  ({ stage, visit: n, runs: kinds.map((kind) => ({ run: `${stage}/${kind}#${n}`, view: { kind } })) }) as never
const runs = (past: readonly PastVisit[]) => past.flatMap((one) => one.runs.map(({ run }) => run as string))

test('each visit of a stage is read again, but what was understood only once', () => {
  const past = [visit('sharing', 1, 'round'), visit('sharing', 2, 'round'), visit('hearing', 1, 'mirroring')]
  expect(runs(readAgain(past))).toEqual(['sharing/round#1', 'sharing/round#2', 'hearing/mirroring#1'])
  const again = [...past, visit('hearing', 2, 'mirroring', 'round')]
  expect(runs(readAgain(again))).toEqual([
    'sharing/round#1',
    'sharing/round#2',
    'hearing/mirroring#2',
    'hearing/round#2',
  ])
})

test('of one kind is only what is of that kind', () => {
  expect(runs(ofKind([visit('a', 1, 'round', 'brief'), visit('b', 1, 'brief')], 'round'))).toEqual(['a/round#1'])
})
