import { expect, test } from 'vitest'
import { diceFor } from './dice.ts'

const throwsOf = (seed: number, purpose: string) => {
  const dice = diceFor(seed, purpose)
  return Array.from({ length: 50 }, () => dice.below(1000))
}

test('the same seed and purpose throw the same', () => {
  expect(throwsOf(7, 'sides')).toEqual(throwsOf(7, 'sides'))
  expect(diceFor(1, 'a').shuffled([1, 2, 3, 4, 5, 6, 7])).toEqual(diceFor(1, 'a').shuffled([1, 2, 3, 4, 5, 6, 7]))
})

test('another seed or another purpose throws otherwise', () => {
  expect(throwsOf(7, 'sides')).not.toEqual(throwsOf(8, 'sides'))
  expect(throwsOf(7, 'sides')).not.toEqual(throwsOf(7, 'seats'))
})

test('each number comes about as often as the others, and none from outside', () => {
  const dice = diceFor(1, 'fair')
  const counts = [0, 0, 0, 0, 0, 0]
  for (let at = 0; at < 6_000; at++) {
    const thrown = dice.below(6)
    counts[thrown] = (counts[thrown] ?? Number.NaN) + 1
  }
  for (const count of counts) expect(count).toBeGreaterThan(850)
})

test('a shuffle keeps all there is, reaches every place, and leaves the list that it was given alone', () => {
  const list = ['a', 'b', 'c', 'd']
  const firsts = new Set<string>()
  for (let seed = 0; seed < 60; seed++) {
    const shuffled = diceFor(seed, 'shuffle').shuffled(list)
    expect([...shuffled].sort()).toEqual(['a', 'b', 'c', 'd'])
    firsts.add(shuffled[0] as string)
  }
  expect(firsts.size).toBe(4)
  expect(list).toEqual(['a', 'b', 'c', 'd'])
})
