import { expect, test } from 'vitest'
import { charter, TestDialogue } from '../../testing/dialogue.ts'
import { ada, ben, chi, dov, fay, NORTH, SOUTH, type Someone, someone } from '../../testing/people.ts'
import { dialogueInHearing, idFor, judge, mirroringOf, offer, restate } from '../../testing/steps.ts'
import { isMirrored } from './events.ts'

const WELL = 'that the well runs dry' // Ada's, as her side's
const ASKS = 'that nobody asks us' // Chi's, by name

const asked = (table: TestDialogue, who: Someone) =>
  mirroringOf(table, who).toRestate.map((one) => [one.contribution.text, one.mine])

test('[MI1] contributions of closed rounds are mirrored, of the kinds that the process names', () => {
  const table = dialogueInHearing()
  expect(mirroringOf(table, fay).of).toBe(2)
  const contribution = table.room.contributions[0]
  if (!contribution) throw new Error('no contribution')
  const prompt = { en: 'Say it back.' }
  expect(isMirrored(contribution, { prompt })).toBe(true)
  expect(isMirrored(contribution, { prompt, from: ['need', 'fear'] })).toBe(true)
  expect(isMirrored(contribution, { prompt, from: ['need'] })).toBe(false)
})

test('[MI1] what is shown as nobody’s is not mirrored: who may restate it would tell its side', () => {
  const { process } = charter
  const withNone = JSON.parse(JSON.stringify(process).replaceAll('["side","named"]', '["none","side"]'))
  const table = new TestDialogue(undefined, { process: withNone }).affirmAll().enter('sharing')
  table.do(fay, 'fears', { type: 'openRound' })
  offer(table, ada, WELL, 'none')
  table.do(fay, 'fears', { type: 'closeRound' })
  table.enter('hearing')
  expect(asked(table, chi)).toEqual([])
  expect(restate(table, chi, WELL, 'water')).toBe('no-such-contribution')
})

test('[MI2] the words of a side are restated by participants of another side', () => {
  const table = dialogueInHearing()
  expect(asked(table, chi)).toEqual([[WELL, 'nothing']])
  expect(asked(table, ada)).toEqual([[ASKS, 'nothing']])
  expect(asked(table, fay)).toEqual([])
  expect(restate(table, ada, WELL, 'mine')).toBe('same-side')
  expect(restate(table, ben, WELL, 'ours')).toBe('same-side')
  expect(restate(table, fay, WELL, 'theirs')).toBe('not-a-participant')
  expect(restate(table, dov, WELL, 'You fear for the water.')).toBeUndefined()
  table.enter('brief')
  const run = 'hearing/mirroring#1' as never
  const command = { type: 'offerRestatement' as const, contribution: idFor(table, WELL), text: 'later' }
  expect(table.act(chi, { run, command })).toBe('not-this-stage')
})

test('[MI2] nobody restates what they cannot read', () => {
  const table = dialogueInHearing()
  const eli = someone('Eli', 'participant', SOUTH)
  table.change({ type: 'admitted', seat: eli.seat })
  table.act(eli, { type: 'affirmRules' })
  expect(asked(table, eli)).toEqual([])
  expect(restate(table, eli, WELL, 'what?')).toBe('not-readable')
})

test('[MI3] one restatement of a person waits at a time; after an answer they may try again, and others meanwhile', () => {
  const table = dialogueInHearing()
  restate(table, chi, WELL, 'You fear thirst.')
  expect(restate(table, chi, WELL, 'You fear us.')).toBe('waiting-for-author')
  expect(restate(table, dov, WELL, 'You fear for your trees.')).toBeUndefined()
  expect(asked(table, chi)).toEqual([[WELL, 'waiting']])
  judge(table, ada, 'You fear thirst.', 'not-yet')
  expect(asked(table, chi)).toEqual([[WELL, 'not-yet']])
  expect(asked(table, dov)).toEqual([[WELL, 'waiting']])
  expect(restate(table, chi, WELL, 'You fear that your children must go.')).toBeUndefined()
  expect(
    mirroringOf(table, ada)
      .toJudge.map((one) => one.restatement.text)
      .sort(),
  ).toEqual(['You fear for your trees.', 'You fear that your children must go.'])
})

test('[MI4][R19] only the author judges, "not yet" without limit, and "accurate" confirms', () => {
  const table = dialogueInHearing()
  for (let attempt = 0; attempt < 12; attempt++) {
    restate(table, chi, WELL, `attempt ${attempt}`)
    for (const who of [ben, chi, dov, fay])
      expect(judge(table, who, `attempt ${attempt}`, 'accurate')).toBe('not-the-author')
    expect(judge(table, ada, `attempt ${attempt}`, attempt % 2 ? 'partly' : 'not-yet')).toBeUndefined()
    expect(judge(table, ada, `attempt ${attempt}`, 'accurate')).toBe('already-judged')
  }
  expect(mirroringOf(table, fay).confirmed).toEqual([])
  restate(table, dov, WELL, 'other words')
  restate(table, chi, WELL, 'the right words')
  judge(table, ada, 'the right words', 'accurate')
  expect(table.room.contributions.filter((one) => one.confirmed)).toHaveLength(1)
  expect(restate(table, dov, WELL, 'still other words')).toBe('already-confirmed')
  expect(judge(table, ada, 'other words', 'accurate')).toBe('no-such-restatement')
  expect(asked(table, dov)).toEqual([])
})

test('[MI4] what was confirmed stays confirmed when the stage is repeated', () => {
  const table = dialogueInHearing()
  restate(table, chi, WELL, 'You fear thirst.')
  restate(table, dov, WELL, 'left waiting')
  judge(table, ada, 'You fear thirst.', 'accurate')
  table.enter('hearing')
  expect(mirroringOf(table, ben).confirmed).toHaveLength(1)
  expect(restate(table, dov, WELL, 'again')).toBe('already-confirmed')
})

test('[MI5] a restatement is shown to its writer and to the author alone, until it is confirmed', () => {
  const table = dialogueInHearing()
  restate(table, chi, WELL, 'You fear thirst.')
  for (const who of [ben, dov, fay]) expect(JSON.stringify(table.view(who))).not.toContain('thirst')
  expect(mirroringOf(table, chi).toRestate[0]?.restatement?.text).toBe('You fear thirst.')
  expect(mirroringOf(table, ada).toJudge).toMatchObject([
    { contribution: { text: WELL, origin: { mine: true } }, restatement: { text: 'You fear thirst.' } },
  ])
  judge(table, ada, 'You fear thirst.', 'accurate')
  for (const who of [ada, ben, chi, dov, fay]) {
    expect(mirroringOf(table, who).confirmed).toMatchObject([
      { contribution: { text: WELL }, restatement: { text: 'You fear thirst.' } },
    ])
  }
})

test('[MI10] an author goes on seeing what they answered, until the other has tried again; nobody else does', () => {
  const table = dialogueInHearing()
  const answered = (who: Someone) =>
    mirroringOf(table, who).answered.map(({ restatement, verdict }) => [restatement.text, verdict])
  restate(table, chi, WELL, 'You fear thirst.')
  expect(answered(ada)).toEqual([])
  judge(table, ada, 'You fear thirst.', 'partly')
  expect(answered(ada)).toEqual([['You fear thirst.', 'partly']])
  for (const who of [ben, chi, dov, fay]) expect(answered(who)).toEqual([])
  restate(table, chi, WELL, 'You fear for your children.')
  expect(answered(ada)).toEqual([])
  expect(mirroringOf(table, ada).toJudge).toHaveLength(1)
  judge(table, ada, 'You fear for your children.', 'accurate')
  expect(answered(ada)).toEqual([])
})

test('[MI6][R12] leaving words to others to restate is written to `own` alone', () => {
  const table = dialogueInHearing()
  const others = [ada, ben, dov, fay]
  const before = others.map((who) => JSON.stringify(table.view(who)))
  expect(table.do(chi, 'mirroring', { type: 'passRestating', contribution: idFor(table, WELL) })).toBeUndefined()
  expect(table.do(chi, 'mirroring', { type: 'passRestating', contribution: idFor(table, WELL) })).toBeUndefined()
  expect(others.map((who) => JSON.stringify(table.view(who)))).toEqual(before)
  expect(asked(table, chi)).toEqual([[WELL, 'passed']])
  expect(restate(table, chi, WELL, 'I will try.')).toBeUndefined()
  expect(asked(table, chi)).toEqual([[WELL, 'waiting']])
})

test('[MI7][R42] who restated is shown as their side, and how many wait only where five could write', () => {
  const table = dialogueInHearing()
  restate(table, chi, WELL, 'You fear thirst.')
  expect(mirroringOf(table, ada).toJudge[0]?.restatement.origin).toEqual({ mine: false, side: SOUTH })
  expect(mirroringOf(table, fay).waiting).toBeUndefined()
  const eli = someone('Eli', 'participant', NORTH)
  const more = dialogueInHearing([ada, ben, chi, dov, eli, fay])
  restate(more, chi, WELL, 'You fear thirst.')
  expect(mirroringOf(more, fay).waiting).toBe(1)
})

test('[MI8] the stage may end when each side has been understood as often as the process asks', () => {
  const table = dialogueInHearing()
  const met = () => table.view(fay).table?.exitMet
  restate(table, chi, WELL, 'You fear thirst.')
  judge(table, ada, 'You fear thirst.', 'accurate')
  expect(met()).toBe(false)
  restate(table, ben, ASKS, 'You were never asked.')
  expect(met()).toBe(false)
  judge(table, chi, 'You were never asked.', 'accurate')
  expect(met()).toBe(true)
})

test('[MI8] a side is not waited for when it has no more to be understood, or its author has left', () => {
  const table = dialogueInHearing()
  restate(table, chi, WELL, 'You fear thirst.')
  judge(table, ada, 'You fear thirst.', 'accurate')
  expect(table.view(fay).table?.exitMet).toBe(false)
  table.act(chi, { type: 'leave' })
  expect(table.view(fay).table?.exitMet).toBe(true)
  // Nobody can tell from what is left to restate that Chi has left.
  expect(asked(table, ada)).toEqual([[ASKS, 'nothing']])
})
