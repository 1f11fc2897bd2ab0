import { expect, test } from 'vitest'
import { canonicalJson } from './canonical.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { caucusOf } from './space.ts'
import type { TestDialogue } from './testing/dialogue.ts'
import { ada, ben, chi, dov, fay, NORTH } from './testing/people.ts'
import { dialogueInHearing, judge, propose, restate, turn, turnAll } from './testing/steps.ts'
import { textsIn } from './texts.ts'

/** A dialogue in which something of everything has happened. */
function lived(): TestDialogue {
  const table = dialogueInHearing()
  restate(table, chi, 'that the well runs dry', 'You fear thirst.')
  judge(table, ada, 'You fear thirst.', 'accurate')
  restate(table, ben, 'that nobody asks us', 'You were not asked.')
  table.enter('brief')
  turnAll(table, propose(table, 'We met.'))
  turn(table, ada, propose(table, 'We agreed.'))
  table.do(fay, 'brief', { type: 'releaseBrief' })
  table.act(dov, { type: 'leave' })
  return table.enter('brief')
}

const faultOf = (json: string) => {
  const read = readSnapshot(json)
  return read.ok ? undefined : read.error.field
}

test('[DG5] a snapshot is read as it was written, in every space', () => {
  const table = lived()
  for (const who of [ada, fay]) {
    for (const [, { governing }] of table.device(who)) {
      const read = readSnapshot(writeSnapshot(governing))
      expect(read.ok && writeSnapshot(read.value)).toBe(writeSnapshot(governing))
    }
  }
})

test('[DG5] a snapshot holds nothing that anybody wrote', () => {
  const table = lived()
  for (const who of [ada, chi, fay]) {
    for (const [, space] of table.device(who)) {
      const snapshot = writeSnapshot(space.governing)
      for (const [, text] of textsIn(space)) expect(snapshot).not.toContain(text)
    }
  }
})

test('[DG5] a device that starts from a snapshot judges as those that have read it all', () => {
  const table = dialogueInHearing()
  restate(table, chi, 'that the well runs dry', 'You fear thirst.')
  table.restart(dov, 'room')
  judge(table, ada, 'You fear thirst.', 'accurate')
  table.enter('brief')
  const line = propose(table, 'We met.')
  table.restart(ben, caucusOf(NORTH))
  turnAll(table, line)
  for (const who of [ada, ben, chi, dov]) {
    expect(writeSnapshot(table.state(who, 'room').governing)).toBe(writeSnapshot(table.room))
  }
  expect(writeSnapshot(table.state(ben, caucusOf(NORTH)).governing)).toBe(
    writeSnapshot(table.state(ada, caucusOf(NORTH)).governing),
  )
})

test('[DG5] canonical JSON is one text for one value', () => {
  expect(canonicalJson({ b: [1, { d: undefined, c: 'é' }], a: null })).toBe('{"a":null,"b":[1,{"c":"é"}]}')
})

test('[DG5] a snapshot with anything that the rules do not know is refused', () => {
  const good = JSON.parse(writeSnapshot(lived().room))
  expect(faultOf(canonicalJson(good))).toBeUndefined()
  expect(faultOf('{"space":')).toBe('')
  expect(faultOf(`${canonicalJson(good)} `)).toBe('')
  expect(faultOf(canonicalJson({ ...good, note: 'hidden' }))).toBe('')
  expect(faultOf(canonicalJson({ ...good, runs: { ...good.runs, 'sharing/fears#1': { status: 'open' } } }))).toBe(
    'runs.sharing/fears#1.offered',
  )
  expect(faultOf(canonicalJson({ ...good, runs: { 'sharing/lies#1': {} } }))).toBe('runs.sharing/lies#1')
  expect(faultOf(canonicalJson({ ...good, stage: { stage: 'party', visits: {} } }))).toBe('stage')
  expect(faultOf(canonicalJson({ ...good, space: 'outbox' }))).toBe('stage')
  expect(faultOf(canonicalJson({ ...good, space: 'street' }))).toBe('space')
  expect(faultOf(canonicalJson({ ...good, paused: false }))).toBe('paused')
  expect(faultOf(canonicalJson({ ...good, roster: [] }))).toBe('roster')
  const process = structuredClone(good.charter.process)
  process.stages[0].activities[0].kind = 'quarrel'
  expect(faultOf(canonicalJson({ ...good, charter: { ...good.charter, process } }))).toBe(
    'charter.process.stages[0].activities[0].kind',
  )
})
