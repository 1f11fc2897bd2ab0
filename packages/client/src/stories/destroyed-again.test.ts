import { type MovingRelay, openScene, type Person, startMovingRelay, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR_MS, LongDays, noticesOf, shows } from '../testing/long-days.ts'
import { type Doomed, doomedIn, leftOf, lookInto, roomOf } from '../testing/store-look.ts'

const SAID = 'Said in the first round, and to be gone.'

const days = new LongDays()
let relay: MovingRelay
let around: typeof days.around
let room: string
let doomed: Doomed
/** Of before the second visit, and of before anything was destroyed. */
let early: ReturnType<MovingRelay['backup']>
let late: ReturnType<MovingRelay['backup']>

beforeAll(async () => {
  relay = await startMovingRelay()
  around = (platform) => days.around(relay.around(platform))
  days.scene = await openScene(relay, around)
  const { fay, people, ada, chi } = days.scene
  await days.enterRounds()
  await days.sayInRound(1, ada, SAID)
  for (const person of [fay, ...people]) await until(person.dialogue, 'read', () => shows(person, SAID))
  early = relay.backup()
  await days.enterRounds()
  await days.sayInRound(2, chi, 'Said in the second.')
  const upTo = await days.agree(2, people)
  room = (await roomOf(await lookInto(fay))).space
  doomed = await doomedIn(await lookInto(fay), room, upTo)
  late = relay.backup()
  days.moved += 25 * HOUR_MS
  for (const person of [fay, ...people]) await days.confirmed(person)
}, 100_000)
afterAll(() => days.scene.close())

/** The room has stopped: its log ends before what this device has read. */
const hasStopped = (person: Person) =>
  until(person.dialogue, `${person.name} is told`, ({ notices }) =>
    notices.some((one) => one.code === 'stopped' && one.why === 'gap'),
  )

/** Everybody's device finds the relay that is there now. */
function findAgain(): void {
  const { fay, people } = days.scene
  for (const { dialogue } of [fay, ...people]) dialogue.retryNow()
}

const receipts = async (): Promise<number> => (await days.scene.fay.dialogue.receipts()).length

test('[DX7] a relay that was set back to a backup is told to destroy again, though the room has stopped', async () => {
  const { fay, ada } = days.scene
  expect(await receipts()).toBe(1)
  await relay.restore(late)
  expect(await receipts()).toBe(0)
  findAgain()
  for (const person of [fay, ada]) await hasStopped(person)
  await expect.poll(receipts, { timeout: 20_000 }).toBe(1)
  // And once more, by devices that start.
  await relay.restore(late)
  for (const { device } of days.scene.people) device.close()
  for (const person of [fay, ada]) await days.start(person, around)
  for (const person of [fay, ada]) await hasStopped(person)
  await expect.poll(receipts, { timeout: 20_000 }).toBe(1)
}, 100_000)

test('[DX9] what a device has deleted it does not read again from a relay that was set back to before', async () => {
  await relay.restore(early)
  for (const person of days.scene.people) {
    await days.start(person, around)
    await hasStopped(person)
    expect(shows(person, SAID)).toBe(false)
    expect(leftOf(await lookInto(person), room, doomed)).toEqual([])
    expect(new Set(noticesOf(person).map(({ code }) => code))).toEqual(new Set(['stopped']))
  }
}, 100_000)
