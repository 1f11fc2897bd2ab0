import { expect, test } from 'vitest'
import type { BriefView } from './activities/brief/view.ts'
import type { MirroringView } from './activities/mirroring/view.ts'
import type { RoundView } from './activities/round/view.ts'
import type { RunId } from './ids.ts'
import type { TestDialogue } from './testing/dialogue.ts'
import { ada, ben, chi, dov, fay, NORTH, type Someone, someone } from './testing/people.ts'
import {
  briefOf,
  dialogueIn,
  dialogueInHearing,
  idFor,
  judge,
  mirroringOf,
  offer,
  propose,
  restate,
  turnAll,
} from './testing/steps.ts'

const everyone = [ada, ben, chi, dov, fay]
const WELL = 'that the well runs dry' // Ada's, as her side's
const ASKS = 'that nobody asks us' // Chi's, by name

const visits = (table: TestDialogue, who: Someone) =>
  table.view(who).past.map(({ stage, visit }) => `${stage} ${visit}`)
const pastRound = (table: TestDialogue, who: Someone, visit = 1) =>
  table.view(who).past.find((one) => one.stage === 'sharing' && one.visit === visit)?.runs[0]?.view as RoundView

test('[DG14] what was said in a stage that is over can be read again by everyone, as it was shown then', () => {
  const table = dialogueIn('sharing')
  table.do(fay, 'fears', { type: 'openRound' })
  offer(table, ada, WELL)
  offer(table, chi, ASKS, 'named')
  table.do(fay, 'fears', { type: 'closeRound' })
  const then = everyone.map((who) => table.runView<RoundView>(who, 'round', 'fears'))
  expect(everyone.flatMap((who) => visits(table, who))).toEqual([])
  table.enter('hearing')
  expect(everyone.map((who) => pastRound(table, who))).toEqual(then)
  for (const who of everyone) expect(visits(table, who)).toEqual(['sharing 1'])
  expect(pastRound(table, dov).pool.map(({ text, origin }) => [text, origin])).toEqual(
    expect.arrayContaining([
      [WELL, { mine: false, side: NORTH }],
      [ASKS, { mine: false, side: chi.seat.side, name: 'Chi' }],
    ]),
  )
})

test('[DG14] a stage that is entered again, or left backwards, keeps its visits apart', () => {
  const table = dialogueInHearing().enter('sharing')
  expect(visits(table, ben)).toEqual(['sharing 1'])
  table.do(fay, 'fears', { type: 'openRound' })
  offer(table, ben, 'that we forget')
  table.do(fay, 'fears', { type: 'closeRound' })
  expect(visits(table, ben)).toEqual(['sharing 1'])
  table.enter('opening')
  expect(visits(table, ben)).toEqual(['sharing 1', 'sharing 2'])
  expect(pastRound(table, ben).pool).toHaveLength(2)
  expect(pastRound(table, ben, 2).pool.map(({ text }) => text)).toEqual(['that we forget'])
})

test('[DG14][MI5] of mirroring that is over, what is confirmed can be read by everyone, and nothing else by others', () => {
  const table = dialogueInHearing()
  restate(table, chi, WELL, 'You fear for the water.')
  restate(table, ada, ASKS, 'You want to be asked.')
  const before = table.enter('brief')
  // Whether anything was tried is nothing that the others are told.
  for (const who of everyone) expect(visits(before, who)).toEqual(['sharing 1'])
  table.enter('hearing')
  restate(table, dov, WELL, 'You fear thirst.')
  judge(table, ada, 'You fear thirst.', 'accurate')
  table.enter('brief')
  for (const who of everyone) {
    const last = table.view(who).past.at(-1)
    const mirroring = last?.runs[0]?.view as MirroringView
    expect(mirroring.confirmed.map(({ restatement }) => restatement.text)).toEqual(['You fear thirst.'])
    expect(mirroring.confirmed[0]?.contribution.text).toBe(WELL)
  }
  expect(JSON.stringify(table.view(ben).past)).not.toContain('You fear for the water.')
  expect(JSON.stringify(table.view(fay).past)).not.toContain('You want to be asked.')
})

test('[DG14] the lines of a brief can be read after its stage, by those who could read them', () => {
  const table = dialogueIn('brief')
  propose(table, 'We met.')
  const then = everyone.map((who) => briefOf(table, who))
  table.enter('hearing')
  expect(everyone.map((who) => table.view(who).past[0]?.runs[0]?.view as BriefView)).toEqual(then)
})

test('[DG14] in a visit that is over nothing is done, but that authors take back their words', () => {
  const table = dialogueInHearing()
  const fears = 'sharing/fears#1' as RunId
  restate(table, chi, WELL, 'You fear for the water.')
  const [contribution, restatement] = [idFor(table, WELL), idFor(table, 'You fear for the water.') as never]
  const hearing = table.run('mirroring')
  const brief = table.enter('brief').run('brief')
  const [first, second] = [propose(table, 'We met.'), propose(table, 'We go on.')]
  turnAll(table, first)
  table.enter('hearing').enter('brief')
  const asked = [
    [ben, fears, { type: 'passRound' }],
    [dov, hearing, { type: 'passRestating', contribution }],
    [ada, hearing, { type: 'judgeRestatement', restatement, verdict: 'accurate' }],
    [ada, brief, { type: 'turnLine', line: second }],
    [ada, brief, { type: 'holdLine', line: first }],
    [fay, brief, { type: 'dropLine', line: second }],
    [fay, brief, { type: 'clearLine', line: second }],
    [fay, brief, { type: 'releaseBrief' }],
  ] as const
  for (const [who, run, command] of asked) expect(table.act(who, { run, command })).toBe('not-this-stage')
  expect(table.act(ada, { run: fears, command: { type: 'withdrawContribution', contribution } })).toBeUndefined()
})

test('[DG14][GR2][DG9] nobody reads it before they have accepted the rules, or after they have left', () => {
  const table = dialogueInHearing()
  const eli = someone('Eli', 'participant', NORTH)
  table.change({ type: 'admitted', seat: eli.seat })
  expect(table.view(eli).past).toEqual([])
  table.act(eli, { type: 'affirmRules' })
  // A late joiner sees that there were words, and none of them.
  expect(pastRound(table, eli).pool.map(({ text }) => text)).toEqual([undefined, undefined])
  table.act(chi, { type: 'leave' })
  expect(table.view(chi).past).toEqual([])
})

test('[DG14] a round that closed without words, and the ground rules, leave nothing to read', () => {
  const table = dialogueIn('sharing')
  table.do(fay, 'fears', { type: 'openRound' })
  table.do(fay, 'fears', { type: 'closeRound' })
  table.enter('hearing')
  expect(visits(table, fay)).toEqual([])
})

test('[MI9] a facilitator reads the words that wait to be understood, and not whether somebody has tried', () => {
  const table = dialogueInHearing()
  const shown = () => mirroringOf(table, fay).unconfirmed.map(({ text }) => text)
  expect(new Set(shown())).toEqual(new Set([WELL, ASKS]))
  const before = JSON.stringify(table.view(fay))
  restate(table, chi, WELL, 'You fear for the water.')
  judge(table, ada, 'You fear for the water.', 'not-yet')
  expect(JSON.stringify(table.view(fay))).toBe(before)
  restate(table, dov, WELL, 'You fear thirst.')
  judge(table, ada, 'You fear thirst.', 'accurate')
  expect(shown()).toEqual([ASKS])
  for (const who of [ada, ben, chi, dov]) expect(mirroringOf(table, who).unconfirmed).toEqual([])
})
