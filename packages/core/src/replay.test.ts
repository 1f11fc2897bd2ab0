import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Round } from './activities/round/events.ts'
import type { ContributionId, RunId } from './ids.ts'
import { replay } from './replay.ts'
import { writeSnapshot } from './snapshot.ts'
import { caucusOf } from './space.ts'
import { TestDialogue } from './testing/dialogue.ts'
import { ada, ben, chi, dov, fay, idOf, NORTH, roundKeyFor, say, someone } from './testing/people.ts'
import { briefOf, dialogueIn, dialogueInHearing, offer, propose, turn, turnAll } from './testing/steps.ts'
import { textIn } from './texts.ts'
import { followUps } from './view.ts'

/** Freezes a value through and through, so that writing to it throws. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(freeze)
  }
  return value
}

test('[DG1] an event of an unknown type, version or shape is set aside with its reason, and changes nothing', () => {
  const table = dialogueIn('sharing')
  const before = writeSnapshot(table.room)
  const run = table.run('fears')
  expect(table.write(fay, 'room', 'round.opened')).toBe('no-event')
  expect(table.write(fay, 'room', null)).toBe('no-event')
  expect(table.write(fay, 'room', { v: 1, type: 'round.reopened', run })).toBe('unknown-event')
  expect(table.write(fay, 'room', { v: 1, type: 'constructor', run })).toBe('unknown-event')
  expect(table.write(fay, 'room', { v: 1, type: 'round.opened' })).toBe('unknown-event')
  expect(table.write(fay, 'room', { v: 1, type: 'round.opened', run: 'sharing/nothing#1' })).toBe('unknown-event')
  expect(table.write(fay, 'room', { v: 1, type: 'line.dropped', run, line: idOf('line') })).toBe('unknown-event')
  expect(table.write(fay, 'room', { v: 2, type: 'round.opened', run })).toBe('bad-shape')
  expect(table.write(fay, 'room', { v: 1, type: 'stage.entered', stage: 7, visit: 2 })).toBe('bad-shape')
  expect(writeSnapshot(table.room)).toBe(before)
  expect(table.written.filter(({ setAside }) => setAside !== undefined)).toHaveLength(9)
  const { key } = roundKeyFor('a round')
  expect(table.write(fay, 'room', { v: 1, type: 'round.opened', run, key })).toBeUndefined()
})

test('[DG1] an entry of somebody who is not a member is set aside', () => {
  const table = new TestDialogue().affirmAll()
  expect(table.write(someone('Eve', 'facilitator'), 'room', { v: 1, type: 'room.paused' })).toBe('not-a-member')
})

test('[DG3] an entry is judged by its own space’s log, whatever else a device can read', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  for (const who of [ada, ben, chi, dov]) turn(table, who, line)
  table.settle()
  table.act(fay, { type: 'pause' })
  // The caucus knows nothing of the pause, and its members must not judge by what only some of them read.
  const turned = { v: 1, type: 'line.turn-revoked', run: table.run('brief'), line }
  expect(table.write(ada, caucusOf(NORTH), turned)).toBeUndefined()
  for (const space of ['room', 'outbox', caucusOf(NORTH)] as const) {
    const readers = table.people.filter((who) => table.device(who).has(space))
    const states = readers.map((who) => table.state(who, space))
    expect(new Set(states.map(({ governing }) => writeSnapshot(governing))).size).toBe(1)
  }
})

test('[DG4] replaying takes any bytes’ worth of JSON from any member, and never writes to the state before', () => {
  const table = dialogueInHearing()
  const types = ['round.opened', 'contribution.offered', 'restatement.offered', 'line.proposed', 'stage.entered', 'x']
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({ v: fc.constant(1), type: fc.constantFrom(...types), run: fc.constant(table.run('mirroring')) }),
    fc.record({ v: fc.constant(1), type: fc.constantFrom(...types), run: fc.string(), id: fc.string() }),
  )
  const state = freeze(table.state(fay, 'room'))
  fc.assert(
    fc.property(body, fc.constantFrom(ada, dov, fay), (value, who) => {
      const after = replay(state, { id: idOf('entry'), by: who.seat.id, body: freeze(value) }, table.proofs)
      if (after.ok) expect(after.value.governing.roster).toBe(state.governing.roster)
    }),
  )
})

test('[DG6][R02][R03] a facilitator enters a stage at its next visit; going back or again keeps all that was shared', () => {
  const table = dialogueInHearing()
  expect(table.write(ada, 'room', { v: 1, type: 'stage.entered', stage: 'brief', visit: 1 })).toBe('not-a-facilitator')
  expect(table.write(fay, 'room', { v: 1, type: 'stage.entered', stage: 'party', visit: 1 })).toBe('no-such-stage')
  expect(table.write(fay, 'room', { v: 1, type: 'stage.entered', stage: 'hearing', visit: 1 })).toBe('out-of-order')
  expect(table.write(fay, 'room', { v: 1, type: 'stage.entered', stage: 'sharing', visit: 3 })).toBe('out-of-order')
  expect(table.act(fay, { type: 'enterStage', stage: 'sharing' })).toBeUndefined()
  expect(table.room.stage).toEqual({ stage: 'sharing', visits: { opening: 1, sharing: 2, hearing: 1 } })
  expect(table.room.contributions).toHaveLength(2)
  table.enter('hearing')
  expect(JSON.stringify(table.view(dov))).toContain('that the well runs dry')
})

test('[DG7][R15] anyone may pause; while the room is paused nobody goes on, until a facilitator resumes', () => {
  const table = dialogueIn('sharing')
  table.do(fay, 'fears', { type: 'openRound' })
  expect(table.act(chi, { type: 'resume' })).toBe('not-a-facilitator')
  expect(table.act(fay, { type: 'resume' })).toBe('not-paused')
  expect(table.act(ada, { type: 'pause' })).toBeUndefined()
  expect(table.act(chi, { type: 'pause' })).toBe('already-paused')
  for (const who of [ada, ben, chi, dov, fay]) expect(table.view(who).paused).toBe(true)
  expect(offer(table, dov, 'now')).toBe('paused')
  const event = {
    v: 1,
    type: 'contribution.offered',
    run: table.run('fears'),
    id: idOf('now'),
    words: say('now'),
    attribution: 'side',
  }
  expect(table.write(dov, 'room', event)).toBe('paused')
  expect(table.do(dov, 'fears', { type: 'passRound' })).toBe('paused')
  expect(table.act(dov, { type: 'leave' })).toBeUndefined()
  expect(table.act(chi, { type: 'resume' })).toBe('not-a-facilitator')
  expect(table.act(fay, { type: 'resume' })).toBeUndefined()
  expect(table.view(ada).paused).toBe(false)
  expect(table.do(fay, 'fears', { type: 'closeRound' })).toBeUndefined()
})

test('[DG7] while the room is paused no facilitator opens or closes a round, moves the stage, proposes or releases', () => {
  const table = dialogueIn('sharing')
  table.do(fay, 'fears', { type: 'openRound' })
  table.act(ada, { type: 'pause' })
  const before = writeSnapshot(table.room)
  expect(table.do(fay, 'fears', { type: 'closeRound' })).toBe('paused')
  expect(table.do(fay, 'needs', { type: 'openRound' })).toBe('paused')
  expect(table.act(fay, { type: 'enterStage', stage: 'brief', reason: 'to go on' })).toBe('paused')
  // Nor does a modified client: every device sets it aside.
  const run = table.run('fears')
  expect(table.write(fay, 'room', { v: 1, type: 'round.closed', run })).toBe('paused')
  expect(table.write(fay, 'room', { v: 1, type: 'stage.entered', stage: 'sharing', visit: 2 })).toBe('paused')
  expect(writeSnapshot(table.room)).toBe(before)

  const brief = dialogueIn('brief')
  const line = propose(brief, 'We met.')
  turnAll(brief, line)
  brief.act(dov, { type: 'pause' })
  expect(brief.do(fay, 'brief', { type: 'proposeLine', text: 'We agreed.' })).toBe('paused')
  expect(brief.do(fay, 'brief', { type: 'dropLine', line })).toBe('paused')
  expect(brief.do(fay, 'brief', { type: 'releaseBrief' })).toBe('paused')
  for (const who of [ada, ben, chi, dov, fay]) expect(brief.act(who, { type: 'pause' })).toBe('already-paused')
})

test('[DG7][DG11] what a device does by itself waits for the end of the pause, and is then done', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  for (const who of [ada, ben, chi, dov]) turn(table, who, line)
  table.act(ada, { type: 'pause' })
  expect(followUps(table.world(fay), table.proofs)).toEqual([])
  table.settle()
  expect(briefOf(table, chi).lines[0]?.room).toBe('not-yet')
  table.act(fay, { type: 'resume' })
  table.settle()
  expect(briefOf(table, chi).lines[0]?.room).toBe('cleared')
})

test('[DG7] while the room is paused people may leave, be let in, be taken out and accept the rules', () => {
  const table = dialogueIn('sharing')
  table.act(ada, { type: 'pause' })
  const eli = someone('Eli', 'participant', NORTH)
  table.change({ type: 'admitted', seat: eli.seat })
  expect(table.act(eli, { type: 'affirmRules' })).toBeUndefined()
  expect(table.act(eli, { type: 'leave' })).toBeUndefined()
  table.change({ type: 'removed', seat: eli.seat.id })
  expect(table.view(ben).people).toHaveLength(5)
  expect(table.view(ben).paused).toBe(true)
})

test('[DG7][RD7] while the room is paused people take back what is theirs: words in an open round, words that are shared, a yes', () => {
  const table = dialogueIn('sharing')
  table.do(fay, 'fears', { type: 'openRound' })
  offer(table, ada, 'that the well runs dry')
  table.do(fay, 'fears', { type: 'closeRound' })
  table.do(fay, 'needs', { type: 'openRound' })
  table.do(chi, 'needs', { type: 'offerContribution', text: 'water', attribution: 'side' })
  const closed = table.run('fears')
  table.act(dov, { type: 'pause' })
  const { contributions, runs } = table.room
  const [first] = contributions
  const open = Object.values((runs[table.run('needs')] as Round).offered)[0]
  const withdraw = (who: typeof ada, run: RunId, contribution: ContributionId) =>
    table.act(who, { run, command: { type: 'withdrawContribution', contribution } })
  expect(withdraw(ben, closed, first?.id as ContributionId)).toBe('not-the-author')
  expect(withdraw(ada, closed, first?.id as ContributionId)).toBeUndefined()
  expect(withdraw(chi, table.run('needs'), open?.id as ContributionId)).toBeUndefined()
  expect(JSON.stringify([ben, fay].map((who) => table.view(who)))).not.toContain('the well runs dry')
  expect(offer(table, ada, 'again')).toBe('paused')

  const brief = dialogueIn('brief')
  const line = propose(brief, 'We met.')
  turnAll(brief, line)
  brief.act(ada, { type: 'pause' })
  expect(turn(brief, ada, line)).toBe('paused')
  expect(brief.do(ada, 'brief', { type: 'holdLine', line })).toBeUndefined()
  expect(briefOf(brief, ada).lines[0]).toMatchObject({ mine: 'not-yet', side: 'not-yet' })
  brief.act(fay, { type: 'resume' })
  brief.settle()
  expect(briefOf(brief, chi).lines[0]?.room).toBe('not-yet')
})

test('[DG7] who paused is shown to nobody', () => {
  const shown = (who: typeof ada) => {
    const table = dialogueIn('sharing')
    table.act(who, { type: 'pause' })
    return [chi, fay].map((reader) => JSON.stringify(table.view(reader)))
  }
  expect(shown(ada)).toEqual(shown(dov))
})

test('[DG7] who paused is kept by nobody: the next chapter tells a late joiner no more than that the room is paused', () => {
  const governed = (who: typeof ada) => {
    const table = dialogueIn('sharing')
    table.act(who, { type: 'pause' })
    table.restart(chi, 'room')
    expect(table.view(chi).paused).toBe(true)
    return writeSnapshot(table.room)
  }
  expect(governed(ada)).toBe(governed(dov))
})

test('[DG9][R13] who leaves is shown nothing more and can do nothing more; nobody else is told but the facilitators', () => {
  const table = dialogueInHearing()
  const others = [ada, ben, dov]
  const before = others.map((who) => JSON.stringify(table.view(who)))
  expect(table.act(chi, { type: 'leave' })).toBeUndefined()
  expect(others.map((who) => JSON.stringify(table.view(who)))).toEqual(before)
  expect(table.view(fay).table?.leaving).toEqual([chi.seat.id])
  expect(table.view(chi)).toMatchObject({ left: true, runs: [], table: undefined })
  for (const command of [{ type: 'pause' }, { type: 'leave' }, { type: 'affirmRules' }] as const)
    expect(table.act(chi, command)).toBe('has-left')
  expect(table.do(chi, 'mirroring', { type: 'passRestating', contribution: idOf('x') })).toBe('has-left')
  expect(table.write(chi, 'room', { v: 1, type: 'room.paused' })).toBe('has-left')
  expect(table.write(chi, 'room', { v: 1, type: 'line.passed', run: 'brief/brief#1', line: idOf('x') })).toBe(
    'not-in-this-space',
  )
})

test('[DG9] each space that somebody leaves is told, and what was not told yet is told when they leave again', () => {
  const table = new TestDialogue().affirmAll()
  table.write(ada, 'room', { v: 1, type: 'seat.leaving' })
  const before = table.written.length
  expect(table.act(ada, { type: 'leave' })).toBeUndefined()
  expect(table.written.slice(before).map(({ space }) => space)).toEqual(['outbox', caucusOf(NORTH)])
  table.change({ type: 'removed', seat: ada.seat.id })
  expect(table.room.leaving).toEqual([])
  expect(table.state(ben, 'outbox').governing.leaving).toEqual([])
})

test('[DG9] the last facilitator stays: somebody must be able to let people in', () => {
  const eva = someone('Eva', 'facilitator')
  const table = new TestDialogue([ada, chi, eva, fay]).affirmAll()
  expect(table.act(eva, { type: 'leave' })).toBeUndefined()
  expect(table.act(fay, { type: 'leave' })).toBe('last-keeper')
})

test('[DG10] an id that a restatement or a line has is nobody else’s', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  const again = { v: 1, type: 'line.proposed', run: table.run('brief'), id: line, text: 'We fought.' }
  expect(table.write(fay, 'room', again)).toBe('id-taken')
  table.do(fay, 'brief', { type: 'dropLine', line })
  expect(table.write(fay, 'room', again)).toBe('id-taken')
  table.enter('brief')
  expect(table.write(fay, 'room', { ...again, run: table.run('brief') })).toBe('id-taken')
  expect(textIn(table.state(ada, 'room'), line)).toBe('We met.')
})
