import type { ContributionKind, SideMark } from '@antechamber/core'
import { list, match, object, oneOf, optional, type Shape, type Shaped, text } from '@antechamber/core/shape'
import theWeir from '../../scenarios/the-weir.json' with { type: 'json' }
import { type Dice, diceFor } from '../dice.ts'
import { CommandError, EXIT } from '../exit.ts'
import { PLAYED_NAMES } from './names.ts'
import type { Saying, Script, ScriptedLine, ScriptedPerson } from './script.ts'
import type { Settings } from './settings.ts'

const KINDS: readonly ContributionKind[] = ['perception', 'fear', 'need']

const personId = match(/^[a-z][a-z0-9-]{0,39}$/, 'an id of small letters, digits and hyphens')

/** `atFirst` and `answer` belong together: a restatement that leaves something out, and what its author says of it. */
const sayingShape = object({
  says: text(600),
  heard: text(600),
  atFirst: optional(text(600)),
  answer: optional(oneOf('partly', 'not-yet')),
})

const personShape = object({
  id: personId,
  perception: optional(sayingShape),
  fear: optional(sayingShape),
  need: optional(sayingShape),
})

/** `from`: the sayings that a line draws on; it is proposed if one of them has been said. `notYet`: who does not turn it. */
const lineShape = object({
  text: text(400),
  from: list(match(/^[a-z][a-z0-9-]*\/(perception|fear|need)$/, 'a person and a kind'), 20, 1),
  notYet: list(personId, 60),
})

/** A fictional scenario, as a file in apps/cli/scenarios. Source: docs/operate/cli.md. */
export const scenarioShape = object({
  name: personId,
  title: text(80),
  convenor: text(600),
  sides: list(
    object({
      name: text(40),
      mark: oneOf('circle', 'square', 'triangle', 'diamond') as Shape<SideMark>,
      people: list(personShape, 30, 2),
    }),
    4,
    2,
  ),
  lines: list(lineShape, 40),
})
export type Scenario = Shaped<typeof scenarioShape>

type ScenarioPerson = Scenario['sides'][number]['people'][number]

function shipped(value: unknown): Scenario {
  const read = scenarioShape.read(value, '')
  if (!read.ok) throw new Error(`The shipped scenario is wrong at ${read.error.field}: ${read.error.expected}`)
  return read.value
}

/** One restatement in so many of those that can be sent back is. */
const SENT_BACK_ONE_IN = 2

/** The script of the scenario that ships. Throws CommandError when it has too few sides or people. */
export function scenarioScript({ sides, perSide, seed }: Settings) {
  const scenario = shipped(theWeir)
  const smallest = Math.min(...scenario.sides.map(({ people }) => people.length))
  if (sides > scenario.sides.length) {
    throw new CommandError(
      EXIT.usage,
      `the scenario that ships has ${scenario.sides.length} sides, not ${sides}; more need --statements and --votes`,
    )
  }
  if (perSide > smallest) {
    throw new CommandError(
      EXIT.badData,
      `too few people: ${sides} sides of ${perSide} need ${sides * perSide}, the scenario that ships has ${smallest} on each side; more need --statements and --votes`,
    )
  }
  const seated = scenario.sides
    .slice(0, sides)
    .map((side, at) => ({ ...side, people: seat(side.people, perSide, diceFor(seed, `seats ${at}`)) }))
  return {
    script: scriptOf({ ...scenario, sides: seated }, seed),
    source: { kind: 'scenario', name: scenario.name } as const,
  }
}

/** Some of the people, in the order of the file. */
function seat(people: readonly ScenarioPerson[], count: number, dice: Dice): readonly ScenarioPerson[] {
  const chosen = new Set(dice.shuffled(people).slice(0, count))
  return people.filter((person) => chosen.has(person))
}

function scriptOf({ title, convenor, sides, lines }: Scenario, seed: number): Script {
  const dice = diceFor(seed, 'restatements')
  return {
    title,
    convenor,
    sides: sides.map(({ name, mark, people }, side) => ({
      name,
      mark,
      people: people.map(
        (person, at): ScriptedPerson => ({
          name: PLAYED_NAMES[at * sides.length + side] as string,
          says: Object.fromEntries(
            KINDS.flatMap((kind) => {
              const saying = person[kind]
              return saying ? [[kind, sayingOf(saying, dice)]] : []
            }),
          ),
        }),
      ),
    })),
    lines: lines.filter(({ from }) => from.some((one) => isSaid(sides, one))).map((line) => lineOf(line, sides)),
  }
}

function sayingOf({ says, heard, atFirst, answer }: NonNullable<ScenarioPerson['need']>, dice: Dice): Saying {
  const isSentBack = dice.below(SENT_BACK_ONE_IN) === 0
  if (!isSentBack || atFirst === undefined) return { text: says, heard }
  return { text: says, heard, heardAtFirst: { text: atFirst, verdict: answer ?? 'partly' } }
}

/** @param saying `<person>/<kind>` */
function isSaid(sides: Scenario['sides'], saying: string): boolean {
  const [id, kind] = saying.split('/')
  return sides.some(({ people }) => people.some((one) => one.id === id && one[kind as ContributionKind] !== undefined))
}

const lineOf = ({ text: words, notYet }: Scenario['lines'][number], sides: Scenario['sides']): ScriptedLine => ({
  text: words,
  turned: sides.map(({ people }) => people.map(({ id }) => !notYet.includes(id))),
})
