import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { DELAY_MS } from '../destruction/effect.ts'
import type { ChapterMark } from '../destruction/events.ts'
import type { Millis } from '../ids.ts'
import { writeSnapshot } from '../snapshot.ts'
import { caucusOf } from '../space.ts'
import { type Governing, newSpace } from '../state.ts'
import { charter, TestDialogue } from '../testing/dialogue.ts'
import { ada, ben, chi, dov, fay, idOf, NORTH, SOUTH, type Someone, signAs, someone } from '../testing/people.ts'
import { TURN_MS } from '../turns.ts'
import { isPastFor, pastSubject } from './events.ts'
import { refusePastAbsence } from './rules.ts'

const eli = someone('Eli', 'participant', NORTH)
const gil = someone('Gil', 'participant', SOUTH)
const seat = eli.seat.id

let dialogue: TestDialogue
/** A chapter of the room from before Eli, and the one that let him in. */
let header: string
let his: string

beforeEach(() => {
  dialogue = new TestDialogue().affirmAll()
  header = dialogue.chapter('room', 1)
  dialogue.letIn(eli, 2)
  dialogue.act(eli, { type: 'affirmRules' })
  his = dialogue.room.chapters.at(-1)?.header as string
  dialogue.chapter('room', 3)
})

const ask = (of = header) => dialogue.act(fay, { type: 'askPastChapter', seat, header: of })
const yes = (...people: Someone[]) => {
  for (const who of people) expect(dialogue.act(who, { type: 'turnPastChapter' })).toBeUndefined()
  dialogue.settle()
}
const seen = (who = fay) => dialogue.view(who).pastChapters

test('[PC1] what can be asked for is a chapter that is over, of somebody who came after it', () => {
  expect(seen()?.open).toContainEqual(expect.objectContaining({ seat, header }))
  expect(seen(ada)?.open).toEqual([])
  expect(ask(his)).toBe('no-such-chapter')
  expect(ask(dialogue.room.chapters.at(-1)?.header)).toBe('no-such-chapter')
  expect(dialogue.act(fay, { type: 'askPastChapter', seat: ada.seat.id, header })).toBe('no-such-chapter')
  expect(dialogue.act(fay, { type: 'askPastChapter', seat: gil.seat.id, header })).toBe('no-such-seat')
  expect(dialogue.act(ada, { type: 'askPastChapter', seat, header })).toBe('not-a-facilitator')
  expect(ask()).toBeUndefined()
  expect(ask()).toBe('already-asked')
  expect(dialogue.act(fay, { type: 'dropPastChapter' })).toBeUndefined()
  dialogue.act(ada, { type: 'pause' })
  expect(ask()).toBe('paused')
})

test('[PC2] a yes to one chapter for one person is none to another', () => {
  ask()
  yes(ada, ben, chi)
  const turns = Object.fromEntries([ada, ben, chi, dov].map((who) => [who.seat.id, signAs(who, 'another subject')]))
  const id = dialogue.room.past?.asked?.id as string
  expect(dialogue.write(fay, 'room', { v: 1, type: 'past.granted', id, turns })).toBe('bad-turn')
  dialogue.act(fay, { type: 'dropPastChapter' })
  ask()
  expect(seen(ada)?.asked?.mine).toBe('undecided')
  // An answer that was given to what was asked before is none to this.
  expect(dialogue.act(ada, { type: 'turnPastChapter', request: id })).toBe('no-such-request')
  expect(dialogue.act(ada, { type: 'turnPastChapter', request: seen(ada)?.asked?.id })).toBeUndefined()
})

test('[PC3] it takes two of each side who were there then; who came later is not asked', () => {
  ask()
  expect(dialogue.act(eli, { type: 'turnPastChapter' })).toBe('not-asked')
  expect(dialogue.act(fay, { type: 'turnPastChapter' })).toBe('not-asked')
  expect(seen(eli)?.asked).toMatchObject({ mine: undefined, sides: [] })
  yes(ada, ben, chi)
  expect(seen()?.asked?.sides).toEqual([
    { side: NORTH, hasAgreed: true },
    { side: SOUTH, hasAgreed: false },
  ])
  expect(dialogue.act(fay, { type: 'grantPastChapter' })).toBe('turn-missing')
  expect(dialogue.act(ada, { type: 'holdPastChapter' })).toBeUndefined()
  yes(dov)
  expect([seen()?.granted, seen(ada)?.asked?.mine]).toEqual([[], 'not-yet'])
  yes(ada)
  expect(seen()?.asked).toBeUndefined()
  // Everyone is told, whoever came later included.
  for (const who of [ada, chi, eli, fay]) expect(seen(who)?.granted).toMatchObject([{ seat, header }])
  expect(ask()).toBe('already-granted')
})

test('[PC3] a side of which nobody is left who was there has no yes', () => {
  dialogue.letIn(gil, 4)
  dialogue.act(gil, { type: 'affirmRules' })
  for (const who of [chi, dov]) dialogue.change({ type: 'removed', seat: who.seat.id })
  ask()
  yes(ada, ben)
  expect(seen()?.granted).toEqual([])
  expect(refusePastAbsence(dialogue.room, header, {})).toBe('no-people')
})

test('[PC4] what is asked for too long is dropped; what is destroyed, or whose person has gone, is given no more', () => {
  ask()
  dialogue.chapter('room', 3 + TURN_MS)
  expect(seen()?.asked).toBeUndefined()
  ask()
  yes(ada, ben, chi, dov)
  expect(seen()?.granted).toHaveLength(1)
  const changes = [{ type: 'removed', seat } as const]
  dialogue.chapter('room', 4 + TURN_MS, fay, changes)
  expect(seen()?.granted).toEqual([])
  expect(dialogue.room.past).toBeUndefined()
  expect(dialogue.room.chapters.some(({ joined }) => joined)).toBe(false)
})

test('[PC4] a chapter that is destroyed is given to nobody', () => {
  dialogue.enter('sharing')
  dialogue.chapter('room', 4)
  ask()
  yes(ada, ben, chi, dov)
  const upTo = dialogue.view(fay).destruction?.extents.at(-1)?.upTo as string
  dialogue.act(fay, { type: 'askDestruction', upTo })
  for (const who of [ada, ben, chi, dov]) dialogue.act(who, { type: 'turnDestruction' })
  dialogue.settle()
  dialogue.chapter('room', 10)
  dialogue.chapter('room', 10 + DELAY_MS)
  expect(dialogue.view(fay).destruction?.destroyed).toHaveLength(1)
  expect(seen()?.granted).toEqual([])
})

test('[PC5] a chapter of a caucus is given by that side alone', () => {
  const north = caucusOf(NORTH)
  const table = new TestDialogue().affirmAll()
  const first = table.chapter(north, 1)
  table.letIn(eli, 2)
  table.act(eli, { type: 'affirmRules' })
  const space = { space: north } as const
  expect(table.act(fay, { type: 'askPastChapter', seat, header: first, ...space })).toBeUndefined()
  expect(table.act(chi, { type: 'turnPastChapter', ...space })).toBe('not-in-this-space')
  for (const who of [ada, ben]) expect(table.act(who, { type: 'turnPastChapter', ...space })).toBeUndefined()
  table.settle()
  expect(table.state(ada, north).governing.past?.granted).toMatchObject([{ seat, header: first }])
})

test('[PC1][DG5] who starts from a snapshot knows as well as all others who came when', () => {
  expect(writeSnapshot(dialogue.state(eli, 'room').governing)).toBe(writeSnapshot(dialogue.room))
})

const everyone = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, n) => someone(name, 'participant', n % 2 ? SOUTH : NORTH))

test('[PC1][PC3] whoever came when, and whoever says yes: nothing is given without the sides of that time', () => {
  const came = fc.array(fc.nat(3), { minLength: 6, maxLength: 6 })
  fc.assert(
    fc.property(came, fc.nat(3), fc.nat(5), fc.subarray(everyone), (since, of, whom, said) => {
      const headers = [0, 1, 2, 3].map((n) => idOf(`chapter ${n}`).padEnd(43, '-'))
      const chapters = headers.map((one, n): ChapterMark => {
        const joined = everyone.filter((_, at) => n > 0 && since[at] === n).map((who) => who.seat.id)
        return { header: one, visit: 'opening#1', ...(joined.length > 0 && { joined }) }
      })
      const roster = [fay.seat, ...everyone.map((who) => who.seat)]
      const governing: Governing = { ...newSpace('room', charter, roster), chapters, time: 1 as Millis }
      const chapter = headers[of] as string
      expect(isPastFor(governing, (everyone[whom] as Someone).seat.id, chapter)).toBe(of < 3 && (since[whom] ?? 0) > of)
      const turns = Object.fromEntries(said.map((who) => [who.seat.id, 'yes']))
      const ofSide = (side: number) => everyone.filter((_, at) => at % 2 === side && (since[at] ?? 0) <= of)
      const sides = [0, 1].map(ofSide)
      const isGiven = sides.every(
        (side) => side.length > 0 && side.filter((who) => said.includes(who)).length >= Math.min(2, side.length),
      )
      expect(refusePastAbsence(governing, chapter, turns) === undefined).toBe(isGiven)
    }),
  )
})

test('[PC2] a subject names the request, the chapter and the person', () => {
  const { proofs } = dialogue
  const one = { id: idOf('request'), seat, header }
  const subjects = [one, { ...one, id: idOf('other') }, { ...one, seat: ada.seat.id }, { ...one, header: his }]
  const all = subjects.map((other) => pastSubject(proofs, dialogue.room, other))
  expect(new Set(all).size).toBe(4)
})
