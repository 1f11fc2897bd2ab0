import type { ContributionKind, SideMark } from '@antechamber/core'
import { type Dice, diceFor } from '../../dice.ts'
import { PLAYED_NAMES } from '../names.ts'
import type { Saying, Script, ScriptedLine, ScriptedPerson } from '../script.ts'
import { type Conversation, UNSEEN, type Voter } from './conversation.ts'
import { filledVotes, likeness } from './likeness.ts'
import type { PublicSide } from './sides.ts'

/** Most lines that are proposed. */
const LINES = 8
/** One restatement in so many leaves something out at first, and is sent back. */
const SENT_BACK_ONE_IN = 4
const KINDS: readonly ContributionKind[] = ['perception', 'fear', 'need']
const MARKS: readonly SideMark[] = ['circle', 'square', 'triangle', 'diamond']

/** Makes a script of a public conversation. Rules: docs/operate/cli.md. */
export function scriptOf(conversation: Conversation, sides: readonly PublicSide[], seed: number): Script {
  const chosen = sides.map((side) => chooseStatements(conversation, side))
  const dice = diceFor(seed, 'restatements')
  return {
    title: 'A public conversation',
    convenor: 'A simulation: people who voted in a public conversation, played by a program.',
    sides: sides.map(({ seated }, side) => ({
      name: `Group ${'ABCD'[side]}`,
      mark: MARKS[side] as SideMark,
      people: seated.map(
        (_, person): ScriptedPerson => ({
          name: PLAYED_NAMES[person * sides.length + side] as string,
          says: Object.fromEntries(
            KINDS.flatMap((kind) => {
              const at = chosen[side]?.[kind]?.[person]
              return at === undefined ? [] : [[kind, sayingOf(conversation.statements[at]?.text as string, dice)]]
            }),
          ),
        }),
      ),
    })),
    lines: chooseLines(conversation, sides, chosen),
  }
}

/** By kind, then by person: the place of the statement that they make their own, if there is one. */
type Chosen = Readonly<Record<ContributionKind, readonly (number | undefined)[]>>

/**
 * Kind by kind and person by person, each takes the statement that most people voted on, of those that they agree with
 * and nobody of their side has taken.
 */
function chooseStatements({ statements }: Conversation, { seated }: PublicSide): Chosen {
  const taken = new Set<number>()
  const take = ({ votes }: Voter): number | undefined => {
    const at = statements.findIndex((_, one) => votes[one] === 1 && !taken.has(one))
    if (at < 0) return undefined
    taken.add(at)
    return at
  }
  const [perception, fear, need] = KINDS.map(() => seated.map(take))
  return { perception: perception ?? [], fear: fear ?? [], need: need ?? [] }
}

/** The words are only framed, never changed, because nobody can restate a language that this program does not speak. */
const framed = (text: string): string => `You say: “${text}”`

function sayingOf(text: string, dice: Dice): Saying {
  const isSentBack = dice.below(SENT_BACK_ONE_IN) === 0
  const verdict = dice.below(2) === 0 ? 'partly' : 'not-yet'
  const heard = framed(text)
  return isSentBack ? { text, heard, heardAtFirst: { text: framed(`${firstHalf(text)} …`), verdict } } : { text, heard }
}

/** About half of a text, up to a space where there are spaces. */
function firstHalf(text: string): string {
  const characters = [...text]
  const half = characters.slice(0, Math.ceil(characters.length / 2)).join('')
  const space = half.lastIndexOf(' ')
  return space > half.length / 2 ? half.slice(0, space) : half
}

/** What has been said on any side, best liked first by the side that likes it least; then the one with more votes. */
function chooseLines(
  { statements }: Conversation,
  sides: readonly PublicSide[],
  chosen: readonly Chosen[],
): readonly ScriptedLine[] {
  const said = new Set(chosen.flatMap((one) => KINDS.flatMap((kind) => one[kind])).filter((at) => at !== undefined))
  const stances = sides.map(stancesOf)
  return [...said]
    .map((at) => ({
      at,
      text: statements[at]?.text as string,
      turned: sides.map(({ seated }, side) => seated.map((person) => stances[side]?.(person, at) ?? false)),
    }))
    .map((line) => ({
      ...line,
      least: Math.min(...line.turned.map((side) => side.filter(Boolean).length / side.length)),
    }))
    .sort((a, b) => b.least - a.least || a.at - b.at)
    .slice(0, LINES)
    .map(({ text, turned }) => ({ text, turned }))
}

/** Everyone who stands for a side: its published group, and those who top it up. */
const peopleOf = ({ members, seated }: PublicSide): readonly Voter[] => [...new Set([...members, ...seated])]

/**
 * Whether a person of this side turns a line: their own vote decides. For somebody who has not voted on it, the votes of
 * their side do, each weighed by how alike the two vote: more than half of the weight must agree. Who votes unlike them
 * weighs nothing.
 */
function stancesOf(side: PublicSide): (person: Voter, at: number) => boolean {
  const people = peopleOf(side)
  const weights = new Map<Voter, Float64Array>()
  const weigh = (person: Voter): Float64Array => {
    const known = weights.get(person)
    if (known) return known
    const profile = filledVotes(person)
    const made = Float64Array.from(people, (other) => (other === person ? 0 : Math.max(0, likeness(other, profile))))
    weights.set(person, made)
    return made
  }
  return (person, at) => {
    const own = person.votes[at]
    if (own !== UNSEEN) return own === 1
    const weight = weigh(person)
    const sum = (counts: (vote: number) => boolean): number =>
      people.reduce((total, { votes }, i) => (counts(votes[at] as number) ? total + (weight[i] as number) : total), 0)
    return sum((vote) => vote === 1) > sum((vote) => vote !== UNSEEN) / 2
  }
}
