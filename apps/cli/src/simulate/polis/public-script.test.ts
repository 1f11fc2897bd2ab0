import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diceFor } from '../../dice.ts'
import { isClearedInScript, type Script } from '../script.ts'
import { type Conversation, UNSEEN, type Voter } from './conversation.ts'
import { scriptOf } from './public-script.ts'
import { formSides } from './sides.ts'

const _ = UNSEEN
const TEXTS = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta']

function play(
  rows: Readonly<Record<string, readonly [group: string, ...votes: number[]]>>,
  perSide = 2,
  seed = 1,
): Script {
  const voters = Object.entries(rows).map(
    ([id, [group, ...votes]]): Voter => ({ id, group, votes: Int8Array.from(votes) }),
  )
  const conversation: Conversation = {
    statements: TEXTS.slice(0, voters[0]?.votes.length).map((text, at) => ({ id: String(at), text })),
    leftOut: { moderatedOut: 0, meta: 0, empty: 0, tooLong: 0, notVotedOn: 0, repeated: 0 },
    voters,
    silent: 0,
  }
  return scriptOf(conversation, formSides(conversation, 2, perSide, diceFor(seed, 'sides')), seed)
}

const said = ({ sides }: Script) =>
  sides.map(({ people }) => people.map(({ says }) => [says.perception?.text, says.fear?.text, says.need?.text]))

describe('what people say', () => {
  test('kind by kind, each takes what most voted on, of what they agree with and nobody of their side has said', () => {
    const script = play({
      a1: ['0', 1, 1, 1, 1, 1, 1],
      a2: ['0', 1, 1, -1, 1, 0, _],
      b1: ['1', 1, _, _, _, _, _],
      b2: ['1', -1, -1, -1, -1, 0, _],
    })
    expect(said(script)).toEqual([
      [
        ['alpha', 'gamma', 'epsilon'],
        ['beta', 'delta', undefined],
      ],
      [
        ['alpha', undefined, undefined],
        [undefined, undefined, undefined],
      ],
    ])
  })

  test('no side says the same words twice, whatever the votes are', () => {
    const row = fc.tuple(fc.constantFrom('0', '1'), ...TEXTS.map(() => fc.constantFrom(1, 0, -1, _)))
    fc.assert(
      fc.property(fc.array(row, { minLength: 6, maxLength: 12 }), fc.nat(), (rows, seed) => {
        const all = { x: ['0', 1, 1, 1, 1, 1, 1] as const, y: ['1', 1, 1, 1, 1, 1, 1] as const }
        const script = play({ ...all, ...Object.fromEntries(rows.map((one, at) => [`p${at}`, one])) }, 3, seed)
        for (const side of said(script)) {
          const texts = side.flat().filter((text) => text !== undefined)
          expect(new Set(texts).size).toBe(texts.length)
        }
      }),
    )
  })
})

describe('restatements', () => {
  const many = Object.fromEntries(
    Array.from({ length: 12 }, (_unused, at) => [
      `p${at}`,
      [at % 2 === 0 ? '0' : '1', 1, 1, 1, 1, 1, 1] as [string, ...number[]],
    ]),
  )
  const sayings = (seed: number) =>
    play(many, 6, seed).sides.flatMap(({ people }) => people.flatMap(({ says }) => Object.values(says)))

  test('end with all of the words; some leave something out at first, and not the same with another seed', () => {
    const seeds = Array.from({ length: 20 }, (_unused, seed) => sayings(seed))
    for (const saying of seeds.flat()) {
      expect(saying.heard).toContain(saying.text)
      if (saying.heardAtFirst) expect(saying.heardAtFirst.text).not.toContain(saying.text)
    }
    const sentBack = seeds.map((one) => one.map(({ heardAtFirst }) => heardAtFirst !== undefined))
    expect(sentBack.flat()).toContain(true)
    expect(sentBack.flat()).toContain(false)
    expect(new Set(sentBack.map((one) => one.join())).size).toBeGreaterThan(1)
    expect(sayings(3)).toEqual(sayings(3))
  })
})

describe('lines', () => {
  test('what somebody of any side did not agree with is not cleared', () => {
    const { lines } = play({
      a1: ['0', 1, 1, 1],
      a2: ['0', 1, 1, 1],
      b1: ['1', 1, -1, 1],
      b2: ['1', 1, 1, 0],
    })
    expect(lines.filter(isClearedInScript).map(({ text }) => text)).toEqual(['alpha'])
    expect(lines[0]?.text).toBe('alpha')
    expect(lines.find(({ text }) => text === 'beta')?.turned).toEqual([
      [true, true],
      [false, true],
    ])
  })

  test('who has not voted on a line turns it if most of those of their side who vote like them agree', () => {
    const { lines } = play(
      {
        a1: ['0', 1, 1, _],
        a2: ['0', 1, 1, 1],
        a3: ['0', -1, -1, -1],
        b1: ['1', 1, 1, 1],
        b2: ['1', 1, 1, 1],
        b3: ['1', 1, 1, 1],
      },
      3,
    )
    expect(lines.find(({ text }) => text === 'gamma')?.turned[0]).toEqual([true, true, false])
  })

  test('where nobody like them has voted, they say "not yet"', () => {
    const { lines } = play({
      a1: ['0', 1, _, _],
      a2: ['0', -1, -1, 1],
      b1: ['1', 1, 1, 1],
      b2: ['1', 1, 1, 1],
    })
    expect(lines.find(({ text }) => text === 'gamma')?.turned[0]).toEqual([false, true])
  })

  test('nothing is proposed that nobody said', () => {
    const script = play({ a1: ['0', -1], a2: ['0', 0], b1: ['1', -1], b2: ['1', -1] })
    expect(script.lines).toEqual([])
  })
})
