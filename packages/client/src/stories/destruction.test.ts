import { admit, openScene, type Person, SOUTH, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { destructionOf, HOUR_MS, LongDays, noticesOf, shows } from '../testing/long-days.ts'

const SAID = 'Said in the first round, and to be gone.'
const LATER = 'Said afterwards, and to stay.'

const days = new LongDays()
const { around } = days
/** Has been away since before anything was said. */
let eli: Person

beforeAll(async () => {
  days.scene = await openScene(undefined, around)
  const { relay, fay, ada, chi } = days.scene
  eli = await admit(relay, fay, 'Eli', SOUTH, around)
  eli.device.close()
  await days.enterRounds()
  await days.sayInRound(1, ada, SAID)
  await days.enterRounds()
  await days.sayInRound(2, chi, LATER)
}, 100_000)
afterAll(() => days.scene.close())

const GONE_AND_KEPT = [false, true]

/** Whether somebody is shown what is to be gone, and what is to stay. */
const shown = (person: Person): readonly boolean[] => [shows(person, SAID), shows(person, LATER)]

const confirmed = (): number =>
  destructionOf(days.scene.fay).destroyed[0]?.seats.filter((one) => one.confirmed === one.devices).length ?? 0

test('[DX3] every side agrees, two of each, and until a day after that nothing is gone', async () => {
  const { fay, ada, ben, chi, dov, people } = days.scene
  for (const person of [fay, ...people]) await until(person.dialogue, 'both', () => shown(person).every(Boolean))
  const { view } = await until(fay.dialogue, 'it can be asked', () => destructionOf(fay).extents.length === 2)
  const [, both] = view?.destruction?.extents ?? []
  expect(both?.visits.length).toBe(2)
  dov.device.close()
  expect(await fay.dialogue.send({ type: 'askDestruction', upTo: both?.upTo ?? '' })).toEqual({ done: true })
  for (const person of [ada, ben, chi]) {
    await until(person.dialogue, 'asked', () => destructionOf(person).asked?.mine === 'undecided')
    expect(await person.dialogue.send({ type: 'turnDestruction' })).toEqual({ done: true })
  }
  expect(destructionOf(chi).asked).toMatchObject({ isAgreed: false, side: false })
  await days.back(dov)
  expect(await dov.dialogue.send({ type: 'turnDestruction' })).toEqual({ done: true })
  await until(fay.dialogue, 'agreed', () => destructionOf(fay).asked?.dueAt !== undefined)
  dov.device.close()
  days.moved += 23 * HOUR_MS
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(shown(ada)).toEqual([true, true])
}, 100_000)

test('[DX7] then it goes from every device and the relay, which says so', async () => {
  const { fay, ada, ben, chi } = days.scene
  days.moved += 2 * HOUR_MS
  for (const person of [fay, ada, ben, chi]) {
    await until(person.dialogue, 'gone', () => destructionOf(person).destroyed.length === 1)
    expect(shown(person)).toEqual(GONE_AND_KEPT)
  }
  await until(fay.dialogue, 'all who are there say so', () => confirmed() === 4)
  const [{ id } = { id: undefined }] = destructionOf(fay).destroyed
  expect(await fay.dialogue.receipts()).toMatchObject([{ isAll: false, destruction: id }])
  for (const person of [ada, fay]) {
    await days.back(person)
    expect(shown(person)).toEqual(GONE_AND_KEPT)
    expect(noticesOf(person)).toEqual([])
  }
}, 100_000)

test('[DX8] who was away comes back, whether they had read it or never did, and misses nothing; nor does who comes later', async () => {
  const { fay, dov } = days.scene
  for (const person of [dov, eli, dov, eli]) {
    await days.back(person)
    await until(person.dialogue, 'gone', () => destructionOf(person).destroyed.length === 1)
    expect(shown(person)).toEqual(GONE_AND_KEPT)
    expect(noticesOf(person)).toEqual([])
  }
  await until(fay.dialogue, 'Dov and Eli say so too', () => confirmed() === 6)
  const gil = await admit(days.scene.relay, fay, 'Gil', SOUTH, around)
  await until(gil.dialogue, 'Gil sees that something was destroyed', () => destructionOf(gil).destroyed.length === 1)
  expect(noticesOf(gil)).toEqual([])
  gil.device.close()
}, 100_000)
