import { expect, test } from 'vitest'
import { explored } from './testing/explored.ts'

/** How many commands deep from each start, so that all together take about half a minute. */
const DEPTHS = {
  'the opening': 4,
  'a round is open': 3,
  'a round that nobody can open': 2,
  'a round is written in': 3,
  mirroring: 2,
  'mirroring, with restatements that wait': 3,
  'a line is proposed': 3,
  'a line waits for one person': 4,
  'a line is cleared': 3,
  'a brief of an earlier visit': 4,
  'people are taken out': 3,
  'what was said may be destroyed': 2,
  'each side has agreed to destroy': 2,
  'people are taken out before it is destroyed': 2,
}

test('[DS5][BR5][DX3][DX5][DG7][DG8][DG9] every sequence of commands keeps every rule: nothing leaks, nobody is overridden or stuck', {
  timeout: 600_000,
}, () => {
  expect(explored(DEPTHS)).toBeGreaterThanOrEqual(50_000)
})
