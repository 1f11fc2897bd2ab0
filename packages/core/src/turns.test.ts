import { beforeEach, expect, test } from 'vitest'
import type { BriefView } from './activities/brief/view.ts'
import type { Millis, SeatId } from './ids.ts'
import { caucusOf } from './space.ts'
import { TestDialogue } from './testing/dialogue.ts'
import { ada, ben, chi, fay, idOf, NORTH, signAs } from './testing/people.ts'
import { aliveTurns, type Quorum, type Standing, suffices, TURN_MS } from './turns.ts'

const north = caucusOf(NORTH)
const about = idOf('a thing')
const subject = idOf('its subject').padEnd(43, 'a')
const purpose = 'destruction'
const yes = (by = ada) => ({ v: 1, type: 'turn.given', purpose, about, subject, signature: signAs(by, subject) })

let dialogue: TestDialogue
beforeEach(() => {
  dialogue = new TestDialogue().affirmAll()
})
const standing = (): Standing => dialogue.state(ada, north).governing.turns

test('[TN1] a yes is a participant’s own signature, in the caucus of their side', () => {
  expect(dialogue.write(ada, north, { ...yes(), signature: signAs(ada, 'another') })).toBe('bad-turn')
  expect(dialogue.write(ada, north, yes(chi))).toBe('bad-turn')
  expect(dialogue.write(fay, north, yes(fay))).toBe('not-a-participant')
  expect(dialogue.write(ada, 'room', yes())).toBe('not-in-this-space')
  expect(dialogue.write(ada, north, yes())).toBeUndefined()
  expect(Object.keys(standing()[about] ?? {})).toEqual([ada.seat.id])
})

test('[TN2] it takes everyone, or one, or two, or all where they are fewer; of nobody there is no yes', () => {
  const people = dialogue.room.roster.slice(0, 3)
  const firstOnes = (n: number) => (seat: { readonly id: SeatId }) =>
    people.slice(0, n).some(({ id }) => id === seat.id)
  const enough = (quorum: Quorum, of: number) =>
    [0, 1, 2, 3].find((n) => suffices(quorum, people.slice(0, of), firstOnes(n)))
  expect([1, 2, 3].map((of) => enough('everyone', of))).toEqual([1, 2, 3])
  expect([1, 2, 3].map((of) => enough('one', of))).toEqual([1, 1, 1])
  expect([1, 2, 3].map((of) => enough('two', of))).toEqual([1, 2, 2])
  expect([1, 2, 3].map((of) => enough('most', of))).toEqual([1, 2, 2])
  expect(enough('two', 0)).toBeUndefined()
  expect(enough('most', 0)).toBeUndefined()
})

test('[TN3] a yes can be taken back, by whoever gave it', () => {
  dialogue.write(ada, north, yes())
  expect(dialogue.write(fay, north, { v: 1, type: 'turn.revoked', about })).toBe('not-turned')
  expect(dialogue.write(ada, north, { v: 1, type: 'turn.revoked', about })).toBeUndefined()
  expect(standing()).toEqual({})
  expect(dialogue.write(ada, north, { v: 1, type: 'turn.revoked', about })).toBe('not-turned')
})

test('[TN6] of one person one yes of each purpose stands: a later one takes its place, and nobody can fill a caucus', () => {
  const other = idOf('another thing')
  for (let n = 0; n < 500; n++)
    expect(dialogue.write(ada, north, { ...yes(), about: idOf(`thing ${n}`) })).toBeUndefined()
  dialogue.write(ada, north, { ...yes(), about: other })
  expect(Object.keys(standing())).toEqual([other])
  dialogue.write(ada, north, { ...yes(), purpose: 'caucus-destruction' })
  dialogue.write(ben, north, yes(ben))
  expect(Object.keys(standing()[other] ?? {})).toEqual([ada.seat.id])
  expect(Object.keys(standing()[about] ?? {})).toEqual([ada.seat.id, ben.seat.id])
  expect(dialogue.write(ada, north, { ...yes(), purpose: 'panel-destruction' })).toBe('not-in-this-space')
})

test('[TN6] the newest eight to whom somebody has said yes at the door stand, each beside the others', () => {
  const atDoor = (n: number) => ({ ...yes(), purpose: 'caucus-entry', about: idOf(`seat ${n}`) })
  for (let n = 0; n < 8; n++) {
    dialogue.chapter(north, 1 + n)
    expect(dialogue.write(ada, north, atDoor(n))).toBeUndefined()
  }
  dialogue.write(ada, north, yes())
  dialogue.write(ben, north, { ...atDoor(0), signature: signAs(ben, subject) })
  expect(Object.keys(standing())).toHaveLength(9)
  // Said again it is the newest; then the oldest goes, of that person alone.
  dialogue.write(ada, north, atDoor(0))
  for (const n of [8, 9]) dialogue.write(ada, north, atDoor(n))
  const ofAda = Object.keys(standing()).filter((of) => standing()[of]?.[ada.seat.id] !== undefined)
  expect(ofAda.toSorted()).toEqual([about, ...[0, 3, 4, 5, 6, 7, 8, 9].map((n) => atDoor(n).about)].toSorted())
  expect(Object.keys(standing()[atDoor(0).about] ?? {}).toSorted()).toEqual([ada.seat.id, ben.seat.id].toSorted())
})

test('[TN4] a yes dies with the first chapter that opens 14 days after its own, also one to a line', () => {
  dialogue.chapter(north, 1_000)
  dialogue.write(ada, north, yes())
  dialogue.chapter(north, 1_000 + TURN_MS - 1)
  expect(standing()).toMatchObject({ [about]: { [ada.seat.id]: { at: 1_000 } } })
  dialogue.chapter(north, 1_000 + TURN_MS)
  expect(standing()).toEqual({})
})

test('[TN4] a yes to a line dies as well, and its person is asked again', () => {
  const stage = dialogue.room.charter.process.stages.at(-1)?.id as string
  dialogue.enter(stage)
  dialogue.do(fay, 'brief', { type: 'proposeLine', text: 'A line.' })
  const [{ line } = { line: '' }] = dialogue.runView<BriefView>(ada, 'brief').lines
  dialogue.do(ada, 'brief', { type: 'turnLine', line })
  const mine = () => JSON.stringify(dialogue.view(ada).runs).includes('"mine":"turned"')
  expect(mine()).toBe(true)
  dialogue.chapter(north, TURN_MS)
  expect(mine()).toBe(false)
})

test('[TN4] one that was dated by a clock ahead is dated anew', () => {
  const turn = { subject, signature: signAs(ada, subject), at: 5_000_000 as Millis }
  const aged = aliveTurns({ [about]: { [ada.seat.id]: turn } }, 7 as Millis)
  expect(aged[about]?.[ada.seat.id]?.at).toBe(7)
  expect(aliveTurns(aged, 8 as Millis)).toBe(aged)
  expect(aliveTurns(aged, (7 + TURN_MS) as Millis)).toEqual({})
})
