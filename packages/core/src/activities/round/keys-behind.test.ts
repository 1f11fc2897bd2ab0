import { expect, test } from 'vitest'
import { TestDialogue } from '../../testing/dialogue.ts'
import { ada, ben, chi, dov, fay, someone } from '../../testing/people.ts'
import { followUps } from '../../view.ts'

test('[RD8] a facilitator’s device whose room is behind its panel keeps what opens a round that it has not heard of', () => {
  const gus = someone('Gus', 'facilitator')
  const table = new TestDialogue([ada, ben, chi, dov, fay, gus]).affirmAll()
  const behind = table.state(gus, 'room')
  table.enter('sharing')
  expect(table.do(fay, 'fears', { type: 'openRound' })).toBeUndefined()
  const run = table.run('fears')
  const now = table.state(gus, 'room')
  table.device(gus).set('room', behind)
  expect(followUps(table.world(gus), table.proofs)).toEqual([])
  expect(table.decide(gus, { run, command: { type: 'dropRoundKeys' } })).toEqual({ ok: false, error: 'out-of-order' })
  table.device(gus).set('room', now)
  expect(table.decide(gus, { run, command: { type: 'dropRoundKeys' } }).ok).toBe(false)
  table.do(fay, 'fears', { type: 'closeRound' })
  table.enter('hearing')
  expect(followUps(table.world(gus), table.proofs)).toEqual([{ run, command: { type: 'dropRoundKeys' } }])
})
