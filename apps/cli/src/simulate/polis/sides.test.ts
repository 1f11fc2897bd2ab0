import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diceFor } from '../../dice.ts'
import { type Conversation, UNSEEN, type Voter } from './conversation.ts'
import { likeness, meanVotes } from './likeness.ts'
import { formSides } from './sides.ts'

const LEFT_OUT = { moderatedOut: 0, meta: 0, empty: 0, tooLong: 0, notVotedOn: 0, repeated: 0 }
const voter = (id: string, group: string | undefined, ...votes: number[]): Voter => ({
  id,
  group,
  votes: Int8Array.from(votes),
})
const talk = (...voters: Voter[]): Conversation => ({
  statements: Array.from(voters[0]?.votes ?? [], (_, at) => ({ id: String(at), text: `statement ${at}` })),
  leftOut: LEFT_OUT,
  voters,
  silent: 0,
})
const ids = (voters: readonly Voter[]) => voters.map(({ id }) => id)
const seatedBy = (conversation: Conversation, count: number, perSide: number, seed = 1) =>
  formSides(conversation, count, perSide, diceFor(seed, 'sides'))

describe('likeness', () => {
  test('is 1 for the same votes, -1 for the opposite, 0 for who only passed', () => {
    expect(likeness(voter('a', undefined, 1, -1), [1, -1])).toBeCloseTo(1)
    expect(likeness(voter('a', undefined, -1, 1), [1, -1])).toBeCloseTo(-1)
    expect(likeness(voter('a', undefined, 0, 0), [1, -1])).toBe(0)
  })

  test('one vote in common is less alike than three', () => {
    const profile = [1, 1, 1, 1]
    expect(likeness(voter('a', undefined, 1, UNSEEN, UNSEEN, UNSEEN), profile)).toBeLessThan(
      likeness(voter('b', undefined, 1, 1, 1, UNSEEN), profile),
    )
  })

  test('a mean leaves out who has not voted', () => {
    expect([...meanVotes([voter('a', '0', 1, UNSEEN), voter('b', '0', -1, 1)], 2)]).toEqual([0, 1])
  })
})

describe('sides', () => {
  test('are the largest groups, cut to size; of two alike, the smaller id comes first', () => {
    const people = ['0', '1', '1', '1', '10', '10', '2', '2'].map((group, at) => voter(`p${at}`, group, 1))
    const sides = seatedBy(talk(...people), 3, 2)
    expect(sides.map(({ group }) => group)).toEqual(['1', '2', '10'])
    for (const { seated, toppedUp, group } of sides) {
      expect(seated.map((one) => one.group)).toEqual([group, group])
      expect(toppedUp).toBe(0)
    }
  })

  test('another seed seats others; the same seed the same, in the order of the file', () => {
    const people = Array.from({ length: 40 }, (_, at) => voter(`p${at}`, at % 2 === 0 ? '0' : '1', 1))
    const first = seatedBy(talk(...people), 2, 5)
    expect(seatedBy(talk(...people), 2, 5)).toEqual(first)
    expect(seatedBy(talk(...people), 2, 5, 2)).not.toEqual(first)
    for (const { seated } of first) {
      const places = seated.map((one) => people.indexOf(one))
      expect(places).toEqual([...places].sort((a, b) => a - b))
    }
  })

  test('a small group is topped up with those who vote most like it, wherever they are', () => {
    const conversation = talk(
      voter('a1', '0', 1, 1, 1),
      voter('a2', '0', 1, 1, -1),
      voter('b1', '1', -1, -1, -1),
      voter('unlike', undefined, -1, -1, 1),
      voter('like', '7', 1, 1, 0),
      voter('less', undefined, 1, -1, 1),
    )
    const [large, small] = seatedBy(conversation, 2, 3)
    expect(ids(large?.seated ?? [])).toEqual(['a1', 'a2', 'like'])
    expect(ids(small?.seated ?? [])).toEqual(['b1', 'unlike', 'less'])
    expect([large?.toppedUp, small?.toppedUp]).toEqual([1, 2])
  })

  test('whom a larger side had no room for is asked last', () => {
    const conversation = talk(
      ...Array.from({ length: 5 }, (_, at) => voter(`a${at}`, '0', 1, 1)),
      voter('b', '1', 1, -1),
      voter('nobody', undefined, -1, -1),
    )
    const [, small] = seatedBy(conversation, 2, 3)
    expect(ids(small?.seated ?? [])).toContain('nobody')
    expect(small?.seated.filter(({ group }) => group === '0')).toHaveLength(1)
  })

  test('too few people or groups are told with the numbers', () => {
    const people = [voter('a', '0', 1), voter('b', '1', 1), voter('c', undefined, 1)]
    expect(() => seatedBy(talk(...people), 2, 2)).toThrow('too few people: 2 sides of 2 need 4, the conversation has 3')
    expect(() =>
      seatedBy(talk(...people, voter('d', undefined, 1), voter('e', undefined, 1), voter('f', undefined, 1)), 3, 2),
    ).toThrow('too few groups: 3 sides of 2 need 3 published groups, the conversation has 2')
  })

  test('whatever the votes are, each side is full and nobody sits twice', () => {
    const anyVoter = fc.record({
      group: fc.constantFrom(undefined, '0', '1', '2'),
      votes: fc.array(fc.constantFrom(1, 0, -1, UNSEEN), { minLength: 4, maxLength: 4 }),
    })
    fc.assert(
      fc.property(
        fc.array(anyVoter, { minLength: 12, maxLength: 30 }),
        fc.integer({ min: 2, max: 4 }),
        fc.nat(),
        (drawn, perSide, seed) => {
          const people = [
            voter('x', '0', 1, 1, 1, 1),
            voter('y', '1', 1, 1, 1, 1),
            ...drawn.map(({ group, votes }, at) => voter(`p${at}`, group, ...votes)),
          ]
          const sides = seatedBy(talk(...people), 2, perSide, seed)
          const seated = sides.flatMap((side) => side.seated)
          expect(sides.map((side) => side.seated.length)).toEqual([perSide, perSide])
          expect(new Set(seated).size).toBe(2 * perSide)
        },
      ),
    )
  })
})
