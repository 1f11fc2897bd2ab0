import { interfere, openScene, type Person, type Rules, sceneSetup, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { destructionOf, HOUR_MS, LongDays, noticesOf, shows } from '../testing/long-days.ts'
import { doomedIn, leftOf, lookInto, roomOf } from '../testing/store-look.ts'

const SAID = 'Said in the first round, and to be gone.'
const LATER = 'Said afterwards, and to stay.'

const days = new LongDays()
const { around } = days

beforeAll(async () => {
  days.scene = await openScene(undefined, around, { ...sceneSetup(), readsOffline: true })
  const { ada, chi } = days.scene
  await days.enterRounds()
  await days.sayInRound(1, ada, SAID)
  await days.enterRounds()
  await days.sayInRound(2, chi, LATER)
}, 100_000)
afterAll(() => days.scene.close())

const shown = (person: Person): readonly boolean[] => [shows(person, SAID), shows(person, LATER)]

/** Starts somebody's device where there is no relay. */
async function startAway(person: Person): Promise<Rules> {
  const rules: Rules = { isAway: true }
  await days.start(person, (platform) => interfere(around(platform), rules).platform)
  return rules
}

test('[ST25] [DX8] a device that reads without the relay shows what is destroyed until it hears of it, and then never again', async () => {
  const { fay, ada, ben, chi, dov } = days.scene
  for (const person of [ada, ben]) await until(person.dialogue, 'both', () => shown(person).every(Boolean))
  const upTo = await days.agree(2, [ada, ben, chi, dov])
  const kept = await lookInto(ada)
  const { space } = await roomOf(kept)
  const doomed = await doomedIn(kept, space, upTo)
  const rules = await startAway(ben)
  days.moved += 25 * HOUR_MS
  for (const person of [fay, ada])
    await until(person.dialogue, 'gone', () => destructionOf(person).destroyed.length === 1)
  await days.confirmed(ada)
  // That is what the setting loses, and what its people were told.
  await until(
    ben.dialogue,
    'he reads what he has',
    ({ readSince }) => readSince !== undefined && shown(ben).every(Boolean),
  )
  rules.isAway = false
  ben.dialogue.retryNow()
  await days.confirmed(ben)
  for (const person of [ada, ben]) {
    await startAway(person)
    await until(person.dialogue, 'it reads', ({ readSince }) => readSince !== undefined && shows(person, LATER))
    expect([shown(person), noticesOf(person), destructionOf(person).destroyed.length]).toEqual([[false, true], [], 1])
    expect(leftOf(await lookInto(person), space, doomed)).toEqual([])
  }
}, 100_000)
