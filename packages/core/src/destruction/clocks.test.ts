import { beforeEach, expect, test } from 'vitest'
import { caucusOf } from '../space.ts'
import { TestDialogue } from '../testing/dialogue.ts'
import { ada, ben, chi, dov, fay, NORTH, someone } from '../testing/people.ts'
import { TURN_MS } from '../turns.ts'
import { DELAY_MS } from './effect.ts'
import { MAX_CHAPTERS } from './events.ts'

const north = caucusOf(NORTH)
/** A facilitator whose clock is wrong. */
const gus = someone('Gus', 'facilitator')
const SAID = 'Said in the first visit.'
const NOW = 100 * DELAY_MS

let dialogue: TestDialogue
beforeEach(() => {
  dialogue = new TestDialogue([ada, ben, chi, dov, fay, gus]).affirmAll()
  dialogue.chapter('room', NOW - 5 * DELAY_MS)
  dialogue.enter('sharing')
  const upTo = dialogue.chapter('room', NOW - 4 * DELAY_MS)
  dialogue.do(fay, 'fears', { type: 'openRound' })
  dialogue.do(ada, 'fears', { type: 'offerContribution', text: SAID, attribution: 'named' })
  dialogue.do(fay, 'fears', { type: 'closeRound' })
  dialogue.enter('hearing')
  dialogue.chapter('room', NOW - 3 * DELAY_MS)
  agree(upTo)
})

/** It is agreed three days after the last chapter was opened. */
function agree(upTo: string): void {
  expect(dialogue.act(fay, { type: 'askDestruction', upTo })).toBeUndefined()
  for (const who of [ada, ben, chi, dov]) dialogue.act(who, { type: 'turnDestruction' })
  dialogue.settle()
  expect(asked()?.isAgreed).toBe(true)
}
const asked = () => dialogue.view(ada).destruction?.asked
const isThere = (): boolean => JSON.stringify(dialogue.view(ada).past).includes(SAID)

test.each([
  ['in the middle of the day', [fay, gus, fay]],
  ['first', [gus, fay, fay]],
])('[DX5] a clock that is two days slow cuts nobody’s day short: %s', (_, openers) => {
  for (const [minute, by] of openers.entries())
    dialogue.chapter('room', NOW + minute - (by === gus ? 2 * DELAY_MS : 0), by)
  dialogue.chapter('room', NOW + DELAY_MS - 1)
  expect([asked()?.isAgreed, isThere()]).toEqual([true, true])
  dialogue.chapter('room', NOW + DELAY_MS + 1)
  expect([asked(), isThere()]).toEqual([undefined, false])
})

test('[DX5] a slow clock ends the day by itself as well, a day later by what it says', () => {
  dialogue.chapter('room', NOW - 2 * DELAY_MS, gus)
  dialogue.chapter('room', NOW - DELAY_MS - 1, gus)
  expect(isThere()).toBe(true)
  dialogue.chapter('room', NOW - DELAY_MS, gus)
  expect(isThere()).toBe(false)
})

test('[DX5] one that is two days fast does not end the day that another has begun', () => {
  dialogue.chapter('room', NOW)
  dialogue.chapter('room', NOW + 2 * DELAY_MS, gus)
  dialogue.chapter('room', NOW + 1)
  expect(isThere()).toBe(true)
  dialogue.chapter('room', NOW + DELAY_MS)
  expect(isThere()).toBe(false)
})

test('[DX4] [DX5] what a clock that is years ahead makes hang can be stopped, and asked for again', () => {
  const { upTo } = dialogue.room.destruction as { upTo: string }
  dialogue.chapter('room', NOW + 1000 * DELAY_MS, gus)
  dialogue.chapter('room', NOW)
  dialogue.chapter('room', NOW + 2 * DELAY_MS)
  expect(isThere()).toBe(true)
  expect(dialogue.act(ada, { type: 'holdDestruction' })).toBeUndefined()
  expect(asked()).toBeUndefined()
  agree(upTo)
  dialogue.chapter('room', NOW + 3 * DELAY_MS)
  dialogue.chapter('room', NOW + 4 * DELAY_MS)
  expect(isThere()).toBe(false)
})

test('[DX5] what lies so far behind that nobody remembers where it ended is dropped, and takes nothing else along', () => {
  dialogue.chapter('room', NOW)
  for (let n = 0; n < MAX_CHAPTERS + 2; n++) dialogue.chapter('room', NOW + n)
  expect(asked()).toBeUndefined()
  dialogue.chapter('room', NOW + 2 * DELAY_MS)
  expect(isThere()).toBe(true)
  expect(dialogue.room).toMatchObject({ destroyed: [], contributions: [{ by: ada.seat.id }] })
})

test('[TN4] a clock that is two days slow kills no yes, neither one that stands nor one that is given meanwhile', () => {
  const { upTo, id: about } = dialogue.room.destruction as { upTo: string; id: string }
  const given = () => Object.keys(dialogue.state(ada, north).governing.turns[about] ?? {}).length
  const start = 20 * TURN_MS
  dialogue.chapter(north, start)
  expect(given()).toBe(0)
  dialogue.act(ada, { type: 'holdDestruction' })
  dialogue.act(fay, { type: 'askDestruction', upTo })
  const next = dialogue.room.destruction?.id as string
  const yeses = () => Object.keys(dialogue.state(ada, north).governing.turns[next] ?? {}).length
  dialogue.act(ada, { type: 'turnDestruction' })
  dialogue.chapter(north, start + 1 - (TURN_MS - 1), gus)
  dialogue.act(ben, { type: 'turnDestruction' })
  dialogue.chapter(north, start + TURN_MS - 1)
  expect(yeses()).toBe(2)
  dialogue.chapter(north, start + TURN_MS)
  expect(yeses()).toBe(0)
})

test('[TN4] after a clock that was years ahead a yes is dated anew, so that it does not live for ever', () => {
  dialogue.chapter(north, NOW + 1000 * DELAY_MS, gus)
  const about = dialogue.room.destruction?.id as string
  dialogue.act(ada, { type: 'holdDestruction' })
  expect(about).toBeDefined()
  dialogue.act(fay, { type: 'askDestruction', upTo: dialogue.room.chapters[1]?.header as string })
  const next = dialogue.room.destruction?.id as string
  dialogue.act(ada, { type: 'turnDestruction' })
  dialogue.chapter(north, NOW)
  expect(dialogue.state(ada, north).governing.turns[next]?.[ada.seat.id]?.at).toBe(NOW)
  dialogue.chapter(north, NOW + TURN_MS)
  expect(dialogue.state(ada, north).governing.turns).toEqual({})
})
