import type { RunView } from '@antechamber/core'
import { expect, test } from 'vitest'
import { inOrder } from './order.ts'

const round = (name: string, status: string): RunView => ({ run: name, view: { kind: 'round', status } }) as never
const runs = [round('a', 'closed'), round('b', 'closed'), round('c', 'open'), round('d', 'not-open')]
const names = (shown: readonly RunView[]) => shown.map(({ run }) => run as string)

test('what is under way comes first, then what is over, the newest first, then what is to come', () => {
  expect(names(inOrder(runs, 'participant'))).toEqual(['c', 'b', 'a', 'd'])
})

test('a facilitator finds everything in the order of the process, whatever has been opened', () => {
  expect(names(inOrder(runs, 'facilitator'))).toEqual(['a', 'b', 'c', 'd'])
})
