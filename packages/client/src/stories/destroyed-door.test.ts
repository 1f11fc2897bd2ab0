import { caucusOf } from '@antechamber/core'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import {
  admit,
  foundScene,
  joinByLink,
  NORTH,
  type Person,
  restart,
  SOUTH,
  sceneSetup,
  until,
  untilIn,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DialogueRecord, numberOf } from '../records.ts'
import { destructionOf, HOUR_MS, LongDays } from '../testing/long-days.ts'
import { lookInto } from '../testing/store-look.ts'

const space = caucusOf(NORTH)
const days = new LongDays()
let relay: TestRelay
let fay: Person
let ada: Person
const people: Person[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
  fay = await foundScene(relay, sceneSetup(), days.around)
  await fay.dialogue.send({ type: 'affirmRules' })
  ada = await admit(relay, fay, 'Ada', NORTH, days.around)
  ada.welcomes = false
  people.push(fay, ada, await admit(relay, fay, 'Chi', SOUTH, days.around))
}, 60_000)
afterAll(async () => {
  for (const { device } of people) device.close()
  await relay.stop()
})

async function atTheDoor(name: string): Promise<Person> {
  const { id, link } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: name })
  const person = await joinByLink(relay, link, name, 'en', days.around)
  people.push(person)
  await until(fay.dialogue, `${name} arrives`, ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(person.dialogue, `${name} waits`, ({ isLive, view }) => isLive && view?.doors?.isWaiting === true)
  return person
}

const seatOf = ({ dialogue }: Person) => dialogue.status.record.seat
const caucus = ({ dialogue }: Person) =>
  dialogue.status.view?.destructionElsewhere.find((one) => one.space === space)?.destruction
/** Where the caucus' log begins in somebody's store. */
async function firstKept(person: Person): Promise<number> {
  const { vault, names } = await lookInto(person)
  const [record] = (await vault.listJson('dialogue/')) as readonly DialogueRecord[]
  const id = record?.spaces.find(({ name }) => name === space)?.space
  return Math.min(...names.filter((name) => name.startsWith(`log/${id}/`)).map(numberOf))
}
const letIn = async (person: Person) =>
  expect(await ada.dialogue.send({ type: 'letIn', seat: seatOf(person) })).toEqual({ done: true })

test('[IN12] [DX3] what was said in the room is not destroyed while a side of one has somebody at its door, who then says yes too', async () => {
  const [eli, chi] = [await atTheDoor('Eli'), people[2] as Person]
  await until(fay.dialogue, 'there is a stage', ({ view }) => view !== undefined)
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  expect(await fay.dialogue.send({ type: 'enterStage', stage, reason: 'on' })).toEqual({ done: true })
  await until(fay.dialogue, 'it can be asked', () => destructionOf(fay).extents.length > 0)
  const { upTo } = destructionOf(fay).extents[0] ?? { upTo: '' }
  expect(await fay.dialogue.send({ type: 'askDestruction', upTo })).toEqual({ done: true })
  for (const person of [ada, chi]) {
    await until(person.dialogue, 'asked', () => destructionOf(person).asked?.mine === 'undecided')
    expect(await person.dialogue.send({ type: 'turnDestruction' })).toEqual({ done: true })
  }
  await until(fay.dialogue, 'both have said yes', () => destructionOf(fay).asked?.sides[1]?.hasAgreed === true)
  expect(destructionOf(fay).asked?.sides[0]?.hasAgreed).toBe(false)
  expect(destructionOf(ada).asked).toMatchObject({ mine: 'turned', side: false, isAgreed: false })
  await letIn(eli)
  await untilIn(eli)
  expect(await eli.dialogue.send({ type: 'turnDestruction' })).toEqual({ done: true })
  await until(fay.dialogue, 'agreed', () => destructionOf(fay).asked?.dueAt !== undefined)
  days.moved += 25 * HOUR_MS
  for (const person of [ada, eli, chi])
    await until(person.dialogue, 'destroyed', () => destructionOf(person).destroyed.length === 1)
}, 100_000)

test('[IN11] [DX12] whoever is at the door when the caucus is destroyed is told of again, and comes in', async () => {
  const [gus, hal] = [await atTheDoor('Gus'), await atTheDoor('Hal')]
  await until(ada.dialogue, 'she sees both', ({ doorWords }) => doorWords.size === 2)
  await letIn(hal)
  await untilIn(hal)
  await until(ada.dialogue, 'it can be asked', () => (caucus(ada)?.extents.length ?? 0) > 0)
  const upTo = caucus(ada)?.extents.at(-1)?.upTo ?? ''
  expect(await ada.dialogue.send({ type: 'askDestruction', upTo, space })).toEqual({ done: true })
  for (const person of [ada, hal]) {
    await until(person.dialogue, 'asked', () => caucus(person)?.asked?.mine === 'undecided')
    expect(await person.dialogue.send({ type: 'turnDestruction', space })).toEqual({ done: true })
  }
  await until(fay.dialogue, 'agreed', () => caucus(fay)?.asked?.dueAt !== undefined)
  const before = await firstKept(ada)
  days.moved += 25 * HOUR_MS
  await until(ada.dialogue, 'destroyed', () => caucus(ada)?.destroyed.length === 1)
  // What said that Gus is at the door is gone with its chapter: what is known now comes from the log as it is.
  await expect.poll(() => firstKept(ada), { timeout: 20_000 }).toBeGreaterThan(before)
  await restart(relay, ada, days.around)
  await until(ada.dialogue, 'she still sees him', ({ isLive, doorWords }) => isLive && doorWords.size === 1)
  await restart(relay, fay, days.around)
  await until(fay.dialogue, 'Fay is back', ({ isLive }) => isLive)
  await letIn(gus)
  await untilIn(gus)
}, 100_000)
