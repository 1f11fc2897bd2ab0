import { addDevice, admit, joinByLink, NORTH, openScene, type Person, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { destructionOf, HOUR_MS, LongDays, noticesOf } from '../testing/long-days.ts'

const days = new LongDays()
const { around } = days
/** Says yes beside Ben, so that nobody waits for Ada. */
let eli: Person
/** Comes to facilitate when Ada is there already: her invitation does not name him. */
let gil: Person
/** Fay's second device, which Ada's invitation does not name either. */
let laptop: Person

beforeAll(async () => {
  days.scene = await openScene(undefined, around)
  const { relay, fay, ada } = days.scene
  eli = await admit(relay, fay, 'Eli', NORTH, around)
  const { id, link } = await fay.dialogue.invite({ role: 'facilitator', label: 'Gil' })
  gil = await joinByLink(relay, link, 'Gil', 'en', around)
  await until(fay.dialogue, 'Gil arrives', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  await fay.dialogue.send({ type: 'admit', invitation: id })
  await until(gil.dialogue, 'Gil is in', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  laptop = await addDevice(relay, fay, around)
  await until(ada.dialogue, 'Ada sees both', ({ isLive, view }) =>
    Boolean(isLive && view?.people.some(({ devices }) => devices === 2) && view.people.length === 7),
  )
  await days.enterRounds()
  await days.sayInRound(1, days.scene.chi, 'Said in the first.')
  await until(ada.dialogue, 'Ada has read it', ({ view }) => JSON.stringify(view?.runs).includes('Said in the first.'))
}, 100_000)
afterAll(async () => {
  for (const { device } of [eli, gil, laptop]) device.close()
  await days.scene.close()
})

/** All that Ada has read is destroyed while she is away; the header behind it is opened by one device, the only one there. */
async function destroyBehind(opener: Person, others: readonly Person[]): Promise<void> {
  const { ada, ben, chi, dov } = days.scene
  ada.device.close()
  for (const { device } of others) device.close()
  days.facilitator = opener
  const { length } = destructionOf(opener).extents
  await days.enterRounds()
  await until(opener.dialogue, 'the next chapter', () => destructionOf(opener).extents.length === length + 1)
  await days.agree(length + 1, [ben, eli, chi, dov])
  days.moved += 25 * HOUR_MS
  await until(opener.dialogue, 'gone', () => destructionOf(opener).asked === undefined)
  for (const person of [opener, chi]) await days.confirmed(person)
}

/** Nothing of what she has read is left at the relay, and she goes on from a header that none whom her invitation names has signed. */
async function adaGoesOn(destructions: number): Promise<void> {
  const { ada } = days.scene
  await days.back(ada)
  expect(destructionOf(ada).destroyed).toHaveLength(destructions)
  await days.confirmed(ada)
  expect(noticesOf(ada)).toEqual([])
}

test('[DX9] behind what was destroyed a device takes up a header by a facilitator who came after it, and whom it has known', async () => {
  await destroyBehind(gil, [days.scene.fay, laptop])
  await adaGoesOn(1)
}, 100_000)

test('[DX9] and one by a second device of a facilitator, which it has known', async () => {
  await days.back(laptop)
  await days.sayInRound(2, days.scene.chi, 'Said in the second.')
  await destroyBehind(laptop, [gil])
  await adaGoesOn(2)
}, 100_000)
