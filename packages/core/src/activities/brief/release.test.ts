import { expect, test } from 'vitest'
import type { LineId } from '../../ids.ts'
import { caucusOf } from '../../space.ts'
import { charter, TestDialogue } from '../../testing/dialogue.ts'
import { ada, ben, chi, dov, fay, NORTH, SOUTH, someone } from '../../testing/people.ts'
import { briefOf, dialogueIn, hold, propose, turn, turnAll } from '../../testing/steps.ts'
import { followUps } from '../../view.ts'

const everyone = [ada, ben, chi, dov, fay]
const release = (table: TestDialogue) => table.do(fay, 'brief', { type: 'releaseBrief' })
const texts = (table: TestDialogue, who = ada) => briefOf(table, who).released?.map((one) => one.text)

/** What a facilitator's device would write into the outbox for one cleared line. */
function delivery(table: TestDialogue, line: LineId) {
  const decided = table.decide(fay, { run: table.run('brief'), command: { type: 'releaseBrief' } })
  if (!decided.ok) throw new Error(decided.error)
  return decided.value.find(({ event }) => (event as { line?: string }).line === line)?.event as Record<string, unknown>
}

test('[BR8][R34][R36] the cleared lines leave in the order of proposal, at one moment for all; the rest stay', () => {
  const table = dialogueIn('brief')
  const [first, second, third] = [propose(table, 'We met.'), propose(table, 'We agreed.'), propose(table, 'We go on.')]
  turnAll(table, third)
  turnAll(table, first)
  turnAll(table, second, [ada, ben, chi])
  for (const who of everyone) expect(texts(table, who)).toBeUndefined()
  expect(table.do(ada, 'brief', { type: 'releaseBrief' })).toBe('not-a-facilitator')
  expect(release(table)).toBeUndefined()
  for (const who of everyone) expect(texts(table, who)).toEqual(['We met.', 'We go on.'])
  for (const again of [release(table), turn(table, dov, second), hold(table, ada, first)])
    expect(again).toBe('already-released')
  expect(table.view(fay).table?.exitMet).toBe(true)
})

test('[BR8] nothing is shown of a release that broke off, and it is taken up where it stopped', () => {
  const table = dialogueIn('brief')
  const lines = [propose(table, 'We met.'), propose(table, 'We go on.')]
  for (const line of lines) turnAll(table, line)
  expect(table.write(fay, 'outbox', delivery(table, lines[0] as LineId))).toBeUndefined()
  expect(texts(table)).toBeUndefined()
  const before = table.written.length
  expect(release(table)).toBeUndefined()
  expect(table.written.slice(before).map(({ body }) => (body as { type: string }).type)).toEqual([
    'line.delivered',
    'brief.released',
  ])
  expect(texts(table)).toEqual(['We met.', 'We go on.'])
})

test('[BR8][R34] the outbox judges by its own roster and the same rule, whatever a facilitator writes', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line)
  const delivered = delivery(table, line)
  const released = { v: 1, type: 'brief.released', run: table.run('brief'), lines: [line] }
  expect(table.write(fay, 'outbox', released)).toBe('no-such-line')
  expect(table.write(fay, 'outbox', { ...delivered, text: 'We surrender.' })).toBe('bad-turn')
  expect(table.write(fay, 'outbox', { ...delivered, turns: {} })).toBe('turn-missing')
  expect(table.write(ada, 'outbox', delivered)).toBe('not-a-facilitator')
  expect(table.write(fay, 'outbox', delivered)).toBeUndefined()
  expect(table.write(fay, 'outbox', { ...released, lines: [line, line] })).toBe('out-of-order')
  const eli = someone('Eli', 'participant', NORTH)
  table.change({ type: 'admitted', seat: eli.seat })
  expect(table.write(fay, 'outbox', released)).toBe('turn-missing')
  table.change({ type: 'removed', seat: eli.seat.id })
  expect(table.write(fay, 'outbox', released)).toBeUndefined()
  expect(table.write(fay, 'outbox', delivered)).toBe('already-released')
  expect(table.write(fay, 'outbox', released)).toBe('already-released')
})

test('[BR8][R13] who leaves quietly does not stand in the way of a release', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line, [ada, ben, chi])
  table.act(dov, { type: 'leave' })
  table.settle()
  expect(release(table)).toBeUndefined()
  expect(texts(table)).toEqual(['We met.'])
})

test('[BR11][BR8] taking somebody out turns no "not yet" into a yes: their side is asked again before anything leaves', () => {
  const table = dialogueIn('brief')
  const [line, other] = [propose(table, 'We met.'), propose(table, 'We go on.')]
  turnAll(table, line, [ada, ben, chi])
  hold(table, dov, line)
  turnAll(table, other)
  table.change({ type: 'removed', seat: dov.seat.id })
  table.settle()
  for (const who of [ada, ben, chi, fay]) {
    expect(briefOf(table, who).lines.map(({ room }) => room)).toEqual(['not-yet', 'not-yet'])
  }
  expect(table.do(fay, 'brief', { type: 'clearLine', line })).toBe('turn-missing')
  expect(briefOf(table, chi)).toMatchObject({ askedAgain: true, lines: [{ mine: 'undecided', side: 'not-yet' }, {}] })
  // The other side has lost nobody: its yeses stand.
  expect(briefOf(table, ada)).toMatchObject({ askedAgain: false, lines: [{ mine: 'turned', side: 'cleared' }, {}] })
  expect(release(table)).toBeUndefined()
  expect(texts(table)).toEqual([])
})

test('[BR11] whoever is asked again answers again, and then the line is cleared by those who are there', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line, [ada, ben, chi])
  table.change({ type: 'removed', seat: dov.seat.id })
  table.settle()
  expect(turn(table, chi, line)).toBeUndefined()
  expect(briefOf(table, chi).askedAgain).toBe(false)
  table.settle()
  expect(release(table)).toBeUndefined()
  expect(texts(table)).toEqual(['We met.'])
})

test('[BR11] a release that has begun does not go on with the yeses of before somebody was taken out', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line)
  expect(table.write(fay, 'outbox', delivery(table, line))).toBeUndefined()
  table.change({ type: 'removed', seat: dov.seat.id })
  expect(release(table)).toBe('turn-missing')
  table.settle()
  turnAll(table, line, [ada, ben, chi])
  expect(briefOf(table, ada).lines[0]?.room).toBe('cleared')
  expect(release(table)).toBeUndefined()
  expect(texts(table)).toEqual(['We met.'])
})

test('[BR11] what is released stays so, and what somebody said yes to in it, whoever is taken out after that', () => {
  const table = dialogueIn('brief')
  turnAll(table, propose(table, 'We met.'))
  release(table)
  table.change({ type: 'removed', seat: dov.seat.id })
  table.settle()
  for (const who of [ada, chi, fay]) expect(texts(table, who)).toEqual(['We met.'])
})

test('[BR11][R13] taking out somebody who has left by their own act lapses nothing', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line, [ada, ben, chi])
  table.act(dov, { type: 'leave' })
  table.change({ type: 'removed', seat: dov.seat.id })
  table.settle()
  expect(briefOf(table, chi)).toMatchObject({ askedAgain: false, lines: [{ mine: 'turned', room: 'cleared' }] })
})

test('[BR11] while the caucus has not been told yet of whom the room has lost, nothing is cleared', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line, [ada, ben, chi])
  const behind = table.state(fay, caucusOf(SOUTH))
  table.change({ type: 'removed', seat: dov.seat.id })
  const told = table.state(fay, caucusOf(SOUTH))
  table.device(fay).set(caucusOf(SOUTH), behind)
  expect(followUps(table.world(fay), table.proofs)).toEqual([])
  expect(release(table)).toBeUndefined()
  expect(texts(table)).toEqual([])
  expect(told.governing.runs).not.toEqual(behind.governing.runs)
})

test('[BR11] not even when a facilitator’s device is asked to, with the yeses that stand', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line)
  expect(table.do(fay, 'brief', { type: 'reopenLine', line })).toBeUndefined()
  const behind = table.state(fay, caucusOf(SOUTH))
  table.change({ type: 'removed', seat: dov.seat.id })
  table.device(fay).set(caucusOf(SOUTH), behind)
  expect(table.do(fay, 'brief', { type: 'clearLine', line })).toBe('turn-missing')
})

test('[BR9] a brief without lines can be released, and says so', () => {
  const table = dialogueIn('brief')
  propose(table, 'We met.')
  expect(release(table)).toBeUndefined()
  for (const who of everyone) expect(texts(table, who)).toEqual([])
})

test('[BR9][DS4] where nothing is to leave, lines can be cleared in the room and released by nobody', () => {
  const table = new TestDialogue(undefined, { confidentiality: 'nothing-leaves' }).affirmAll().enter('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line)
  expect(briefOf(table, ada)).toMatchObject({ mayLeave: false, lines: [{ room: 'cleared' }] })
  expect(release(table)).toBe('nothing-leaves')
  const delivered = { v: 1, type: 'line.delivered', run: table.run('brief'), line, text: 'We met.', turns: {} }
  expect(table.write(fay, 'outbox', delivered)).toBe('nothing-leaves')
  const ideas = new TestDialogue(undefined, { ...charter, confidentiality: 'ideas-leave' }).affirmAll().enter('brief')
  turnAll(ideas, propose(ideas, 'We met.'))
  expect(release(ideas)).toBeUndefined()
})

test('[BR10] the stage may end when the brief has been released', () => {
  const table = dialogueIn('brief')
  expect(table.view(fay).table?.exitMet).toBe(false)
  release(table)
  expect(table.view(fay).table?.exitMet).toBe(true)
  table.enter('brief')
  expect(table.view(fay).table?.exitMet).toBe(false)
  expect(texts(table)).toBeUndefined()
})
