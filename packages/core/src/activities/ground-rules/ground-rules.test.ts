import { expect, test } from 'vitest'
import { TestDialogue } from '../../testing/dialogue.ts'
import { ada, ben, chi, dov, fay, NORTH, type Someone, say, someone } from '../../testing/people.ts'
import { briefOf, dialogueIn, offer } from '../../testing/steps.ts'
import type { GroundRulesView } from './view.ts'

const rules = (table: TestDialogue, who: Someone) => table.runView<GroundRulesView>(who, 'ground-rules')
const affirm = (table: TestDialogue, who: Someone) => table.act(who, { type: 'affirmRules' })

test('[GR1][R10] everyone accepts the rules for themselves, once, facilitators too', () => {
  const table = new TestDialogue()
  expect(rules(table, ada)).toMatchObject({ mine: false, everyone: false, rules: table.room.charter.rules })
  expect(affirm(table, ada)).toBeUndefined()
  expect(affirm(table, ada)).toBe('already-affirmed')
  expect(rules(table, ada).mine).toBe(true)
  expect(rules(table, ben).mine).toBe(false)
  expect(affirm(table, fay)).toBeUndefined()
  expect(table.write(ben, 'outbox', { v: 1, type: 'rules.affirmed' })).toBe('not-in-this-space')
})

test('[GR2][R10] who has not accepted the rules is shown nothing that anybody said, and can do nothing in it', () => {
  const table = new TestDialogue()
  for (const who of [ada, ben, chi, fay]) affirm(table, who)
  table.enter('sharing')
  table.do(fay, 'fears', { type: 'openRound' })
  offer(table, ada, 'that the well runs dry')
  table.do(fay, 'fears', { type: 'closeRound' })
  expect(table.view(dov)).toMatchObject({ mustAffirm: true, runs: [] })
  expect(JSON.stringify(table.view(dov))).not.toContain('well runs dry')
  expect(table.do(dov, 'fears', { type: 'passRound' })).toBe('not-affirmed')
  affirm(table, dov)
  expect(table.view(dov).mustAffirm).toBe(false)
  expect(JSON.stringify(table.view(dov))).toContain('well runs dry')
})

test('[GR2] in the room every device sets aside what a seat does before it has accepted the rules', () => {
  const table = new TestDialogue()
  for (const who of [ada, ben, chi, fay]) affirm(table, who)
  table.enter('sharing')
  table.do(fay, 'needs', { type: 'openRound' })
  expect(table.do(dov, 'needs', { type: 'offerContribution', text: 'in', attribution: 'side' })).toBe('not-affirmed')
  const event = {
    v: 1,
    type: 'contribution.offered',
    run: table.run('needs'),
    id: dov.seat.id,
    words: say('in'),
    attribution: 'side',
  }
  expect(table.write(dov, 'room', event)).toBe('not-affirmed')
  expect(table.write(ada, 'room', event)).toBeUndefined()
})

test('[GR2] a facilitator who has not accepted the rules has no table, and their device does nothing by itself', () => {
  const eva = someone('Eva', 'facilitator')
  const table = dialogueIn('brief')
  table.do(fay, 'brief', { type: 'proposeLine', text: 'We met.' })
  table.change({ type: 'admitted', seat: eva.seat })
  for (const who of [ada, ben, chi, dov]) {
    table.do(who, 'brief', { type: 'turnLine', line: briefOf(table, who).lines[0]?.line })
  }
  expect(table.view(eva)).toMatchObject({ table: undefined, runs: [], mustAffirm: true })
  expect(table.do(eva, 'brief', { type: 'clearLine', line: briefOf(table, fay).lines[0]?.line })).toBe('not-affirmed')
  affirm(table, eva)
  expect(table.view(eva).table).toMatchObject({ exitMet: false })
})

test('[GR2][R15] pause and leave are there before the rules are accepted', () => {
  const table = new TestDialogue()
  expect(table.act(ada, { type: 'pause' })).toBeUndefined()
  expect(table.act(ben, { type: 'leave' })).toBeUndefined()
})

test('[GR3][R42] how many have accepted is told only where five are there; whether all have, always', () => {
  const table = new TestDialogue()
  affirm(table, ada)
  expect(rules(table, ben)).toMatchObject({ affirmed: 1, people: 5, everyone: false })
  const few = new TestDialogue([ada, chi, dov, fay])
  affirm(few, ada)
  expect(rules(few, chi)).toMatchObject({ affirmed: undefined, people: 4, everyone: false })
  expect(rules(few.affirmAll(), chi)).toMatchObject({ affirmed: undefined, everyone: true })
  expect(JSON.stringify(rules(table, ben))).not.toMatch(/Ada|Chi|Dov|Fay/)
})

test('[GR4] the stage may end when everyone has accepted; a newcomer opens it again, who is gone is not waited for', () => {
  const eli = someone('Eli', 'participant', NORTH)
  const table = new TestDialogue()
  const met = () => table.view(fay).table?.exitMet
  for (const who of [ada, ben, chi, fay]) affirm(table, who)
  expect(met()).toBe(false)
  affirm(table, dov)
  expect(met()).toBe(true)
  table.change({ type: 'admitted', seat: eli.seat })
  expect(met()).toBe(false)
  expect(rules(table, ada).everyone).toBe(false)
  table.act(eli, { type: 'leave' })
  expect(met()).toBe(true)
  // Nobody but the facilitators is to notice that Eli has left, before the next chapter.
  expect(rules(table, ada).everyone).toBe(false)
  table.change({ type: 'removed', seat: eli.seat.id })
  expect(met()).toBe(true)
  expect(rules(table, ada).everyone).toBe(true)
})

test('[GR5] who was taken out and comes again accepts the rules again', () => {
  const table = new TestDialogue().affirmAll()
  table.change({ type: 'removed', seat: dov.seat.id })
  table.change({ type: 'admitted', seat: dov.seat })
  expect(table.view(dov).mustAffirm).toBe(true)
  expect(table.view(chi).mustAffirm).toBe(false)
})
