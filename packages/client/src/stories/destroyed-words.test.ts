import type { RoundView } from '@antechamber/core'
import { type DeviceMessage, decode, deviceMessage, MAX_MESSAGE_BYTES, WORDS } from '@antechamber/protocol'
import { admit, NORTH, openScene, type Person, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { destructionOf, HOUR_MS, LongDays, noticesOf, shows } from '../testing/long-days.ts'
import { openWithoutKeeping } from '../testing/lost-round.ts'
import { lookInto } from '../testing/store-look.ts'

const ASKS = 'that nobody asks us'
const WELL = 'that the well runs dry'

const days = new LongDays()
const { around } = days
/** Has written in a round that was closed without opening it, and was away. */
let eli: Person

const sentBy = ({ traffic }: Person): readonly DeviceMessage[] =>
  traffic.up.flatMap((frame) => {
    const message = decode(deviceMessage, frame, MAX_MESSAGE_BYTES)
    return message.ok ? [message.value] : []
  })

/** The envelopes of words that somebody's device has sent. */
const wordsSentBy = (person: Person): readonly Uint8Array[] =>
  sentBy(person).flatMap((message) =>
    message.type === 'append' && message.envelope[2] === WORDS ? [message.envelope] : [],
  )

const roundOf = ({ dialogue }: Person): RoundView | undefined =>
  dialogue.status.view?.runs.find((one) => one.run === days.run(1))?.view as RoundView | undefined

async function say(person: Person, text: string): Promise<void> {
  await until(person.dialogue, 'the round is open', () => roundOf(person)?.status === 'open')
  const command = { type: 'offerContribution', text, attribution: 'named' } as const
  expect(await person.dialogue.send({ run: days.run(1), command })).toEqual({ done: true })
}

/** Whether somebody's device keeps an envelope. */
async function keeps(person: Person, envelope: Uint8Array | undefined): Promise<boolean> {
  const log = await (await lookInto(person)).vault.list('log/')
  return log.some(({ content }) => Buffer.from(content).includes(Buffer.from(envelope ?? 'none')))
}

beforeAll(async () => {
  days.scene = await openScene(undefined, around)
  const { relay, fay, chi } = days.scene
  eli = await admit(relay, fay, 'Eli', NORTH, around)
  await days.enterRounds()
  await until(fay.dialogue, 'the rounds', ({ isLive }) => isLive && roundOf(fay)?.status === 'not-open')
  await openWithoutKeeping(relay, fay, days.run(1), around)
  for (const [person, text] of [
    [eli, WELL],
    [chi, ASKS],
  ] as const) {
    await say(person, text)
    person.device.close()
  }
  const close = { type: 'closeRound', unopened: true } as const
  expect(await fay.dialogue.send({ run: days.run(1), command: close })).toEqual({ done: true })
  await days.enterRounds()
  await until(fay.dialogue, 'the next chapter', () => destructionOf(fay).extents.length === 2)
}, 100_000)
afterAll(async () => {
  eli.device.close()
  await days.scene.close()
})

test('[RD9] [DX5] words of a round that nobody could open are not sent again once they are destroyed, and what was sent again goes too', async () => {
  const { fay, ada, ben, chi, dov } = days.scene
  await days.back(chi)
  for (const person of [fay, ada, chi, dov]) await until(person.dialogue, 'hers, sent again', () => shows(person, ASKS))
  const [, again] = wordsSentBy(chi)
  // Shown is what has come, a moment before it is kept.
  for (const person of [ada, chi, dov]) await expect.poll(() => keeps(person, again)).toBe(true)
  await days.agree(2, [ada, ben, chi, dov])
  dov.device.close()
  expect(await ben.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  await days.back(eli)
  await until(eli.dialogue, 'he is shown what he wrote', () => shows(eli, WELL))
  days.moved += 25 * HOUR_MS
  for (const person of [fay, ada, chi, eli]) await days.confirmed(person)
  expect(await fay.dialogue.send({ type: 'resume' })).toEqual({ done: true })
  await until(eli.dialogue, 'it goes on', ({ view, isLive }) => isLive && view?.paused === false)
  await days.back(dov)
  await days.confirmed(dov)
  for (const person of [fay, ada, ben, chi, dov, eli]) {
    expect([person.name, destructionOf(person).destroyed.length]).toEqual([person.name, 1])
    expect([person.name, shows(person, WELL), shows(person, ASKS)]).toEqual([person.name, false, false])
    expect([person.name, await keeps(person, again)]).toEqual([person.name, false])
    expect(noticesOf(person)).toEqual([])
  }
  // Hers alone can take it out at the relay.
  expect(sentBy(chi).filter(({ type }) => type === 'withdraw')).toHaveLength(1)
  // A poll later, and after a restart, his has still been sent once: for the round.
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(wordsSentBy(eli)).toHaveLength(1)
  await days.back(eli)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(wordsSentBy(eli)).toHaveLength(1)
}, 100_000)
