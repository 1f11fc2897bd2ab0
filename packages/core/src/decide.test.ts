import { expect, test } from 'vitest'
import { decide } from './decide.ts'
import { TestDialogue } from './testing/dialogue.ts'
import { ada, chi, dov, factsOf, fay, idOf, say } from './testing/people.ts'
import { dialogueIn, offer } from './testing/steps.ts'
import { textsIn } from './texts.ts'
import { view } from './view.ts'

test('[DG8][R02] forward needs the exit met, or a reason; a reason is told to the panel alone', () => {
  const table = new TestDialogue()
  table.act(fay, { type: 'affirmRules' })
  expect(table.act(fay, { type: 'enterStage', stage: 'sharing' })).toBe('reason-needed')
  expect(table.act(fay, { type: 'enterStage', stage: 'sharing', reason: '  ' })).toBe('reason-needed')
  expect(table.act(fay, { type: 'enterStage', stage: 'sharing', reason: 'Chi is late' })).toBeUndefined()
  expect(table.view(fay).table?.reasons).toEqual(['Chi is late'])
  for (const who of [ada, chi, dov]) {
    table.act(who, { type: 'affirmRules' })
    expect(JSON.stringify(table.view(who))).not.toContain('Chi is late')
    expect(
      [...table.device(who).values()].some((space) => textsIn(space).some(([, text]) => text === 'Chi is late')),
    ).toBe(false)
  }
})

test('[DG8][R02] with the exit met no reason is needed to go to the next stage, but to one further on', () => {
  const table = new TestDialogue().affirmAll()
  expect(table.act(fay, { type: 'enterStage', stage: 'hearing' })).toBe('reason-needed')
  expect(table.act(fay, { type: 'enterStage', stage: 'sharing' })).toBeUndefined()
  expect(table.view(fay).table).toMatchObject({ exitMet: false, next: 'hearing' })
  for (const round of ['perceptions', 'fears', 'needs']) {
    table.do(fay, round, { type: 'openRound' })
    table.do(fay, round, { type: 'closeRound' })
  }
  expect(table.view(fay).table?.exitMet).toBe(true)
})

test('[DG8][R03] back, and again, is always free', () => {
  const table = dialogueIn('hearing')
  expect(table.act(fay, { type: 'enterStage', stage: 'hearing' })).toBeUndefined()
  expect(table.act(fay, { type: 'enterStage', stage: 'opening' })).toBeUndefined()
  expect(table.act(fay, { type: 'enterStage', stage: 'nowhere' })).toBe('no-such-stage')
  expect(table.act(ada, { type: 'enterStage', stage: 'opening' })).toBe('not-a-facilitator')
})

test('[DG11] a command gives events and where each goes, or one refusal, and writes nothing itself', () => {
  const table = dialogueIn('sharing')
  table.do(fay, 'fears', { type: 'openRound' })
  const command = { type: 'offerContribution', text: ' that the well runs dry ', attribution: 'side' } as const
  const decided = decide(table.world(ada), { run: table.run('fears'), command }, factsOf(ada), table.proofs)
  expect(decided).toMatchObject({
    ok: true,
    value: [{ space: 'room', event: { type: 'contribution.offered', words: say('that the well runs dry') } }],
  })
  expect(table.room.runs[table.run('fears')]).toMatchObject({ offered: {} })
})

test('[DG11] what is refused to the log is refused to the person, by the same rule', () => {
  const table = dialogueIn('sharing')
  const event = {
    v: 1,
    type: 'contribution.offered',
    run: table.run('fears'),
    id: idOf('x'),
    words: say('that the well runs dry'),
    attribution: 'side',
  }
  expect(offer(table, ada, 'that the well runs dry')).toBe('round-not-open')
  expect(table.write(ada, 'room', event)).toBe('round-not-open')
})

test('[DG11] a command of another activity, of no activity, or of a stranger is refused', () => {
  const table = dialogueIn('sharing')
  expect(table.do(fay, 'fears', { type: 'releaseBrief' })).toBe('unknown-command')
  expect(table.do(fay, 'fears', { type: 'destroy' })).toBe('unknown-command')
  expect(table.do(fay, 'dances', { type: 'openRound' })).toBe('unknown-command')
  const stranger = { ...table.world(ada), me: idOf<typeof ada.seat.id>('stranger') }
  const decided = decide(stranger, { type: 'pause' }, factsOf(ada), table.proofs)
  expect(decided).toEqual({ ok: false, error: { code: 'not-a-member' } })
  expect(view(stranger, table.proofs)).toBeUndefined()
})

test('[DG11] a command that needs a space which this device cannot read is refused', () => {
  const table = dialogueIn('sharing')
  const { own: _, ...world } = table.world(ada)
  const pass = { run: table.run('fears'), command: { type: 'passRound' as const } }
  const decided = decide(world, pass, factsOf(ada), table.proofs)
  expect(decided).toEqual({ ok: false, error: { code: 'not-in-this-space' } })
})
