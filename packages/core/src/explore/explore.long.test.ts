import { expect, test } from 'vitest'
import { explored } from './testing/explored.ts'

/** A quarter of an hour. */
const DEPTHS = {
  'the opening': 6,
  'a round is open': 5,
  'a round that nobody can open': 4,
  'a round is written in': 4,
  mirroring: 4,
  'mirroring, with restatements that wait': 4,
  'a line is proposed': 5,
  'a line waits for one person': 5,
  'a line is cleared': 5,
  'a brief of an earlier visit': 6,
  'people are taken out': 5,
  'what was said may be destroyed': 3,
  'each side has agreed to destroy': 3,
  'people are taken out before it is destroyed': 3,
}

test('[DS5][BR5][DX3][DX5][DG7][DG8][DG9] every longer sequence of commands keeps every rule', {
  timeout: 3_600_000,
}, () => {
  expect(explored(DEPTHS)).toBeGreaterThanOrEqual(1_000_000)
})
