import { expect, test } from 'vitest'
import { decide } from '../../decide.ts'
import { caucusOf } from '../../space.ts'
import type { TestDialogue } from '../../testing/dialogue.ts'
import {
  ada,
  ben,
  chi,
  dov,
  factsOf,
  fay,
  idOf,
  NORTH,
  roundKeyFor,
  type Someone,
  say,
  someone,
} from '../../testing/people.ts'
import { dialogueIn, idFor, offer } from '../../testing/steps.ts'
import { type WordsRef, withWords } from '../../texts.ts'
import type { RoundView } from './view.ts'

const fears = (table: TestDialogue, who: Someone): RoundView => table.runView<RoundView>(who, 'round', 'fears')
const open = (table: TestDialogue) => table.do(fay, 'fears', { type: 'openRound' })
const close = (table: TestDialogue) => table.do(fay, 'fears', { type: 'closeRound' })

test('[RD1] a facilitator opens a round once and closes it once; nobody else does', () => {
  const table = dialogueIn('sharing')
  expect(close(table)).toBe('out-of-order')
  expect(table.do(ada, 'fears', { type: 'openRound' })).toBe('not-a-facilitator')
  expect(open(table)).toBeUndefined()
  expect(open(table)).toBe('out-of-order')
  expect(table.do(ada, 'fears', { type: 'closeRound' })).toBe('not-a-facilitator')
  expect(close(table)).toBeUndefined()
  expect(close(table)).toBe('out-of-order')
  expect(fears(table, dov).status).toBe('closed')
  expect(table.runView<RoundView>(dov, 'round', 'needs').status).toBe('not-open')
})

test('[RD1] a round of another stage, or of an earlier visit, is not opened', () => {
  const table = dialogueIn('sharing')
  const earlier = table.run('fears')
  table.enter('hearing')
  expect(table.act(fay, { run: earlier, command: { type: 'openRound' } })).toBe('not-this-stage')
  table.enter('sharing')
  expect(table.run('fears')).toBe('sharing/fears#2')
  expect(table.act(fay, { run: earlier, command: { type: 'openRound' } })).toBe('not-this-stage')
  expect(open(table)).toBeUndefined()
})

test('[RD2][R16] only participants write, only while the round is open, and nothing is shown before it closes', () => {
  const table = dialogueIn('sharing')
  expect(offer(table, ada, 'too early')).toBe('round-not-open')
  open(table)
  expect(offer(table, fay, 'mine is no side')).toBe('not-a-participant')
  offer(table, ada, 'that the well runs dry')
  for (const who of [ben, chi, dov, fay]) {
    expect(fears(table, who).pool).toEqual([])
    expect(JSON.stringify(table.view(who))).not.toContain('well runs dry')
  }
  expect(fears(table, ada).mine).toMatchObject({
    state: 'offered',
    text: 'that the well runs dry',
    attribution: 'side',
  })
  close(table)
  for (const who of [ada, ben, chi, dov, fay]) {
    expect(fears(table, who).pool.map((one) => one.text)).toEqual(['that the well runs dry'])
  }
  expect(offer(table, chi, 'too late')).toBe('round-not-open')
  expect(fears(table, ada).mine.state).toBe('offered')
})

test('[RD2][DG11] refuses words that are empty or too long; what a keyboard adds to them is no reason to', () => {
  const table = dialogueIn('sharing')
  open(table)
  expect(offer(table, ada, '  \n ')).toBe('empty')
  expect(offer(table, ada, '🕊'.repeat(601))).toBe('bad-shape')
  expect(offer(table, ada, ` ${'🕊'.repeat(600)} `)).toBeUndefined()
  expect(offer(table, ada, '\u2067one\ttwo\r\nthree\u2069\t')).toBeUndefined()
  expect(fears(table, ada).mine).toMatchObject({ text: 'one two\nthree' })
})

test('[RD3][R16] what a person writes later takes the place of what they wrote before, and of nothing else', () => {
  const table = dialogueIn('sharing')
  open(table)
  offer(table, ada, 'first')
  offer(table, chi, 'of another')
  offer(table, ada, 'second')
  close(table)
  expect(new Set(fears(table, dov).pool.map((one) => one.text))).toEqual(new Set(['second', 'of another']))
})

test('[RD4] the pool is in the order of random ids, whoever was quick', () => {
  const texts = (order: readonly Someone[]): readonly unknown[] => {
    const table = dialogueIn('sharing')
    open(table)
    for (const who of order) offer(table, who, `of ${who.name}`)
    close(table)
    return fears(table, fay).pool.map((one) => one.text)
  }
  expect(texts([ada, ben, chi, dov])).toEqual(texts([dov, chi, ben, ada]))
  expect(texts([ada, ben, chi, dov])).not.toEqual(['of Ada', 'of Ben', 'of Chi', 'of Dov'])
})

test('[RD4] an author chooses only an attribution that the round offers', () => {
  const table = dialogueIn('sharing')
  open(table)
  expect(offer(table, ada, 'by nobody', 'none')).toBe('attribution-not-offered')
  expect(offer(table, ada, 'by Ada', 'named')).toBeUndefined()
  close(table)
  expect(fears(table, dov).pool[0]?.origin).toEqual({ mine: false, side: NORTH, name: 'Ada' })
})

test('[RD4] what somebody wrote stays their side’s, when they are taken out before the round closes', () => {
  const table = dialogueIn('sharing')
  open(table)
  offer(table, ada, 'still ours')
  table.change({ type: 'removed', seat: ada.seat.id })
  close(table)
  expect(fears(table, dov).pool[0]?.origin).toEqual({ mine: false, side: NORTH })
})

test('[RD5][R12] a pass is written to `own` alone, and looks to everyone else like silence', () => {
  const table = dialogueIn('sharing')
  open(table)
  const others = [ben, chi, dov, fay]
  const before = others.map((who) => JSON.stringify(table.view(who)))
  expect(table.do(ada, 'fears', { type: 'passRound' })).toBeUndefined()
  expect(others.map((who) => JSON.stringify(table.view(who)))).toEqual(before)
  expect(table.written.at(-1)).toMatchObject({ space: 'own', body: { type: 'round.passed' } })
  expect(fears(table, ada).mine).toEqual({ state: 'passed' })
  offer(table, ada, 'after all')
  expect(fears(table, ada).mine.state).toBe('offered')
  // The words stay in the room, and who passes must not think that they are gone.
  expect(table.do(ada, 'fears', { type: 'passRound' })).toBe('already-offered')
  close(table)
  expect(table.do(ada, 'fears', { type: 'passRound' })).toBe('already-offered')
  for (const space of ['room', caucusOf(NORTH)] as const) {
    const pass = { v: 1, type: 'round.passed', run: table.run('fears') }
    expect(table.write(ada, space, pass)).toBe('not-in-this-space')
  }
})

test('[RD6][R42] how many have written is told only where five could write', () => {
  const few = dialogueIn('sharing')
  open(few)
  offer(few, ada, 'one')
  expect(fears(few, fay)).toMatchObject({ written: undefined, people: 4 })
  const eli = someone('Eli', 'participant', NORTH)
  const more = dialogueIn('sharing', [ada, ben, chi, dov, eli, fay])
  open(more)
  offer(more, ada, 'one')
  offer(more, ada, 'one, said better')
  expect(fears(more, fay)).toMatchObject({ written: 1, people: 5 })
  more.do(fay, 'fears', { type: 'closeRound' })
  expect(fears(more, fay)).toMatchObject({ written: 1, people: 5 })
})

test('[DG8][R03] a stage is not left with a round open, so that what was written is not lost', () => {
  const table = dialogueIn('sharing')
  open(table)
  const go = { type: 'enterStage', stage: 'hearing', reason: 'we are tired' } as const
  expect(table.act(fay, go)).toBe('round-open')
  close(table)
  expect(table.act(fay, go)).toBeUndefined()
})

test('[DG8][R03] nor is it when another facilitator opens a round at the same moment: every device says so', () => {
  const gus = someone('Gus', 'facilitator')
  const table = dialogueIn('sharing', [ada, ben, chi, dov, fay, gus])
  const go = table.decide(gus, { type: 'enterStage', stage: 'hearing', reason: 'we are tired' })
  open(table)
  offer(table, ada, 'still ours')
  const answers = go.ok ? go.value.map(({ space, event }) => table.write(gus, space, event)) : []
  expect(answers).toEqual([undefined, 'round-open'])
  expect(close(table)).toBeUndefined()
  expect(fears(table, dov).pool.map((one) => one.text)).toEqual(['still ours'])
})

test('[DG10] nobody’s words can take the id of another’s, in another round either', () => {
  const table = dialogueIn('sharing')
  open(table)
  table.do(fay, 'needs', { type: 'openRound' })
  offer(table, ada, 'mine')
  const id = idFor(table, 'mine')
  const stolen = { v: 1, type: 'contribution.offered', id, words: say('not hers'), attribution: 'side' }
  expect(table.write(chi, 'room', { ...stolen, run: table.run('needs') })).toBe('id-taken')
  close(table)
  expect(table.write(chi, 'room', { ...stolen, run: table.run('needs') })).toBe('id-taken')
  expect(table.write(chi, 'room', { ...stolen, id: idOf('free'), run: table.run('needs') })).toBeUndefined()
  expect(fears(table, dov).pool.map((one) => one.text)).toEqual(['mine'])
})

const withdraw = (table: TestDialogue, who: Someone, text: string) =>
  table.do(who, 'fears', { type: 'withdrawContribution', contribution: idFor(table, text) })

test('[RD7][R14] what is taken back while the round is open is as if it had not been offered', () => {
  const table = dialogueIn('sharing')
  open(table)
  offer(table, ada, 'that the well runs dry')
  const id = idFor(table, 'that the well runs dry')
  expect(withdraw(table, ben, 'that the well runs dry')).toBe('not-the-author')
  expect(withdraw(table, ada, 'that the well runs dry')).toBeUndefined()
  expect(fears(table, ada).mine).toEqual({ state: 'nothing' })
  const again = { type: 'withdrawContribution', contribution: id }
  expect(table.do(ada, 'fears', again)).toBe('no-such-contribution')
  expect(offer(table, ada, 'that nobody listens')).toBeUndefined()
  close(table)
  expect(fears(table, dov).pool.map((one) => one.text)).toEqual(['that nobody listens'])
})

test('[RD7][R14] what is taken back later stands without words, name and side, for everybody and for good', () => {
  const table = dialogueIn('sharing')
  open(table)
  offer(table, ada, 'that the well runs dry', 'named')
  offer(table, chi, 'that nobody asks us')
  const id = idFor(table, 'that the well runs dry')
  close(table)
  const run = table.run('fears')
  table.enter('hearing')
  table.do(chi, 'mirroring', { type: 'offerRestatement', contribution: id, text: 'You fear thirst.' })
  const command = { type: 'withdrawContribution' as const, contribution: id as never }
  expect(table.act(ada, { run, command })).toBeUndefined()
  expect(table.act(ada, { run, command })).toBe('already-withdrawn')
  for (const who of [ada, ben, chi, dov, fay]) {
    expect(JSON.stringify(table.view(who))).not.toMatch(/well runs dry|fear thirst/)
    expect(JSON.stringify(table.state(who, 'room'))).not.toContain('well runs dry')
    const past = table.view(who).past.find((visit) => visit.stage === 'sharing')
    expect(JSON.stringify(past)).toContain('"withdrawn":true')
    expect(JSON.stringify(past)).not.toContain('Ada')
  }
  expect(table.runView(dov, 'mirroring')).toMatchObject({ of: 1, toRestate: [], confirmed: [] })
  const judged = { type: 'judgeRestatement', restatement: idFor(table, 'You fear thirst.'), verdict: 'accurate' }
  expect(table.do(ada, 'mirroring', judged)).toBe('no-such-restatement')
})

test('[RD7] words that took the place of others are forgotten, and what was dropped does not come back', () => {
  const table = dialogueIn('sharing')
  open(table)
  offer(table, ada, 'in anger')
  offer(table, ada, 'that the well runs dry')
  for (const who of [ada, ben, fay]) {
    const room = table.state(who, 'room')
    expect(room.dropped).toEqual([say('in anger')])
    expect(withWords(room, say('in anger'), 'in anger')).toBe(room)
    expect(JSON.stringify(room.words)).not.toContain('in anger')
  }
})

test('[DG15] whoever lacks the words judges alike, and is shown that something was said', () => {
  const table = dialogueIn('sharing')
  open(table)
  offer(table, ada, 'that the well runs dry')
  const words: WordsRef = say('that the well runs dry')
  const room = table.state(dov, 'room')
  table.device(dov).set('room', { ...room, words: {} })
  close(table)
  expect(table.state(dov, 'room').governing).toEqual(table.room)
  expect(fears(table, dov).pool).toMatchObject([{ text: undefined, origin: { side: NORTH } }])
  table.device(dov).set('room', withWords(table.state(dov, 'room'), words, 'that the well runs dry'))
  expect(fears(table, dov).pool).toMatchObject([{ text: 'that the well runs dry' }])
})

test('[DG15] words that no device would have sent are not shown, whoever sent them', () => {
  const table = dialogueIn('sharing')
  open(table)
  for (const words of ['', 'a'.repeat(601), 'evil\u202etxt']) {
    const event = { v: 1, type: 'contribution.offered', run: table.run('fears'), id: idOf(words), words: say(words) }
    expect(table.write(ada, 'room', { ...event, attribution: 'side' })).toBeUndefined()
    expect(fears(table, ada).mine).toMatchObject({ state: 'offered', text: undefined })
  }
})

const gus = someone('Gus', 'facilitator')

/** A round that somebody has opened whose secret the panel does not have. */
function openWithout(table: TestDialogue): void {
  const { key } = roundKeyFor('nobody has it')
  const opened = { v: 1, type: 'round.opened', run: table.run('fears'), key }
  expect(table.write(fay, 'room', opened)).toBeUndefined()
}

test('[RD8][R21] what opens a round is written to the panel first, and to the room when it closes', () => {
  const table = dialogueIn('sharing')
  open(table)
  const [kept, opened] = table.written.slice(-2) as { space: string; body: { secret?: string; key?: string } }[]
  expect([kept?.space, opened?.space]).toEqual(['panel', 'room'])
  const secret = kept?.body.secret as string
  expect(opened?.body).not.toHaveProperty('secret')
  offer(table, ada, 'that the well runs dry')
  for (const who of [ada, ben, chi, dov]) expect(JSON.stringify([...table.device(who)])).not.toContain(secret)
  for (const who of [ada, fay]) expect(JSON.stringify(table.view(who))).not.toContain(secret)
  expect([fears(table, fay).canOpen, fears(table, ada).canOpen]).toEqual([true, undefined])
  close(table)
  expect(table.written.at(-1)?.body).toMatchObject({ type: 'round.closed', secret })
  expect(table.state(dov, 'room').ended).toEqual([{ key: opened?.body.key, secret }])
  expect(JSON.stringify(table.room)).not.toContain(opened?.body.key as string)
})

test('[RD8] words are said to the key of the round that they are for, and to no key anywhere else', () => {
  const table = dialogueIn('sharing')
  open(table)
  const keys: (string | undefined)[] = []
  const facts = {
    ...factsOf(ada),
    say: (words: string, key?: string) => {
      keys.push(key)
      return say(words)
    },
  }
  const command = { type: 'offerContribution', text: 'that the well runs dry', attribution: 'side' } as const
  expect(decide(table.world(ada), { run: table.run('fears'), command }, facts, table.proofs).ok).toBe(true)
  const { key } = table.room.runs[table.run('fears')] as { key: string }
  expect(keys).toEqual([key])
})

test('[RD8] a key that nothing can be sealed to opens no round; a secret of another key closes none', () => {
  const table = dialogueIn('sharing')
  const run = table.run('fears')
  const bad = { v: 1, type: 'round.opened', run, key: 'A'.repeat(1622) }
  expect(table.write(fay, 'room', bad)).toBe('bad-key')
  expect(open(table)).toBeUndefined()
  const closed = { v: 1, type: 'round.closed', run }
  expect(table.write(fay, 'room', { ...closed, secret: roundKeyFor('another').secret })).toBe('wrong-secret')
  expect(table.write(fay, 'room', { ...closed, secret: 'short' })).toBe('bad-shape')
  expect(close(table)).toBeUndefined()
})

test('[RD8] only facilitators keep keys, in the panel and nowhere else, and not without end', () => {
  const table = dialogueIn('sharing')
  const kept = (n: number) => ({
    ...{ v: 1, type: 'round.key-kept', run: table.run('fears') },
    secret: roundKeyFor(`${n}`).secret,
  })
  expect(table.write(fay, 'room', kept(0))).toBe('not-in-this-space')
  expect(table.write(ada, 'own', kept(0))).toBe('not-in-this-space')
  expect(table.write(fay, 'panel', kept(0))).toBeUndefined()
  expect(table.write(fay, 'panel', kept(0))).toBeUndefined()
  for (let n = 1; n < 100; n++) expect(table.write(fay, 'panel', kept(n))).toBeUndefined()
  expect(table.write(fay, 'panel', kept(100))).toBe('no-room')
})

test('[RD8] any facilitator closes, also one who came to the panel since; two who open at once do not lose the key', () => {
  const table = dialogueIn('sharing')
  const second = table.decide(fay, { run: table.run('fears'), command: { type: 'openRound' } })
  open(table)
  for (const { space, event } of second.ok ? second.value : []) table.write(fay, space, event)
  expect(table.written.at(-1)?.setAside).toBe('out-of-order')
  offer(table, ada, 'that the well runs dry')
  table.change({ type: 'admitted', seat: gus.seat })
  table.act(gus, { type: 'affirmRules' })
  expect(fears(table, gus).canOpen).toBe(true)
  expect(table.act(gus, { run: table.run('fears'), command: { type: 'closeRound' } })).toBeUndefined()
  expect(fears(table, dov).pool.map((one) => one.text)).toEqual(['that the well runs dry'])
  expect(fears(table, dov).unopened).toBe(false)
})

test('[RD8] the panel keeps what opens a round until it has closed, or its stage is over; facilitators’ devices see to it', () => {
  const table = dialogueIn('sharing')
  const secrets = () => JSON.stringify(table.state(fay, 'panel').governing.runs).includes('secrets')
  open(table)
  table.settle()
  expect(secrets()).toBe(true)
  close(table)
  table.settle()
  expect(secrets()).toBe(false)
  const kept = { v: 1, type: 'round.key-kept', run: table.run('needs'), secret: roundKeyFor('unused').secret }
  expect(table.write(fay, 'panel', kept)).toBeUndefined()
  table.settle()
  expect(secrets()).toBe(true)
  table.enter(table.room.charter.process.stages[2]?.id as string)
  table.settle()
  expect(secrets()).toBe(false)
})

test('[RD9] where nobody has the secret, a facilitator closes only knowing it, and the room stands as if it were read', () => {
  const table = dialogueIn('sharing')
  openWithout(table)
  offer(table, ada, 'that the well runs dry')
  expect(fears(table, fay).canOpen).toBe(false)
  expect(close(table)).toBe('no-round-key')
  expect(table.do(ada, 'fears', { type: 'closeRound', unopened: true })).toBe('not-a-facilitator')
  expect(table.do(fay, 'fears', { type: 'closeRound', unopened: true })).toBeUndefined()
  expect(table.written.at(-1)?.body).not.toHaveProperty('secret')
  for (const who of [ada, dov, fay]) expect(fears(table, who)).toMatchObject({ status: 'closed', unopened: true })
  expect(fears(table, dov).pool).toHaveLength(1)
  expect(table.state(dov, 'room').ended).toEqual([{ key: roundKeyFor('nobody has it').key }])
  table.restart(dov, 'room')
  expect(fears(table, dov).unopened).toBe(true)
  expect(table.act(fay, { type: 'enterStage', stage: 'hearing', reason: 'we go on' })).toBeUndefined()
})

test('[RD9] who has the secret publishes it, whatever they have said', () => {
  const table = dialogueIn('sharing')
  open(table)
  expect(table.do(fay, 'fears', { type: 'closeRound', unopened: true })).toBeUndefined()
  expect(table.written.at(-1)?.body).toHaveProperty('secret')
  expect(fears(table, dov).unopened).toBe(false)
})
