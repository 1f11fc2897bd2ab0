import { expect, test } from 'vitest'
import { isSameWord, twoPlaces } from './two-places.ts'

test('two different places are asked for, the earlier one first, whatever is drawn', () => {
  const draws = [0, 0.2, 0.5, 0.9, 0.999_999]
  for (const one of draws)
    for (const other of draws) {
      const drawn = [one, other]
      const [first, second] = twoPlaces(12, () => drawn.shift() ?? 0)
      expect(first).toBeLessThan(second)
      expect(first).toBeGreaterThanOrEqual(0)
      expect(second).toBeLessThan(12)
    }
  expect(twoPlaces(10)).toHaveLength(2)
})

test('a word counts in any case, digits in any writing', () => {
  expect(isSameWord('meadow', ' Meadow ')).toBe(true)
  expect(isSameWord('0482', '٠٤٨٢')).toBe(true)
  expect(isSameWord('0482', '0483')).toBe(false)
})
