import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LineId, RunId } from '../../ids.ts'
import { caucusOf } from '../../space.ts'
import type { Contribution } from '../../state.ts'
import type { TestDialogue } from '../../testing/dialogue.ts'
import { ada, ben, chi, dov, fay, idOf, NORTH, SOUTH, type Someone, signAs, someone } from '../../testing/people.ts'
import { briefOf, dialogueIn, hold, propose, turn, turnAll } from '../../testing/steps.ts'
import { followUps } from '../../view.ts'
import { visibleText } from '../../visible-text.ts'
import { subjectOf } from './clearance.ts'
import { MAX_LINES, MAX_TURNS } from './events.ts'

const everyone = [ada, ben, chi, dov, fay]
const lineOf = (table: TestDialogue, who: Someone, line: LineId) => {
  const found = briefOf(table, who).lines.find((one) => one.line === line)
  if (!found) throw new Error('no such line')
  return found
}
const rooms = (table: TestDialogue, line: LineId) => everyone.map((who) => lineOf(table, who, line).room)
const release = (table: TestDialogue) => table.do(fay, 'brief', { type: 'releaseBrief' })

test('[BR1] facilitators propose lines, in this stage, up to a number', () => {
  const table = dialogueIn('brief')
  expect(table.do(ada, 'brief', { type: 'proposeLine', text: 'mine' })).toBe('not-a-facilitator')
  expect(table.do(fay, 'brief', { type: 'proposeLine', text: '  ' })).toBe('empty')
  expect(table.do(fay, 'brief', { type: 'proposeLine', text: 'a'.repeat(401) })).toBe('bad-shape')
  const lines = Array.from({ length: MAX_LINES }, (_, n) => propose(table, `line ${n}`))
  expect(briefOf(table, chi).lines.map((one) => one.text)).toEqual(lines.map((_, n) => `line ${n}`))
  expect(table.do(fay, 'brief', { type: 'proposeLine', text: 'too many' })).toBe('too-many-lines')
  table.do(fay, 'brief', { type: 'dropLine', line: lines[3] })
  expect(table.do(fay, 'brief', { type: 'proposeLine', text: 'in its place' })).toBeUndefined()
  table.enter('hearing')
  const late = { run: 'brief/brief#1' as never, command: { type: 'proposeLine' as const, text: 'late' } }
  expect(table.act(fay, late)).toBe('not-this-stage')
})

test('[BR1][R35] what a line holds is what is seen of it: the rest is taken out before anybody reads it', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We will\u00a0 pay \u202e0002\u202c\u200b dinars.\t\r\n')
  expect(lineOf(table, ada, line).text).toBe('We will pay 0002 dinars.')
  const write = (words: string) =>
    table.write(fay, 'room', { v: 1, type: 'line.proposed', run: table.run('brief'), id: idOf(words), text: words })
  for (const unseen of [
    '\u202e0002',
    'pay\u200b',
    'pay\u200e',
    'pay\u2067me',
    'a  b',
    'a\u00a0b',
    ' a',
    'a \nb',
    'a\n\nb',
  ])
    expect(write(unseen)).toBe('bad-shape')
})

test('[BR1] what every side has cleared is exactly what a file shows, whatever was typed and in whatever writing', () => {
  const writings = [
    '(مرحبا)\u200f 12\u200e-3',
    'שלום\u200f!',
    'می\u200cخواهیم',
    '👩🏽\u200d🚀 ❤️\u200d🔥',
    'e\u0301',
    'क्\u200dष',
  ]
  const typed = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(typed, (words) => {
      const table = dialogueIn('brief')
      fc.pre(visibleText(words) !== '')
      const line = propose(table, words)
      turnAll(table, line)
      expect(lineOf(table, ada, line)).toMatchObject({ room: 'cleared', text: visibleText(words) })
      release(table)
      for (const { text } of briefOf(table, dov).released ?? []) expect(visibleText(text ?? '')).toBe(text)
    }),
    { numRuns: 14, examples: writings.map((words) => [words]) },
  )
})

test('[BR1] nobody signs words that a file would show otherwise, though a modified client has proposed them', () => {
  const table = dialogueIn('brief')
  const [latin, apart] = [idOf<LineId>('joiner'), idOf<LineId>('accent')]
  const proposed = { v: 1, type: 'line.proposed', run: table.run('brief') }
  expect(table.write(fay, 'room', { ...proposed, id: latin, text: 'We\u200d met.' })).toBeUndefined()
  expect(table.write(fay, 'room', { ...proposed, id: apart, text: 'Cafe\u0301.' })).toBeUndefined()
  expect(turn(table, ada, latin)).toBe('not-as-shown')
  expect(turn(table, ada, apart)).toBe('not-as-shown')
})

test('[BR2] a line that is not cleared may be dropped by a facilitator; a cleared one may not', () => {
  const table = dialogueIn('brief')
  const [kept, dropped] = [propose(table, 'We met.'), propose(table, 'We agreed.')]
  turnAll(table, kept)
  expect(table.do(fay, 'brief', { type: 'dropLine', line: kept })).toBe('already-cleared')
  expect(table.do(ada, 'brief', { type: 'dropLine', line: dropped })).toBe('not-a-facilitator')
  expect(table.do(fay, 'brief', { type: 'dropLine', line: dropped })).toBeUndefined()
  for (const who of everyone) expect(briefOf(table, who).lines.map((one) => one.line)).toEqual([kept])
  expect(turn(table, ada, dropped)).toBe('no-such-line')
})

test('[BR3] a turn is a signature over this line, in this run, in exactly these words, in the caucus of one’s side', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  expect(turn(table, fay, line)).toBe('not-a-participant')
  expect(turn(table, ada, line)).toBeUndefined()
  expect(turn(table, ada, line)).toBe('already-turned')
  const turned = table.written.at(-1)
  expect(turned).toMatchObject({ space: caucusOf(NORTH), body: { type: 'line.turned' } })
  const body = turned?.body as { subject: string; signature: string }
  expect(table.write(ben, caucusOf(NORTH), body)).toBe('bad-turn')
  expect(table.write(fay, caucusOf(NORTH), body)).toBe('not-a-participant')
  expect(table.write(chi, caucusOf(NORTH), body)).toBe('not-a-member')
  expect(table.write(ada, 'room', body)).toBe('not-in-this-space')
  expect(table.write(ben, caucusOf(NORTH), { ...body, signature: signAs(ben, body.subject) })).toBeUndefined()
})

test('[BR3] a yes to some words is no yes to the same words proposed again', () => {
  const table = dialogueIn('brief')
  const first = propose(table, 'We met.')
  for (const who of [ada, ben, chi, dov]) turn(table, who, first)
  table.do(fay, 'brief', { type: 'dropLine', line: first })
  const second = propose(table, 'We met.')
  const turns = Object.fromEntries(
    table.written.flatMap(({ by, body }) => {
      const { type, signature } = body as { type: string; signature?: string }
      return type === 'line.turned' ? [[by, signature]] : []
    }),
  )
  const cleared = { v: 1, type: 'line.cleared', run: table.run('brief'), line: second, turns }
  expect(table.write(fay, 'room', cleared)).toBe('bad-turn')
})

test('[BR3] nobody signs words that they cannot read', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  const eli = someone('Eli', 'participant', NORTH)
  table.change({ type: 'admitted', seat: eli.seat })
  table.act(eli, { type: 'affirmRules' })
  expect(lineOf(table, eli, line).text).toBeUndefined()
  expect(turn(table, eli, line)).toBe('not-readable')
})

test('[BR3][DG13] one person has at most three briefs’ worth of yeses standing in a caucus, over all runs', () => {
  const table = dialogueIn('brief')
  const say = (type: string, n: number, visit: number) => {
    const subject = subjectOf(table.proofs, table.room.charter, 'r' as never, idOf(`l${n}`), 'x')
    const about = { v: 1, type, run: `brief/brief#${visit}`, line: idOf(`line ${n}`) }
    return table.write(ada, caucusOf(NORTH), { ...about, subject, signature: signAs(ada, subject) })
  }
  for (let n = 0; n < MAX_TURNS; n++) expect(say('line.turned', n, 1 + (n % 7))).toBeUndefined()
  expect(say('line.turned', MAX_TURNS, 1)).toBe('too-many-lines')
  expect(say('line.turned', MAX_TURNS, 99)).toBe('too-many-lines')
  expect(say('line.turned', 0, 1)).toBeUndefined()
  expect(turn(table, ben, propose(table, 'We met.'))).toBeUndefined()
  expect(say('line.turn-revoked', 0, 1)).toBeUndefined()
  expect(say('line.turned', MAX_TURNS, 1)).toBeUndefined()
})

test('[BR4][R12] "not yet" looks to everyone else like silence', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  const others = [ben, chi, dov, fay]
  const before = others.map((who) => JSON.stringify(table.view(who)))
  expect(hold(table, ada, line)).toBeUndefined()
  expect(others.map((who) => JSON.stringify(table.view(who)))).toEqual(before)
  expect(table.written.at(-1)).toMatchObject({ space: 'own' })
  expect(lineOf(table, ada, line).mine).toBe('not-yet')
  expect(hold(table, fay, line)).toBe('not-a-participant')
})

test('[BR4] a yes may be taken back until the release; a side has cleared when all its people have said yes', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  expect(lineOf(table, ada, line)).toMatchObject({ mine: 'undecided', side: 'not-yet' })
  turn(table, ada, line)
  expect(lineOf(table, ada, line)).toMatchObject({ mine: 'turned', side: 'not-yet' })
  turn(table, ben, line)
  expect(lineOf(table, ada, line)).toMatchObject({ mine: 'turned', side: 'cleared', room: 'not-yet' })
  hold(table, ben, line)
  expect(lineOf(table, ada, line)).toMatchObject({ mine: 'turned', side: 'not-yet' })
  expect(lineOf(table, ben, line).mine).toBe('not-yet')
  turn(table, ben, line)
  expect(lineOf(table, ben, line)).toMatchObject({ mine: 'turned', side: 'cleared' })
  const revoked = { v: 1, type: 'line.turn-revoked', run: table.run('brief'), line: idOf('another line') }
  expect(table.write(ben, caucusOf(NORTH), revoked)).toBe('not-turned')
})

test('[BR5][R34] a line is cleared when everyone on every side has said yes to its words, and not before', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  for (const who of [ada, ben, chi]) {
    turn(table, who, line)
    table.settle()
    expect(rooms(table, line)).toEqual(Array(5).fill('not-yet'))
    expect(table.do(fay, 'brief', { type: 'clearLine', line })).toBe('turn-missing')
  }
  turn(table, dov, line)
  table.settle()
  expect(rooms(table, line)).toEqual(Array(5).fill('cleared'))
  expect(table.do(fay, 'brief', { type: 'clearLine', line })).toBe('already-cleared')
})

test('[BR5][R34] no facilitator can clear a line with a yes that was not given', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  for (const who of [ada, ben, chi]) turn(table, who, line)
  const signed = table.written.filter(({ body }) => (body as { type: string }).type === 'line.turned')
  const given = Object.fromEntries(signed.map(({ by, body }) => [by, (body as { signature: string }).signature]))
  const [subject] = signed.map(({ body }) => (body as { subject: string }).subject)
  const cleared = { v: 1, type: 'line.cleared', run: table.run('brief'), line }
  const forged = { ...given, [dov.seat.id]: signAs(fay, subject ?? '') }
  expect(table.write(fay, 'room', { ...cleared, turns: given })).toBe('turn-missing')
  expect(table.write(fay, 'room', { ...cleared, turns: forged })).toBe('bad-turn')
  expect(table.write(ada, 'room', { ...cleared, turns: given })).toBe('not-a-facilitator')
  expect(rooms(table, line)).toEqual(Array(5).fill('not-yet'))
})

test('[BR5] a side without people clears nothing; people who have left are not waited for', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  for (const who of [ada, ben, chi]) turn(table, who, line)
  table.act(dov, { type: 'leave' })
  table.settle()
  expect(lineOf(table, chi, line)).toMatchObject({ side: 'cleared', room: 'cleared' })
  const other = propose(table, 'We agreed.')
  turn(table, ada, other)
  turn(table, ben, other)
  table.act(chi, { type: 'leave' })
  table.settle()
  expect(lineOf(table, ada, other)).toMatchObject({ side: 'cleared', room: 'not-yet' })
  expect(table.do(fay, 'brief', { type: 'clearLine', line: other })).toBe('no-people')
})

test('[DG11][DG13] a device does not try again and again to clear a line for which the room has no room', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  for (const who of table.people) {
    const room = table.state(who, 'room')
    const contributions = Array.from({ length: 1500 }, (_, n): Contribution => {
      const by = { by: ada.seat.id, side: NORTH, run: 'sharing/fears#1' as RunId }
      return { id: idOf(`fear ${n}`), kind: 'fear', attribution: 'side', ...by }
    })
    table.device(who).set('room', { ...room, governing: { ...room.governing, contributions } })
  }
  for (const who of [ada, ben, chi, dov]) expect(turn(table, who, line)).toBeUndefined()
  expect(table.do(fay, 'brief', { type: 'clearLine', line })).toBe('no-room')
  expect(followUps(table.world(fay), table.proofs)).toEqual([])
  expect(table.act(dov, { type: 'leave' })).toBeUndefined()
})

test('[BR6] whoever comes later must say yes too', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line)
  const eli = someone('Eli', 'participant', SOUTH)
  table.change({ type: 'admitted', seat: eli.seat })
  table.settle()
  expect(rooms(table, line)).toEqual(Array(5).fill('not-yet'))
  expect(table.do(fay, 'brief', { type: 'dropLine', line })).toBeUndefined()
  table.act(eli, { type: 'affirmRules' })
  const again = propose(table, 'We met.')
  turnAll(table, again, [ada, ben, chi, dov, eli])
  expect(rooms(table, again)).toEqual(Array(5).fill('cleared'))
  table.change({ type: 'removed', seat: eli.seat.id })
  expect(rooms(table, again)).toEqual(Array(5).fill('cleared'))
})

test('[BR6] when a yes is taken back, the facilitator’s device tells the room, and the line is not released', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  turnAll(table, line)
  hold(table, dov, line)
  expect(release(table)).toBe('turn-missing')
  table.settle()
  expect(rooms(table, line)).toEqual(Array(5).fill('not-yet'))
  expect(table.do(fay, 'brief', { type: 'reopenLine', line })).toBe('not-cleared')
  expect(release(table)).toBeUndefined()
  expect(briefOf(table, ada).released).toEqual([])
})

test('[BR7][R34] the room sees the sides jointly, a side itself, a facilitator each side they sit with; nobody a name', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  const before = [chi, dov].map((who) => JSON.stringify(table.view(who)))
  turn(table, ada, line)
  turn(table, ben, line)
  table.settle()
  expect([chi, dov].map((who) => JSON.stringify(table.view(who)))).toEqual(before)
  expect(lineOf(table, chi, line)).toMatchObject({ side: 'not-yet', sides: [], room: 'not-yet' })
  expect(lineOf(table, ben, line)).toMatchObject({ side: 'cleared', sides: [], room: 'not-yet' })
  expect(lineOf(table, fay, line)).toMatchObject({
    mine: undefined,
    side: undefined,
    sides: [
      { side: NORTH, clearance: 'cleared' },
      { side: SOUTH, clearance: 'not-yet' },
    ],
  })
  for (const who of everyone) {
    const shown = JSON.stringify(table.view(who).runs)
    for (const { seat } of everyone) expect(shown).not.toContain(seat.id)
  }
})
