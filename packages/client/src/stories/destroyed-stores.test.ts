import { type Grant, toBase64Url } from '@antechamber/protocol'
import {
  addDevice,
  admit,
  interfere,
  type MovingRelay,
  openScene,
  type Person,
  type Rules,
  SOUTH,
  sceneSetup,
  startMovingRelay,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { destructionOf, HOUR_MS, LongDays, noticesOf, shows } from '../testing/long-days.ts'
import {
  type Doomed,
  doomedIn,
  leftOf,
  lookInto,
  placesOfHeaders,
  placesOfKeys,
  roomOf,
} from '../testing/store-look.ts'

const SAID = 'Said in the first round, and to be gone.'
const BEGUN = 'Begun in the first round, and never said.'
const TOO_LATE = 'Sent when the first round was over.'
const LATER = 'Begun in the third round, and to stay.'

const days = new LongDays()
let relay: MovingRelay
const around = (platform: Person['platform']) => days.around(relay.around(platform))
const rulesOfBen: Rules = {}
const aroundBen = (platform: Person['platform']) => interfere(around(platform), rulesOfBen).platform
/** Comes to the second side, and says neither yes nor no. */
let eli: Person
/** Chi's second device. */
let laptop: Person
let everybody: readonly Person[]
let room: string
let doomed: Doomed
/** Of the chapters that are to be gone: what a relay has that does not delete them. */
let grants: readonly Grant[]

beforeAll(async () => {
  relay = await startMovingRelay()
  // Devices keep both halves of each key: whatever is left can be read.
  days.scene = await openScene(relay, around, { ...sceneSetup(), readsOffline: true })
  const { fay, people, chi, ben } = days.scene
  eli = await admit(relay, fay, 'Eli', SOUTH, around)
  laptop = await addDevice(relay, chi, around)
  await days.back(ben, aroundBen)
  everybody = [fay, ...people, eli, laptop]
  await days.enterRounds()
  await days.sayInRound(1, days.scene.ada, SAID)
  for (const person of everybody) {
    await until(person.dialogue, `${person.name} reads`, () => shows(person, SAID))
    await person.dialogue.saveDraft(days.run(1), BEGUN)
    await person.dialogue.saveDraft(`${days.run(1)}/somebody`, BEGUN)
    await person.dialogue.saveDraft(days.run(3), LATER)
    const offer = { type: 'offerContribution', text: TOO_LATE, attribution: 'named' } as const
    expect(await person.dialogue.send({ run: days.run(1), command: offer })).toMatchObject({ done: false })
  }
  eli.device.close()
  await days.enterRounds()
  await until(fay.dialogue, 'a chapter that Eli never reads', () => destructionOf(fay).extents.length === 2)
  await days.enterRounds()
  await days.sayInRound(3, chi, 'Said in the third.')
  room = (await roomOf(await lookInto(fay))).space
}, 100_000)
afterAll(async () => {
  eli.device.close()
  laptop.device.close()
  await days.scene.close()
})

/** All of it is there, or nothing is. */
async function expectKept(person: Person, isKept: boolean): Promise<void> {
  const kept = await lookInto(person)
  const left = leftOf(kept, room, doomed)
  if (isKept)
    for (const half of [`key/${room}/`, `share/${room}/`])
      expect([person.name, half, left.some((name) => name.startsWith(half))]).toEqual([person.name, half, true])
  else expect([person.name, left]).toEqual([person.name, []])
  for (const text of [BEGUN, TOO_LATE]) expect([person.name, text, kept.has(text)]).toEqual([person.name, text, isKept])
  expect([person.name, kept.has(LATER)]).toEqual([person.name, true])
  const { device, sealingKeys } = await roomOf(kept)
  const opened = grants.filter(
    (grant) => toBase64Url(grant.device) === device && sealingKeys.some(({ number }) => number === grant.keyNumber),
  )
  if (!isKept) expect([person.name, opened.length]).toEqual([person.name, 0])
  if (!isKept) {
    const places = await placesOfKeys(kept, room)
    expect(places).toEqual(expect.arrayContaining([...(await placesOfHeaders(kept, room))]))
    // A chapter that was overtaken leaves its key, which opens nothing.
    expect(Math.min(...places)).toBeGreaterThanOrEqual(doomed.begins)
  }
  expect([person.name, shows(person, SAID)]).toEqual([person.name, isKept])
}

test('[DX7] devices that are there delete keys, envelopes, drafts and what they could not say, and only then say so', async () => {
  const { fay, ada, ben, chi, dov } = days.scene
  const upTo = await days.agree(3, [ada, ben, chi, dov])
  doomed = await doomedIn(await lookInto(fay), room, upTo)
  const spaces = [...relay.backup().spaces.values()].filter(({ id }) => toBase64Url(id) === room)
  const chapters = spaces.flatMap((space) => [...space.chapters.values()])
  grants = chapters.flatMap((one) => ((one.first ?? 0) < doomed.begins ? [...one.grants.values()] : []))
  for (const person of everybody.filter((one) => one !== eli)) await expectKept(person, true)
  dov.device.close()
  // Ben's device is killed while it deletes.
  let isKilled = false
  rulesOfBen.keeps = (names) => {
    if (!names.includes(`gone/${room}`)) return undefined
    isKilled = true
    return 'never'
  }
  days.moved += 25 * HOUR_MS
  for (const [person, devices] of [
    [fay, 1],
    [ada, 1],
    [chi, 2],
  ] as const)
    await days.confirmed(person, devices)
  for (const person of [fay, ada, chi, laptop]) await expectKept(person, false)
  await until(ben.dialogue, 'he is at it', () => isKilled)
  expect(destructionOf(fay).destroyed[0]?.seats.filter(({ confirmed }) => confirmed > 0)).toHaveLength(3)
  delete rulesOfBen.keeps
  await days.back(ben, aroundBen)
  await days.confirmed(ben)
  await expectKept(ben, false)
}, 100_000)

test('[DX7] [ST24] [ST25] a device that reads without the relay what is destroyed by now deletes it, both halves of the keys, with the relay', async () => {
  const { dov } = days.scene
  const rules: Rules = { isAway: true }
  await days.start(dov, (platform) => interfere(around(platform), rules).platform)
  await until(dov.dialogue, 'he reads what he has', () => shows(dov, SAID))
  expect(dov.dialogue.status.readSince).toBeGreaterThan(0)
  await expectKept(dov, true)
  rules.isAway = false
  dov.dialogue.retryNow()
  await days.confirmed(dov)
  await expectKept(dov, false)
  dov.device.close()
}, 100_000)

test('[DX7] [DX8] so do devices that were closed before anybody was asked, and after everybody had agreed, though nobody has a share for them', async () => {
  const { dov, ada, fay } = days.scene
  for (const person of [dov, eli]) {
    await days.back(person, around)
    await days.confirmed(person)
    await expectKept(person, false)
    expect(noticesOf(person)).toEqual([])
  }
  for (const person of [dov, eli, ada, fay]) {
    await days.back(person, around)
    await until(person.dialogue, 'gone', () => destructionOf(person).destroyed.length === 1)
    await expectKept(person, false)
    expect(noticesOf(person)).toEqual([])
  }
}, 100_000)
