import type { DialogueView, SeatId } from '@antechamber/core'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import { admit, foundScene, NORTH, type Person, restart, SOUTH, until } from '@antechamber/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

let relay: TestRelay
let fay: Person
let ada: Person
const people: Person[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
})
beforeEach(async () => {
  fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
  ada = await admit(relay, fay, 'Ada', NORTH)
  people.push(fay, ada)
})
afterAll(async () => {
  for (const { device } of people) device.close()
  await relay.stop()
})

const seatOf = ({ dialogue }: Person): SeatId => dialogue.status.record.seat
const legOf = (view: DialogueView | undefined, other: Person) => view?.legs.find((leg) => leg.with === seatOf(other))
const textsOf = (view: DialogueView | undefined, other: Person) => legOf(view, other)?.said.map(({ text }) => text)
const say = (from: Person, to: Person, text: string) => from.dialogue.send({ type: 'sayInLeg', with: seatOf(to), text })
const hears = (who: Person, from: Person, ...texts: string[]) =>
  until(who.dialogue, `${who.name} reads`, ({ view }) => JSON.stringify(textsOf(view, from)) === JSON.stringify(texts))

test('[LE3] [LE5] a participant says something to a facilitator alone, and is answered', async () => {
  expect(await say(ada, fay, 'I am afraid to say this in the room.')).toEqual({ done: true })
  await hears(fay, ada, 'I am afraid to say this in the room.')
  expect(await say(fay, ada, 'Thank you.')).toEqual({ done: true })
  await hears(ada, fay, 'I am afraid to say this in the room.', 'Thank you.')
}, 60_000)
