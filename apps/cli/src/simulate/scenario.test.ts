import { PROCESSES } from '@antechamber/core/processes'
import { describe, expect, test } from 'vitest'
import theWeir from '../../scenarios/the-weir.json' with { type: 'json' }
import { PLAYED_NAMES } from './names.ts'
import { scenarioScript, scenarioShape } from './scenario.ts'
import { isClearedInScript, listenerOf } from './script.ts'
import type { Settings } from './settings.ts'

const settings = (perSide: number, seed: number, sides = 2): Settings => ({
  process: PROCESSES[0] as Settings['process'],
  files: undefined,
  sides,
  perSide,
  seed,
  desk: undefined,
  out: undefined,
  json: false,
})

const scenario = scenarioShape.read(theWeir, '')
if (!scenario.ok) throw new Error(`${scenario.error.field}: ${scenario.error.expected}`)
const { sides, lines } = scenario.value
const people = sides.flatMap((side) => side.people)

describe('the scenario that ships', () => {
  test('has no field that nobody reads', () => {
    const { format: _, ...rest } = theWeir
    expect(scenario.value).toEqual(rest)
  })

  test('knows everybody by one id, and nobody says what another of their side says', () => {
    expect(new Set(people.map(({ id }) => id)).size).toBe(people.length)
    for (const side of sides) {
      const texts = side.people.flatMap(({ perception, fear, need }) =>
        [perception, fear, need].flatMap((one) => (one ? [one.says] : [])),
      )
      expect(new Set(texts).size).toBe(texts.length)
    }
  })

  test('draws lines from what is said, and knows whoever says "not yet"', () => {
    const sayings = people.flatMap(({ id, ...says }) => Object.keys(says).map((kind) => `${id}/${kind}`))
    for (const { from, notYet } of lines) {
      expect(sayings).toEqual(expect.arrayContaining([...from]))
      expect(people.map(({ id }) => id)).toEqual(expect.arrayContaining([...notYet]))
    }
  })

  test('a restatement that is sent back has an answer, and is not the one that is confirmed', () => {
    for (const { perception, fear, need } of people) {
      for (const saying of [perception, fear, need]) {
        expect(saying?.answer === undefined).toBe(saying?.atFirst === undefined)
        if (saying) expect(saying.atFirst).not.toBe(saying.heard)
      }
    }
  })
})

describe('its script', () => {
  test('has as many people as were asked for, with names of their own, and something to clear, at every size', () => {
    for (let perSide = 2; perSide <= 12; perSide++) {
      for (let seed = 0; seed < 30; seed++) {
        const { script } = scenarioScript(settings(perSide, seed))
        const names = script.sides.flatMap((side) => side.people.map(({ name }) => name))
        expect(script.sides.map((side) => side.people.length)).toEqual([perSide, perSide])
        expect(new Set(names).size).toBe(2 * perSide)
        expect(script.lines.length).toBeGreaterThan(0)
      }
    }
  })

  test('is the same for the same seed and another for another', () => {
    expect(scenarioScript(settings(6, 5))).toEqual(scenarioScript(settings(6, 5)))
    expect(scenarioScript(settings(6, 5))).not.toEqual(scenarioScript(settings(6, 6)))
  })

  test('with everybody there, some lines are cleared and some are not', () => {
    const { script } = scenarioScript(settings(12, 1))
    const cleared = script.lines.filter(isClearedInScript).length
    expect(cleared).toBeGreaterThan(2)
    expect(cleared).toBeLessThan(script.lines.length)
  })

  test('too many people or sides are refused with the numbers', () => {
    expect(() => scenarioScript(settings(13, 1))).toThrow(
      '2 sides of 13 need 26, the scenario that ships has 12 on each side',
    )
    expect(() => scenarioScript(settings(2, 1, 3))).toThrow('has 2 sides, not 3')
  })
})

test('there are names for four sides of thirty, each of them once', () => {
  expect(PLAYED_NAMES.length).toBeGreaterThanOrEqual(120)
  expect(new Set(PLAYED_NAMES).size).toBe(PLAYED_NAMES.length)
})

test('everybody is said back by somebody of another side, and nobody has much more to do than the others', () => {
  const { script } = scenarioScript(settings(6, 1))
  const duties = new Map<string, number>()
  for (let at = 0; at < 18; at++) {
    const { side, person } = listenerOf(script.sides, { side: 0, person: at % 6 }, at)
    expect(side).toBe(1)
    duties.set(`${person}`, (duties.get(`${person}`) ?? 0) + 1)
  }
  expect([...duties.values()]).toEqual([3, 3, 3, 3, 3, 3])
})
